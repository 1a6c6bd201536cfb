// What the panel's buttons do, commands do too: each has one, or keys of its own, and those that press a button press the right one.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { pressed, type CommandId } from '../../src/shared/contributions.ts';
import type { Intent } from '../../src/shared/protocol.ts';
import { enterState } from '../support/panel-harness/enter-state.ts';
import type { PanelPage } from '../support/panel-harness/panel-page.ts';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { panelStates } from '../support/panel-harness/states.ts';
import { selection, textOf, toolOf, turnOf, viewOf } from '../support/panel-harness/views.ts';

const open = usePanels();

/** By the start of its name: the command that does the same, or the keys that do. */
const ways: readonly (readonly [RegExp, CommandId | { readonly keys: string }])[] = [
  [/^Edit and send again/, 'capstan.editAgain'],
  [/^Copy message$/, 'capstan.copyMessage'],
  [/^Copy answer$/, 'capstan.copyAnswer'],
  [/^Copy code$/, 'capstan.copyCode'],
  [/^Insert at cursor$/, 'capstan.insertCode'],
  [/^Apply as edit/, 'capstan.applyCode'],
  [/^Copy (?:input|output)$/, 'capstan.showOutput'],
  [/^Show all$/, 'capstan.showOutput'],
  [/^Show all in the diff editor$|^Open the diff of /, 'capstan.openDiff'],
  [/^Latest$/, 'capstan.goToEnd'],
  [/^(?:Leave the selection out|Send the selection)$/, 'capstan.toggleSelection'],
  [/^Attach…$/, 'capstan.attach'],
  [/^Permission mode: /, 'capstan.chooseMode'],
  [/^Model: /, 'capstan.chooseModel'],
  [/^Effort: /, 'capstan.chooseEffort'],
  [/^Context: /, 'capstan.showContext'],
  [/^Raise budget$/, 'capstan.chooseBudget'],
  [/^Go on once$/, 'capstan.goOnOnce'],
  [/^Stop(?: \(Escape\))?$|^Stopping$/, 'capstan.stop'],
  [/^Retry$/, 'capstan.retry'],
  [/^(?:Send into this turn|Stop and send now|Send now|Edit|Remove from queue): /, 'capstan.queued'],
  [/^(?:Approve|Keep Planning|Open|Answer…|Show Question)$/, 'capstan.showQuestion'],
  [/^Accept$/, 'capstan.acceptEdit'],
  [/^Reject$/, 'capstan.rejectEdit'],
  [/^Undo the changes in /, 'capstan.undoFile'],
  [/^Keep the changes in /, 'capstan.keepFile'],
  [/^Undo all$/, 'capstan.undoAll'],
  [/^Keep all$/, 'capstan.keepAll'],
  [/^Review$/, 'capstan.reviewChanges'],
  [/^Show Log$/, 'capstan.showLog'],
  [/^Take a Tour$/, 'capstan.takeTour'],
  [/^Use a Local Model$/, 'capstan.useLocalModel'],
  [/^Test Connection$/, 'capstan.testConnection'],
  [/^(?:Set|Change) API Key/, 'capstan.setKey'],
  [/^Manage Trust$/, { keys: "the editor's own command" }],
  [/^Reload Panel$/, { keys: "the editor's own command reloads webviews" }],
  [/^Send|^Sending$/, { keys: 'Enter in the composer' }],
  [/^Show (?:earlier|later) (?:turns|steps)/, { keys: 'Home, End and the arrows' }],
  [/^(?:Match case|Previous match|Next match|Close)/, { keys: "find's own field has the focus" }],
  [/^Remove /, { keys: 'Tab from the composer' }],
];

/** They open something of their own row: a file, an address, a task that is proposed. Arrows and Tab lead there, Enter opens. */
const OF_A_ROW = '.chip-name, .suggestion, .row-main, [aria-expanded], a, .answer .link, .card.plan .link';

describe("the panel's buttons", () => {
  it('have each a command or keys of their own, in every state', async () => {
    await using panel = await open({ reducedMotion: true });
    const without = new Set<string>();
    const used = new Set<RegExp>();
    for (const state of Object.keys(panelStates)) {
      await enterState(panel, state);
      const names = await panel.page
        .locator('button, vscode-button')
        .and(panel.page.locator(`:not(${OF_A_ROW})`))
        .evaluateAll((buttons) =>
          buttons
            .filter((button) => !(button.getRootNode() instanceof ShadowRoot))
            .map((button) => button.getAttribute('aria-label') ?? button.textContent.trim()),
        );
      for (const name of names) {
        const way = ways.find(([pattern]) => pattern.test(name));
        if (way) used.add(way[0]);
        else without.add(`${name} (in ${state})`);
      }
    }
    assert.deepEqual([...without], []);
    assert.ok(used.size > 25, `only ${used.size} of the kinds are in the states`);
  });

  it('are pressed by commands, as the click would', async () => {
    await using panel = await open();
    const edit = toolOf('e1', 'Edit', 'src/a.ts', { added: 1, removed: 1, diff: '@@ -1 +1 @@\n-a\n+b' });
    const answer = textOf('a1', 'So:\n\n```ts\nconst one = 1;\n```\n');
    const turns = [turnOf('t1', 'First', [edit, answer]), turnOf('t2', 'Second', [textOf('a2', 'Done.')])];
    await panel.show(viewOf({ environment: { selection }, turns }));
    const doing = { copyMessage: 'copy', copyAnswer: 'copy', copyCode: 'copy', insertCode: 'insertAtCursor' } as const;
    assert.deepEqual(await sent(panel, 'editAgain'), { type: 'editAgain', turnId: 't2' });
    assert.deepEqual(await sent(panel, 'openDiff'), { type: 'openDiff', itemId: 'e1' });
    assert.deepEqual(await sent(panel, 'applyCode'), { type: 'applyCode', text: 'const one = 1;' });
    const texts = {
      copyMessage: 'Second',
      copyAnswer: 'Done.',
      copyCode: 'const one = 1;',
      insertCode: 'const one = 1;',
    };
    for (const [button, type] of Object.entries(doing))
      assert.deepEqual(await sent(panel, button), { type, text: texts[button as keyof typeof texts] });
    await panel.push({ type: 'press', button: 'toggleSelection' });
    await panel.page.getByRole('button', { name: 'Send the selection' }).waitFor();
  });

  it('are pressed in the row that has the focus, or in its turn', async () => {
    await using panel = await open();
    const turns = ['t1', 't2', 't3'].map((id) => turnOf(id, `Message ${id}`, [textOf(`a-${id}`, `Answer ${id}`)]));
    await panel.show(viewOf({ turns }));
    await panel.page.getByRole('group', { name: 'Your message' }).first().focus();
    assert.deepEqual(await sent(panel, 'editAgain'), { type: 'editAgain', turnId: 't1' });
    await panel.page.getByRole('group', { name: 'Answer' }).nth(1).focus();
    assert.deepEqual(await sent(panel, 'editAgain'), { type: 'editAgain', turnId: 't2' });
    assert.deepEqual(await sent(panel, 'copyAnswer'), { type: 'copy', text: 'Answer t2' });
  });

  it('that are not there are told to the host, whatever it names', async () => {
    await using panel = await open();
    await panel.show(viewOf({}));
    for (const button of [...pressed, 'constructor'])
      assert.deepEqual(await sent(panel, button), { type: 'notPressed', button });
    assert.deepEqual(await panel.violations(), []);
  });

  it('are found by their names in another language', async () => {
    await using panel = await open({ language: 'german' });
    const code = textOf('a1', 'Die Datei `src/a.ts`:\n\n```ts\nconst one = 1;\n```\n');
    await panel.show(viewOf({ turns: [turnOf('t1', 'Erste', [code])] }));
    assert.equal((await sent(panel, 'applyCode')).type, 'applyCode');
    assert.deepEqual(await sent(panel, 'editAgain'), { type: 'editAgain', turnId: 't1' });
  });
});

/** What the panel says when it is told to press this button. */
async function sent(panel: PanelPage, button: string): Promise<Intent> {
  const before = (await panel.intents()).filter(isAnswer).length;
  await panel.push({ type: 'press', button });
  for (;;) {
    const answer = (await panel.intents()).filter(isAnswer)[before];
    if (answer) return answer;
    await panel.page.waitForTimeout(20);
  }
}

/** What comes by itself is none. */
function isAnswer({ type }: Intent): boolean {
  return !['ready', 'focused', 'keepDraft', 'follow', 'findFiles', 'moveWindow'].includes(type);
}

// Whatever a person may ask of the panel has a command, which the palette offers: this page names it for each intent of the wire.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { pressed, type CommandId } from '../../../src/shared/contributions.ts';
import type { Intent } from '../../../src/shared/protocol.ts';

/** Why there is none: it is no wish, or it is about the very thing that has the focus. */
interface Not {
  readonly because: string;
}

const itself: Not = { because: 'the panel says it by itself' };
const link: Not = { because: 'a link, opened by Enter where it stands' };

/** A new intent does not compile until it is here. */
const commandsOf: Readonly<Record<Intent['type'], readonly CommandId[] | Not>> = {
  ready: itself,
  focused: itself,
  follow: itself,
  moveWindow: itself,
  keepDraft: itself,
  findFiles: itself,
  renderFailed: itself,
  notPressed: itself,
  reload: { because: 'the editor has a command that reloads webviews' },
  submit: { because: 'Enter where the message is typed' },
  runCommand: { because: 'it is one' },
  openFile: link,
  openLink: link,
  stop: ['capstan.stop'],
  retry: ['capstan.retry'],
  editAgain: ['capstan.editAgain'],
  unqueue: ['capstan.queued'],
  deliver: ['capstan.queued'],
  findMentions: ['capstan.attach'],
  attach: ['capstan.attach'],
  keepImage: ['capstan.attach'],
  openDiff: ['capstan.openDiff'],
  showOutput: ['capstan.showOutput'],
  showQuestion: ['capstan.showQuestion'],
  decidePlan: ['capstan.showQuestion'],
  review: ['capstan.acceptEdit', 'capstan.rejectEdit'],
  pending: ['capstan.keepFile', 'capstan.undoFile', 'capstan.keepAll', 'capstan.undoAll', 'capstan.reviewChanges'],
  copy: ['capstan.copyMessage', 'capstan.copyAnswer', 'capstan.copyCode'],
  insertAtCursor: ['capstan.insertCode'],
  applyCode: ['capstan.applyCode'],
  step: ['capstan.previousTurn', 'capstan.nextTurn'],
  find: ['capstan.find'],
  findNext: ['capstan.find'],
};

const { contributes } = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../package.json'), 'utf8'));
const hidden = (contributes.menus.commandPalette as { command: string; when: string }[])
  .filter(({ when }) => when === 'false')
  .map(({ command }) => command);

describe('what the panel can do', () => {
  it('can be done by a command of the palette', () => {
    const named = Object.values(commandsOf).flatMap((way) => ('because' in way ? [] : way));
    const declared = new Set(contributes.commands.map(({ command }: { command: string }) => command));
    assert.deepEqual(
      [...named, ...pressed.map((button) => `capstan.${button}`)].filter(
        (command) => !declared.has(command) || hidden.includes(command),
      ),
      [],
    );
    assert.ok(hidden.length > 0);
  });
});

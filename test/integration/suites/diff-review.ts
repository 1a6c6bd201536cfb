import { afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { EditProposal, EditReviewer, EditVerdict } from '../../../src/core/ports.ts';
import { commands } from '../../../src/shared/contributions.ts';
import { activated, assertNothingLeft, closeEverything, replaceAll, reviewTabs, until } from '../editor.ts';

const shown = (label: RegExp) =>
  until(`a tab ${String(label)}`, () => {
    const tab = reviewTabs().find((tab) => label.test(tab.label));
    return tab?.isActive ? (tab.input as vscode.TabInputTextDiff) : undefined;
  });
const textOf = async (uri: vscode.Uri) => (await vscode.workspace.openTextDocument(uri)).getText();
const run = (command: string) => vscode.commands.executeCommand(command);

describe('the review of an edit', () => {
  let reviewer: EditReviewer;
  let abort = new AbortController();
  let count = 0;

  before(async () => {
    ({ reviewer } = (await activated()).host);
    await closeEverything();
  });
  afterEach(async () => {
    abort.abort();
    abort = new AbortController();
    await until('no review is left', () => reviewTabs().length === 0);
    assertNothingLeft();
  });

  const proposal = (fields: Partial<EditProposal> = {}): EditProposal => ({
    requestId: `review-${++count}`,
    path: '/workspace/src/cart.js',
    before: 'let a = 1;\n',
    after: 'let a = 2;\n',
    facts: [],
    ...fields,
  });

  it('shows the original beside the proposal in the language of the file', async () => {
    const verdict = reviewer.review(proposal(), abort.signal);
    const diff = await shown(/^cart\.js: proposed edit$/);
    assert.equal(await textOf(diff.original), 'let a = 1;\n');
    const right = await vscode.workspace.openTextDocument(diff.modified);
    assert.deepEqual([right.getText(), right.languageId], ['let a = 2;\n', 'javascript']);
    await run(commands.rejectEdit);
    assert.deepEqual(await verdict, { decision: 'reject' });
  });

  it('accepts from the command', async () => {
    const verdict = reviewer.review(proposal(), abort.signal);
    await shown(/cart/);
    await run(commands.acceptEdit);
    assert.deepEqual(await verdict, { decision: 'accept', after: 'let a = 2;\n' });
  });

  it('accepts what the person made of it, saved or not', async () => {
    for (const save of [false, true]) {
      const verdict = reviewer.review(proposal(), abort.signal);
      const { modified } = await shown(/cart/);
      const right = await vscode.workspace.openTextDocument(modified);
      await replaceAll(right, 'let a = 3;\n');
      if (save) assert.ok(await right.save());
      await run(commands.acceptEdit);
      assert.deepEqual(await verdict, { decision: 'accept', after: 'let a = 3;\n' });
      await until('the tab is closed', () => reviewTabs().length === 0);
    }
  });

  it('accepts mixed line endings and odd characters as they were proposed', async () => {
    const after = '\u00e9\u{1f600}\r\nmixed\nend\r\n';
    const verdict = reviewer.review(proposal({ after }), abort.signal);
    await shown(/cart/);
    await run(commands.acceptEdit);
    assert.deepEqual(await verdict, { decision: 'accept', after });
  });

  it('shows a new file beside nothing', async () => {
    const verdict = reviewer.review(proposal({ before: undefined, facts: ['Leaves the workspace'] }), abort.signal);
    const { original } = await shown(/^cart\.js: proposed new file \(Leaves the workspace\)$/);
    assert.equal(await textOf(original), '');
    await run(commands.acceptEdit);
    assert.equal((await verdict).decision, 'accept');
  });

  it('takes a closed tab for no verdict, and opens again', async () => {
    let answer: EditVerdict | undefined;
    const asked = proposal();
    const verdict = reviewer.review(asked, abort.signal).then((verdict) => (answer = verdict));
    await shown(/cart/);
    await vscode.window.tabGroups.close(reviewTabs());
    await run(commands.acceptEdit);
    assert.equal(answer, undefined);
    await run(commands.showQuestion);
    const { original, modified } = await shown(/cart/);
    assert.deepEqual([await textOf(original), await textOf(modified)], [asked.before, asked.after]);
    await run(commands.acceptEdit);
    assert.deepEqual(await verdict, { decision: 'accept', after: 'let a = 2;\n' });
  });

  it('keeps two at once apart, the first in front', async () => {
    const first = reviewer.review(proposal({ path: '/w/first.js' }), abort.signal);
    await shown(/first/);
    const second = reviewer.review(proposal({ path: '/w/second.js', after: 'second\n' }), abort.signal);
    await until('two tabs', () => reviewTabs().length === 2);
    await shown(/first/);
    await run(commands.rejectEdit);
    assert.deepEqual(await first, { decision: 'reject' });
    await shown(/second/);
    await run(commands.acceptEdit);
    assert.deepEqual(await second, { decision: 'accept', after: 'second\n' });
  });

  it('ends with a rejection when it is stopped, however early', async () => {
    const early = new AbortController();
    early.abort();
    assert.deepEqual(await reviewer.review(proposal(), early.signal), { decision: 'reject' });
    const verdict = reviewer.review(proposal(), abort.signal);
    const { modified } = await shown(/cart/);
    await replaceAll(await vscode.workspace.openTextDocument(modified), 'half typed');
    abort.abort();
    assert.deepEqual(await verdict, { decision: 'reject' });
  });

  it('ends at once when it is stopped while its tab opens', async () => {
    const verdict = reviewer.review(proposal(), abort.signal);
    abort.abort();
    assert.deepEqual(await verdict, { decision: 'reject' });
  });
});

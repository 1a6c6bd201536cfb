import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { PermissionAnswer, PermissionQuestion } from '../../../src/core/ports.ts';
import { Log } from '../../../src/host/log.ts';
import { PermissionDialogs } from '../../../src/host/permission-dialogs.ts';
import { ReadOnlyDocuments } from '../../../src/host/read-only-documents.ts';
import { ORIGINAL_SCHEME } from '../../../src/shared/contributions.ts';
import { activated } from '../editor.ts';
import { createAttention } from '../attention.ts';

// The editor shows no modal dialog to a test run, which is the case that matters here; the clicks are tested from outside.
describe('permission questions that cannot be shown', () => {
  const attention = createAttention();
  let prompter: PermissionDialogs;
  let provider: vscode.Disposable;
  const question: PermissionQuestion = {
    requestId: 'q',
    tool: 'Bash',
    title: 'Run a command',
    subject: 'true',
    facts: [],
    risk: 5,
  };

  before(async () => {
    await activated();
    const documents = new ReadOnlyDocuments();
    provider = vscode.workspace.registerTextDocumentContentProvider(ORIGINAL_SCHEME, documents);
    // Whether the test's window has the focus depends on what ran before.
    prompter = new PermissionDialogs(documents, new Log(), attention.port);
  });
  after(() => {
    prompter.dispose();
    provider.dispose();
  });

  it('are answered with no', async () => {
    const answer = await prompter.ask({ ...question, sessionGrant: 'all' }, new AbortController().signal);
    assert.equal(answer.decision, 'deny');
  });

  it('are answered with no as a list too', async () => {
    const ask = (requestId: string) => prompter.ask({ ...question, requestId }, new AbortController().signal);
    const answers = await Promise.all([ask('a'), ask('b'), ask('c')]);
    assert.deepEqual(
      answers.map((answer) => answer.decision),
      ['deny', 'deny', 'deny'],
    );
  });

  it('are answered with no when they were stopped, and leave no document behind', async () => {
    const abort = new AbortController();
    abort.abort();
    assert.deepEqual(await prompter.ask(question, abort.signal), { decision: 'deny' });
    await prompter.ask({ ...question, subject: 'long '.repeat(1000) }, new AbortController().signal);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label));
    assert.deepEqual(
      tabs.filter((label) => label.includes('asks')),
      [],
    );
  });

  describe('in a window that nobody looks at', () => {
    const asked = () => {
      let answer: PermissionAnswer | undefined;
      const done = prompter.ask(question, new AbortController().signal).then((given) => (answer = given));
      return { done, now: () => answer };
    };

    for (const [way, attend] of [
      ['the notification’s button is pressed', () => attention.press()],
      ['the window gets the focus', () => attention.look(true)],
      ['the person asks for the question', () => prompter.show()],
    ] as const) {
      it(`wait behind a notification until ${way}`, async () => {
        attention.look(false);
        const { done, now } = asked();
        await attention.offered();
        assert.match(attention.words.at(-1)!, /^Capstan asks: Run a command$/);
        await sleep(200);
        assert.equal(now(), undefined);
        attend();
        assert.equal((await done).decision, 'deny');
      });
    }

    it('go away when the call is stopped, with a no', async () => {
      attention.look(false);
      const abort = new AbortController();
      const answer = prompter.ask(question, abort.signal);
      await attention.offered();
      abort.abort();
      assert.deepEqual(await answer, { decision: 'deny' });
    });
  });
});

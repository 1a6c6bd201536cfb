import { before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { PermissionPrompter, PermissionQuestion } from '../../../src/core/ports.ts';
import { activated } from '../editor.ts';

// The editor shows no modal dialog to a test run, which is the case that matters here; the clicks are tested from outside.
describe('permission questions that cannot be shown', () => {
  let prompter: PermissionPrompter;
  const question: PermissionQuestion = {
    requestId: 'q',
    tool: 'Bash',
    title: 'Run a command',
    subject: 'true',
    facts: [],
    risk: 5,
  };

  before(async () => {
    ({ prompter } = (await activated()).host);
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
});

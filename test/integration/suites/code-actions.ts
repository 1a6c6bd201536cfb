import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands } from '../../../src/shared/contributions.ts';
import type { ProblemReport } from '../../../src/host/code-actions.ts';
import { activated, closeEverything, openFile, scratchFolder } from '../editor.ts';

describe('code actions', () => {
  const scratch = scratchFolder('actions');
  const diagnostics = vscode.languages.createDiagnosticCollection('capstan-test');
  let document: vscode.TextDocument;

  before(async () => {
    await activated();
    await scratch.make();
    ({ document } = await openFile(scratch.file('notes.txt'), 'first\nsecond line\nthird\n'));
  });
  after(async () => {
    diagnostics.dispose();
    await closeEverything();
    await scratch.remove();
  });

  const offered = async (range: vscode.Range) => {
    const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
    );
    return all.filter(({ title }) => title.includes('Capstan'));
  };

  it('are not offered where nothing is selected and nothing is wrong', async () => {
    assert.deepEqual(await offered(new vscode.Range(0, 0, 0, 0)), []);
  });

  it('offer to ask about a selection', async () => {
    const [action, ...others] = await offered(new vscode.Range(1, 0, 1, 6));
    assert.deepEqual(others, []);
    assert.equal(action?.title, 'Ask Capstan about the selection');
    assert.equal(action.command?.command, commands.askAboutSelection);
  });

  it('offer to fix a problem, with its text and place', async () => {
    const problem = new vscode.Diagnostic(
      new vscode.Range(1, 0, 1, 6),
      'second is not first',
      vscode.DiagnosticSeverity.Error,
    );
    problem.source = 'order';
    problem.code = 7;
    diagnostics.set(document.uri, [problem]);
    const [action] = await offered(new vscode.Range(1, 2, 1, 2));
    assert.equal(action?.title, 'Fix with Capstan');
    assert.ok(action.kind && vscode.CodeActionKind.QuickFix.contains(action.kind));
    const [report] = (action.command?.arguments ?? []) as ProblemReport[];
    assert.equal(report?.uri.toString(), document.uri.toString());
    assert.deepEqual(report?.problems, [
      { message: 'second is not first', severity: 'error', source: 'order(7)', startLine: 2, endLine: 2 },
    ]);
  });
});

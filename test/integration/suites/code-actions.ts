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

  it('offer what can be done with a selection, each of its kind and with the range', async () => {
    const range = new vscode.Range(1, 0, 1, 6);
    const actions = await offered(range);
    const { RefactorRewrite } = vscode.CodeActionKind;
    const all = actions.map(({ title, kind, command }) => [title, kind?.value, command?.command]);
    const inOrder = all.toSorted(([a = ''], [b = '']) => a.localeCompare(b));
    assert.deepEqual(inOrder, [
      ['Ask Capstan about the selection', 'capstan', commands.askAboutSelection],
      ['Document with Capstan', RefactorRewrite.value, commands.document],
      ['Explain with Capstan', 'capstan', commands.explain],
      ['Refactor with Capstan…', RefactorRewrite.value, commands.refactor],
      ['Write tests with Capstan', 'capstan', commands.writeTests],
    ]);
    for (const { command } of actions) {
      const [uri, chosen] = (command?.arguments ?? []) as [vscode.Uri, vscode.Range];
      assert.equal(uri.toString(), document.uri.toString());
      assert.ok(chosen.isEqual(range));
    }
  });

  it('keep to the kind that is asked for, as at saving', async () => {
    const only = async (kind: vscode.CodeActionKind) => {
      const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        new vscode.Range(1, 0, 1, 6),
        kind.value,
      );
      return all.filter(({ title }) => title.includes('Capstan')).length;
    };
    assert.equal(await only(vscode.CodeActionKind.SourceFixAll), 0);
    assert.equal(await only(vscode.CodeActionKind.Refactor), 2);
  });

  it('offer to resolve a merge conflict inside it, and not beside it', async () => {
    const text = 'a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> side\nd\n';
    const file = (await openFile(scratch.file('merge.txt'), text)).document;
    const titles = async (line: number) => {
      const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        file.uri,
        new vscode.Range(line, 0, line, 0),
      );
      return all.map(({ title }) => title).filter((title) => title.includes('Capstan'));
    };
    assert.deepEqual(await titles(0), []);
    assert.deepEqual(await titles(6), []);
    for (const line of [1, 3, 5]) assert.deepEqual(await titles(line), ['Resolve this conflict with Capstan']);
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

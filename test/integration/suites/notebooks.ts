import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { FileSystem } from '../../../src/core/ports.ts';
import type { OpenNotebooks } from '../../../src/core/tools/files/notebook-edit-tool.ts';
import { parseNotebook } from '../../../src/core/tools/files/notebook.ts';
import { createOpenNotebooks } from '../../../src/host/notebooks.ts';
import { activated, closeEverything, scratchFolder, until } from '../editor.ts';

const output = { name: 'stdout', output_type: 'stream', text: ['1\n'] };
const content = {
  cells: [
    { cell_type: 'markdown', id: 'title', metadata: {}, source: ['# Title'] },
    { cell_type: 'code', execution_count: 1, id: 'first', metadata: {}, outputs: [output], source: ['x = 1\n', 'x'] },
  ],
  metadata: { language_info: { name: 'python' } },
  nbformat: 4,
  nbformat_minor: 5,
};
const FIRST = { id: 'first', source: 'x = 1\nx' };

describe('notebooks that are open in the editor', () => {
  const scratch = scratchFolder('notebooks');
  let files: FileSystem;
  let notebooks: OpenNotebooks;
  let count = 0;

  before(async () => {
    ({ files } = (await activated()).host);
    notebooks = createOpenNotebooks(files);
    await scratch.make();
  });
  afterEach(async () => {
    for (const { isDirty, uri } of vscode.workspace.notebookDocuments) {
      if (!isDirty) continue;
      await vscode.window.showNotebookDocument(await vscode.workspace.openNotebookDocument(uri));
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
    await closeEverything();
  });
  after(() => scratch.remove());

  async function opened(): Promise<{ file: string; notebook: vscode.NotebookDocument }> {
    const file = scratch.file(`${(count += 1)}.ipynb`);
    await writeFile(file, `${JSON.stringify(content, undefined, 1)}\n`);
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
    await vscode.window.showNotebookDocument(notebook);
    return { file, notebook };
  }

  const onDisk = async (file: string) => parseNotebook(await readFile(file, 'utf8')).cells;

  it('are told from those that are not, under whatever name', async () => {
    const { file, notebook } = await opened();
    assert.equal(await notebooks.state(file), 'saved');
    assert.equal(await notebooks.state(scratch.file('other.ipynb')), 'closed');
    assert.equal(await notebooks.edit(scratch.file('other.ipynb'), { mode: 'delete', index: 0 }, FIRST), false);
    const linked = scratch.file('link.ipynb');
    await symlink(scratch.file('target.ipynb'), linked);
    await writeFile(scratch.file('target.ipynb'), JSON.stringify(content));
    await vscode.window.showNotebookDocument(await vscode.workspace.openNotebookDocument(vscode.Uri.file(linked)));
    assert.equal(await notebooks.state(scratch.file('target.ipynb')), 'saved');
    assert.equal(notebook.isDirty, false);
  });

  it('are left as they are when a cell reads differently', async () => {
    const { file, notebook } = await opened();
    const before = { id: 'first', source: 'something else' };
    assert.equal(await notebooks.edit(file, { mode: 'delete', index: 1 }, before), false);
    assert.equal(notebook.cellCount, 2);
    assert.equal(notebook.isDirty, false);
  });

  it('are edited there and saved, with their outputs, and the edit can be undone', async () => {
    const { file, notebook } = await opened();
    assert.ok(await notebooks.edit(file, { mode: 'replace', index: 1, source: 'y = 2', kind: 'code' }, FIRST));
    assert.equal(notebook.isDirty, false);
    const [, cell] = await onDisk(file);
    assert.deepEqual([cell?.id, cell?.source, cell?.outputs], ['first', 'y = 2', [output]]);
    // As the person does it: in the cell, whose steps the editor keeps apart from those of the others.
    await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(1, 2)] });
    await vscode.commands.executeCommand('notebook.cell.edit');
    await vscode.commands.executeCommand('undo');
    await until('the old source', () => notebook.cellAt(1).document.getText() === FIRST.source);
  });

  it('take new cells, lose old ones, and change their kind', async () => {
    const { file, notebook } = await opened();
    const insert = { mode: 'insert', index: 1, source: 'new', kind: 'code', id: 'abcd1234' } as const;
    assert.ok(await notebooks.edit(file, insert, undefined));
    assert.deepEqual(
      (await onDisk(file)).map(({ id, kind, source }) => [id, kind, source]),
      [
        ['title', 'markdown', '# Title'],
        ['abcd1234', 'code', 'new'],
        ['first', 'code', FIRST.source],
      ],
    );
    assert.ok(await notebooks.edit(file, { mode: 'replace', index: 2, source: 'text', kind: 'markdown' }, FIRST));
    assert.ok(await notebooks.edit(file, { mode: 'delete', index: 0 }, { id: 'title', source: '# Title' }));
    const cells = await onDisk(file);
    assert.deepEqual(
      cells.map(({ id, kind, source }) => [id, kind, source]),
      [
        ['abcd1234', 'code', 'new'],
        ['first', 'markdown', 'text'],
      ],
    );
    assert.equal(notebook.isDirty, false);
  });

  it('are as before when a new cell is undone', async () => {
    const { file, notebook } = await opened();
    const insert = { mode: 'insert', index: 2, source: 'new', kind: 'markdown', id: 'abcd1234' } as const;
    assert.ok(await notebooks.edit(file, insert, undefined));
    assert.equal(notebook.cellCount, 3);
    await vscode.commands.executeCommand('notebook.cell.quitEdit');
    await vscode.commands.executeCommand('undo');
    await until('the old cells', () => notebook.cellCount === 2);
  });

  it('stay unsaved where they were', async () => {
    const { file, notebook } = await opened();
    const typed = new vscode.WorkspaceEdit();
    typed.insert(notebook.cellAt(0).document.uri, new vscode.Position(0, 0), '#');
    await vscode.workspace.applyEdit(typed);
    assert.equal(await notebooks.state(file), 'unsaved');
    assert.ok(await notebooks.edit(file, { mode: 'delete', index: 1 }, FIRST));
    assert.equal(notebook.cellCount, 1);
    assert.equal(notebook.isDirty, true);
    assert.equal((await onDisk(file)).length, 2);
  });
});

describe('files in the editor’s own encoding', () => {
  const scratch = scratchFolder('encodings');
  let files: FileSystem;
  const setting = () => vscode.workspace.getConfiguration('files');

  before(async () => {
    ({ files } = (await activated()).host);
    await scratch.make();
    await setting().update('encoding', 'windows1252', vscode.ConfigurationTarget.Workspace);
  });
  afterEach(closeEverything);
  after(async () => {
    await setting().update('encoding', undefined, vscode.ConfigurationTarget.Workspace);
    await scratch.remove();
  });

  it('are edited through the editor byte for byte, and refuse what it would turn into question marks', async () => {
    const file = scratch.file('a.txt');
    const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
    await writeFile(file, latin('grün\nöde\n'));
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
    await vscode.window.showTextDocument(document);
    const read = await files.readText(file);
    assert.equal(read.text, 'grün\nöde\n');
    assert.equal(document.getText(), read.text);
    const written = await files.writeText(file, 'grün\nüber\n', read);
    assert.deepEqual(await readFile(file), latin('grün\nüber\n'));
    await assert.rejects(files.writeText(file, '日本\n', written), /cannot express “日” \(line 1\)/);
    assert.deepEqual(await readFile(file), latin('grün\nüber\n'));
    assert.equal(document.getText(), 'grün\nüber\n');
  });
});

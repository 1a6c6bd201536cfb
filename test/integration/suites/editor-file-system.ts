import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { FileSystem } from '../../../src/core/ports.ts';
import { activated, closeEverything, openFile, replaceAll, scratchFolder, until } from '../editor.ts';

const onDisk = (file: string) => readFile(file, 'utf8');
const isError = (reason: string) => (error: unknown) => (error as { reason?: string }).reason === reason;

describe('files seen through the editor', () => {
  const scratch = scratchFolder('files');
  let files: FileSystem;

  before(async () => {
    ({ files } = (await activated()).host);
    await scratch.make();
  });
  afterEach(closeEverything);
  after(() => scratch.remove());

  it('refuse a write over what changed since it was read, and leave file and buffer as they are', async () => {
    const file = scratch.file('stale.txt');
    const { document } = await openFile(file, 'one\n');
    const read = await files.readText(file);
    await replaceAll(document, 'typed by hand\n');
    await assert.rejects(files.writeText(file, 'two\n', read), isError('stale'));
    await assert.rejects(files.writeText(file, 'two\n', undefined), isError('stale'));
    assert.equal(document.getText(), 'typed by hand\n');
    assert.equal(await onDisk(file), 'one\n');
  });

  it('refuse a write over a clean file that changed on disk, byte for byte', async () => {
    const file = scratch.file('stale-disk.txt');
    const { document } = await openFile(file, 'one\n');
    const read = await files.readText(file);
    await writeFile(file, 'from outside\r\n');
    await assert.rejects(files.writeText(file, 'two\n', read), isError('stale'));
    assert.equal(await onDisk(file), 'from outside\r\n');
    assert.equal(document.isDirty, false);
  });

  it('read and edit an unsaved buffer, and leave it unsaved', async () => {
    const file = scratch.file('dirty.txt');
    const { document } = await openFile(file, 'one\ntwo\n');
    await replaceAll(document, 'one\ntwo\nthree\n');
    const read = await files.readText(file);
    assert.deepEqual([read.text, read.unsaved], ['one\ntwo\nthree\n', true]);
    const written = await files.writeText(file, 'one\n2\nthree\n', read);
    assert.deepEqual([written.text, written.unsaved], ['one\n2\nthree\n', true]);
    assert.equal(document.getText(), 'one\n2\nthree\n');
    assert.equal(document.isDirty, true);
    assert.equal(await onDisk(file), 'one\ntwo\n');
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), 'one\ntwo\nthree\n');
  });

  it('edit an open file in the editor and save it; undo works', async () => {
    const file = scratch.file('clean.txt');
    const { document } = await openFile(file, 'one\r\ntwo\r\n');
    const read = await files.readText(file);
    assert.equal(read.unsaved, false);
    const written = await files.writeText(file, 'one\r\n2\r\n', read);
    assert.deepEqual([written.text, written.unsaved], ['one\r\n2\r\n', false]);
    assert.equal(await onDisk(file), 'one\r\n2\r\n');
    assert.deepEqual([document.getText(), document.isDirty], ['one\r\n2\r\n', false]);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), 'one\r\ntwo\r\n');
  });

  it('tell what a formatter made of the edit on saving', async () => {
    const file = scratch.file('formatted.txt');
    const formatter = vscode.languages.registerDocumentFormattingEditProvider(
      { pattern: '**/formatted.txt' },
      {
        provideDocumentFormattingEdits: (document) => [
          vscode.TextEdit.insert(document.lineAt(document.lineCount - 1).range.end, 'formatted\n'),
        ],
      },
    );
    const settings = vscode.workspace.getConfiguration('editor');
    await settings.update('formatOnSave', true, vscode.ConfigurationTarget.Global);
    try {
      await openFile(file, 'one\n');
      const written = await files.writeText(file, 'two\n', await files.readText(file));
      assert.equal(written.text, 'two\nformatted\n');
      assert.equal(await onDisk(file), 'two\nformatted\n');
      // So the next edit is not taken for one of a file that changed.
      assert.equal((await files.readText(file)).hash, written.hash);
    } finally {
      formatter.dispose();
      await settings.update('formatOnSave', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('write mixed line endings and a byte order mark as they are, open or not', async () => {
    for (const open of [true, false]) {
      const file = scratch.file(`mixed-${open}.txt`);
      await writeFile(file, '\ufeffone\r\ntwo\nthree\r\n');
      if (open) await openFile(file);
      const read = await files.readText(file);
      assert.deepEqual([read.text, read.bom], ['one\r\ntwo\nthree\r\n', true]);
      await files.writeText(file, 'one\r\n2\nthree\r\n', read);
      assert.equal(await onDisk(file), '\ufeffone\r\n2\nthree\r\n');
      if (open) {
        const document = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === file);
        await until('the editor shows what was written', () => document?.getText().includes('2'));
        assert.equal(document?.isDirty, false);
      }
    }
  });

  it('keep the byte order mark of a file that is edited in the editor', async () => {
    const file = scratch.file('bom.txt');
    await openFile(file, '\ufeffone\n');
    const read = await files.readText(file);
    assert.deepEqual([read.text, read.bom], ['one\n', true]);
    await files.writeText(file, 'two\n', read);
    assert.equal(await onDisk(file), '\ufefftwo\n');
  });

  it('write a closed file and a new one below the editor, without opening them', async () => {
    const file = scratch.file('closed.txt');
    await writeFile(file, 'one\n');
    await files.writeText(file, 'two\n', await files.readText(file));
    await files.writeText(scratch.file('new/deep.txt'), 'new\n', undefined);
    assert.equal(await onDisk(file), 'two\n');
    assert.equal(await onDisk(scratch.file('new/deep.txt')), 'new\n');
    assert.deepEqual(
      vscode.workspace.textDocuments.filter(({ uri }) => /closed|deep/.test(uri.path)),
      [],
    );
  });

  it('find the open buffer behind a link', async () => {
    const file = scratch.file('target.txt');
    await writeFile(file, 'one\n');
    await symlink(file, scratch.file('link.txt'));
    const { document } = await openFile(scratch.file('link.txt'));
    await replaceAll(document, 'typed\n');
    const canonical = await files.resolve(file);
    assert.ok(canonical);
    const read = await files.readText(canonical);
    assert.deepEqual([read.text, read.unsaved], ['typed\n', true]);
  });

  it('leave file and buffer byte for byte when saving fails', async () => {
    const file = scratch.file('unsavable.txt');
    const { document } = await openFile(file, 'one\ntwo\n');
    const saving = vscode.workspace.onWillSaveTextDocument((event) => {
      // The file changes under the editor's hands, so that it refuses to overwrite it.
      event.waitUntil(writeFile(file, 'newer\n').then(() => []));
    });
    const read = await files.readText(file);
    try {
      await assert.rejects(files.writeText(file, 'one\n2\n', read), isError('other'));
    } finally {
      saving.dispose();
    }
    assert.equal(await onDisk(file), 'newer\n');
    await until('the buffer is clean', () => !document.isDirty);
    assert.doesNotMatch(document.getText(), /2/);
  });
});

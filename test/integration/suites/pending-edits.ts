import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { EditJournal } from '../../../src/core/review/edit-journal.ts';
import type { Host } from '../../../src/host/compose.ts';
import { Log } from '../../../src/host/log.ts';
import { markKinds, markRanges, markStyle } from '../../../src/host/pending-edits/mark-styles.ts';
import { PendingEdits } from '../../../src/host/pending-edits/pending-edits.ts';
import { createPendingStore } from '../../../src/host/pending-edits/pending-store.ts';
import { commands } from '../../../src/shared/contributions.ts';
import { activated, closeEverything, openFile, replaceAll, scratchFolder, until } from '../editor.ts';

const scratch = scratchFolder('pending');
const OLD = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';
const NEW = 'ONE\ntwo\nthree\nfour\nfive\nSIX\nseven\n';
const signal = new AbortController().signal;
const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);

/** As WCAG 2 counts it, of two colours as `#rrggbb`. */
function contrast(one: string, other: string): number {
  const light = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  const [dark = 1, bright = 1] = [light(one), light(other)].toSorted((a, b) => a - b);
  return bright / dark;
}

describe('edits that are reviewed after they landed', () => {
  let host: Host;
  let journal: EditJournal;
  let count = 0;

  before(async () => {
    ({ host } = await activated());
    journal = host.pending.journal('session-1');
    await scratch.make();
    await closeEverything();
  });
  afterEach(async () => {
    for (const { file } of host.pending.files) await host.pending.keep(file.path);
    await told();
    await closeEverything();
  });
  after(() => scratch.remove());

  const newName = () => scratch.file(`file-${++count}.txt`);
  const told = (session = 'session-1') =>
    host.pending.reminder(session, path.dirname(scratch.file('x'))).take({ changed: [], signal });
  const pendingIn = (file: string) => host.pending.files.find((view) => view.file.path === file);
  const disk = (file: string) => readFile(file, 'utf8');

  /** As a tool does it. */
  async function edit(file: string, text: string, by = journal): Promise<void> {
    const base = await host.files.readText(file).catch(() => undefined);
    const landed = await by.landing({ path: file, before: base?.text, after: text });
    await landed((await host.files.writeText(file, text, base)).text);
  }

  async function edited(content = OLD, to = NEW): Promise<string> {
    const file = newName();
    await writeFile(file, content);
    await edit(file, to);
    return file;
  }

  const lensesOf = async (file: string) => {
    const uri = vscode.Uri.file(file);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 100);
    return lenses.filter(({ command }) => command?.command.startsWith('capstan.'));
  };

  it('have lenses to keep and to undo above each hunk, which do so', async () => {
    const file = await edited();
    await openFile(file);
    const lenses = await lensesOf(file);
    const titles = lenses.map(({ command, range }) => `${range.start.line} ${command?.title}`);
    assert.deepEqual(titles.toSorted(), ['0 1 of 2', '0 Keep', '0 Undo', '5 2 of 2', '5 Keep', '5 Undo']);
    const undo = lenses.find(({ command, range }) => command?.command === commands.undoHunk && range.start.line === 5)!;
    await run(undo.command!.command, ...undo.command!.arguments!);
    assert.equal(await disk(file), NEW.replace('SIX', 'six'));
    assert.equal(pendingIn(file)?.hunks.length, 1);
    await run(commands.keepHunk);
    assert.equal(pendingIn(file), undefined);
    assert.equal(await disk(file), NEW.replace('SIX', 'six'));
    assert.deepEqual(await lensesOf(file), []);
  });

  it('have signs in the gutter that say what became of the lines, in light and dark', async () => {
    const lines = (text: string) => text.replaceAll(' ', '\n');
    const file = await edited(lines('1 2 3 4 5 6 7 8 9 '), lines('I II 3 4 5 5.1 5.2 5.3 6 7 9 '));
    const ranges = markRanges(pendingIn(file)!.hunks, 12);
    const rows = Object.entries(ranges).map(([kind, all]) => [
      kind,
      all.map(({ start, end }) => [start.line, end.line]),
    ]);
    assert.deepEqual(Object.fromEntries(rows), {
      changed: [[0, 0]],
      'changed-below': [[1, 1]],
      added: [[5, 5]],
      'added-below': [[6, 7]],
      removed: [[10, 10]],
    });
    const extension = vscode.extensions.getExtension('capstan.capstan')!.extensionUri;
    for (const kind of markKinds) {
      const { light, dark, overviewRulerColor, backgroundColor } = markStyle(kind, extension);
      assert.ok(overviewRulerColor, kind);
      assert.equal(backgroundColor === undefined, kind === 'removed');
      for (const [theme, worst] of [
        [light, '#ffffff'],
        [dark, '#252526'],
      ] as const) {
        const picture = theme?.gutterIconPath;
        assert.ok(picture instanceof vscode.Uri);
        const colours = (await readFile(picture.fsPath, 'utf8')).match(/#[0-9a-f]{6}/g) ?? [];
        assert.ok(colours.length > 0, picture.fsPath);
        for (const colour of colours) assert.ok(contrast(colour, worst) >= 4.5, `${colour} on ${worst}`);
      }
    }
  });

  it("undone here come back with the editor's own undo, and so does their review", async () => {
    const file = await edited();
    await openFile(file);
    await run(commands.undoFile);
    assert.equal(await disk(file), OLD);
    await run('undo');
    await until('the edits are to be reviewed again', () => pendingIn(file)?.hunks.length === 2);
    assert.equal(vscode.window.activeTextEditor?.document.getText(), NEW);
    assert.equal(await told(), undefined);
  });

  it('of files that no editor shows are undone on disk, byte for byte', async () => {
    const file = await edited('\ufeffone\r\ntwo', '\ufeffONE\r\ntwo');
    assert.deepEqual([...(await readFile(file))].slice(0, 3), [0xef, 0xbb, 0xbf]);
    await host.pending.undo(file);
    assert.equal(await disk(file), '\ufeffone\r\ntwo');
  });

  it('in an unsaved buffer stay in it, beside what was typed', async () => {
    const file = newName();
    const { document } = await openFile(file, OLD);
    await replaceAll(document, OLD.replace('seven', 'seven by hand'));
    await edit(file, NEW.replace('seven', 'seven by hand'));
    assert.equal(pendingIn(file)?.hunks.length, 2);
    await run(commands.undoFile);
    assert.equal(document.getText(), OLD.replace('seven', 'seven by hand'));
    assert.equal(await disk(file), OLD);
  });

  it('spare what a person typed in between, and say so to them and to the model', async () => {
    const file = await edited();
    const { document } = await openFile(file);
    await replaceAll(document, NEW.replace('ONE', 'ONE by hand').replace('three', 'three by hand'));
    await until('the typing is seen', () => pendingIn(file)?.hunks[0]?.touched);
    const done = await host.pending.undo(file);
    assert.deepEqual(done, { undone: 1, spared: 1 });
    assert.equal(document.getText(), OLD.replace('one', 'ONE by hand').replace('three', 'three by hand'));
    const titles = (await lensesOf(file)).map(({ command }) => command?.title ?? '');
    assert.deepEqual(new Set(titles), new Set(['Keep', 'Undo…', '1 of 1']));
    assert.match((await told())!, /line 6: undone[^]*-SIX\n\+six/);
    await run(commands.keepFile);
    assert.match((await told())!, /line 1: changed since[^]*-ONE\n\+ONE by hand$/);
    assert.equal(await told(), undefined);
  });

  it('undone by hand are told though the rest was kept', async () => {
    const file = await edited();
    const { document } = await openFile(file);
    await replaceAll(document, NEW.replace('ONE', 'one'));
    await until('the typing is seen', () => pendingIn(file)?.hunks.length === 1);
    await run(commands.keepFile);
    assert.equal(pendingIn(file), undefined);
    await new Promise((resolve) => setTimeout(resolve, 1600));
    assert.match((await told())!, /line 1: undone[^]*-ONE\n\+one$/);
  });

  it('that made a file take it away when they are undone, into the bin or by a step that can be undone', async () => {
    const file = newName();
    await edit(file, 'new\n');
    assert.equal(pendingIn(file)?.file.created, true);
    await host.pending.undo(file);
    await assert.rejects(stat(file));
    assert.match((await told())!, /line 1: undone/);
    assert.equal(pendingIn(file), undefined);
  });

  it('of several sessions in one file are told to each of them', async () => {
    const file = await edited();
    await edit(file, NEW.replace('four', 'FOUR'), host.pending.journal('session-2'));
    await host.pending.undo(file);
    assert.equal(await disk(file), OLD);
    for (const session of ['session-1', 'session-2']) {
      assert.match((await told(session))!, /undone/);
      assert.equal(await told(session), undefined);
    }
    assert.equal(await told('session-3'), undefined);
  });

  it('follow a file that is renamed, and are let go with one that is deleted', async () => {
    const file = await edited();
    const moved = newName();
    const rename = new vscode.WorkspaceEdit();
    rename.renameFile(vscode.Uri.file(file), vscode.Uri.file(moved));
    assert.ok(await vscode.workspace.applyEdit(rename));
    await until('the edits are known under the new name', () => pendingIn(moved)?.hunks.length === 2);
    assert.equal(pendingIn(file), undefined);
    // A watcher that has just been asked for does not see at once.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await rm(moved);
    await until('nothing is pending', () => pendingIn(moved) === undefined);
    await new Promise((resolve) => setTimeout(resolve, 1600));
    assert.match((await told())!, /the file is gone/);
  });

  it('open in the multi-diff together, and one alone in the diff editor', async () => {
    const first = await edited();
    await run(commands.reviewChanges);
    const input = await until('the diff editor', () => vscode.window.tabGroups.activeTabGroup.activeTab?.input);
    assert.ok(input instanceof vscode.TabInputTextDiff);
    assert.equal(input.modified.fsPath, first);
    assert.equal((await vscode.workspace.openTextDocument(input.original)).getText(), OLD);
    await edited();
    await run(commands.reviewChanges);
    await until('the multi-diff', () =>
      vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes('Changes by Capstan'),
    );
  });

  it('of a notebook are compared as text', async () => {
    const notebook = (source: string) =>
      JSON.stringify({
        cells: [{ cell_type: 'markdown', metadata: {}, source: [source] }],
        metadata: {},
        nbformat: 4,
        nbformat_minor: 5,
      });
    const file = scratch.file('a.ipynb');
    await writeFile(file, notebook('one'));
    await edit(file, notebook('two'));
    await run(commands.reviewChanges);
    const input = await until('the diff', () => vscode.window.tabGroups.activeTabGroup.activeTab?.input);
    // As text: the notebook's own diff cannot read what is kept in memory.
    assert.ok(input instanceof vscode.TabInputTextDiff);
    assert.equal((await vscode.workspace.openTextDocument(input.original)).getText(), notebook('one'));
    assert.equal(input.modified.fsPath, file);
    await host.pending.undo(file);
    assert.equal(await disk(file), notebook('one'));
  });

  it('are gone through by command, from one file to the next', async () => {
    const [one, other] = [await edited(), await edited()];
    const { document } = await openFile(one);
    const at = () => [
      vscode.window.activeTextEditor?.document.uri.fsPath,
      vscode.window.activeTextEditor?.selection.active.line,
    ];
    await run(commands.nextHunk);
    assert.deepEqual(at(), [document.uri.fsPath, 5]);
    await run(commands.nextHunk);
    assert.deepEqual(at(), [other, 0]);
    await run(commands.previousHunk);
    assert.deepEqual(at(), [one, 5]);
    await run(commands.keepAll);
    assert.deepEqual(host.pending.files, []);
  });

  it('survive the window, with what was typed while it was closed', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'capstan-pending-'));
    const log = new Log();
    const open = () => new PendingEdits({ files: host.files, store: createPendingStore(folder), log });
    const file = newName();
    await writeFile(file, OLD);
    const earlier = open();
    await edit(file, NEW, earlier.journal('s'));
    const [stored] = await readdir(folder);
    assert.equal((await stat(path.join(folder, stored!))).mode & 0o777, 0o600);
    // Killed: nothing is put away. A file of somebody else's in the folder changes nothing.
    await writeFile(path.join(folder, 'broken.json'), '{"path": 3');
    await writeFile(file, NEW.replace('three', 'three by hand'));
    const later = open();
    void later.restore();
    // Nothing that lands at once may take the place of what is still being read.
    await edit(file, NEW.replace('three', 'three by hand').replace('five', 'FIVE'), later.journal('s'));
    assert.deepEqual(
      later.files.map((view) => view.hunks.length),
      [2],
    );
    await later.undo(file);
    assert.equal(await disk(file), OLD.replace('three', 'three by hand'));
    assert.match((await later.reminder('s', path.dirname(file)).take({ changed: [], signal }))!, /undone/);
    await until('nothing is kept of it', () => later.files.length === 0);
    await rm(path.join(folder, 'broken.json'));
    const left = async () => (await readdir(folder)).length;
    for (let tries = 0; (await left()) > 0 && tries < 50; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(await left(), 0);
    earlier.dispose();
    later.dispose();
    log.dispose();
    await rm(folder, { recursive: true });
  });
});

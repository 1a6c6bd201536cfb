import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFile, stat, symlink, mkdir } from 'node:fs/promises';
import * as vscode from 'vscode';
import { applyCode, type ApplyCodeParts } from '../../../src/host/code-edits/apply-code.ts';
import { insideWorkspace } from '../../../src/host/locations.ts';
import { Log } from '../../../src/host/log.ts';
import { commands } from '../../../src/shared/contributions.ts';
import { activated, closeEverything, openFile, reviewTabs, scratchFolder, until } from '../editor.ts';

const run = (command: string) => vscode.commands.executeCommand(command);
const onDisk = (file: string) => readFile(file, 'utf8');
const source = 'export function first() {\n  return 1;\n}\n\nexport function second() {\n  return 2;\n}\n';
const block = 'function second() {\n  return 22;\n}';

describe('a block of code applied as an edit', () => {
  const scratch = scratchFolder('apply-code');
  let parts: ApplyCodeParts;

  before(async () => {
    const { host } = await activated();
    parts = { files: host.files, review: host.reviewer, inside: async (name) => insideWorkspace(name), log: new Log() };
    await scratch.make();
  });
  afterEach(async () => {
    await run(commands.rejectEdit);
    await closeEverything();
  });
  after(() => scratch.remove());

  const shown = (label: RegExp) =>
    until(`a review ${String(label)}`, () => reviewTabs().find((tab) => tab.isActive && label.test(tab.label)));

  it('is shown in the diff first, written when it is accepted, and can be undone', async () => {
    const file = scratch.file('lines.ts');
    const { document } = await openFile(file, source);
    const done = applyCode({ code: `export ${block}`, path: file }, parts);
    await shown(/^lines\.ts: proposed edit \(replaces lines 5–7\)$/);
    assert.equal(await onDisk(file), source);
    await run(commands.acceptEdit);
    await done;
    assert.equal(await onDisk(file), source.replace('return 2;', 'return 22;'));
    assert.equal(vscode.window.activeTextEditor?.document, document);
    await run('undo');
    assert.equal(document.getText(), source);
  });

  it('changes nothing when it is rejected', async () => {
    const file = scratch.file('kept.ts');
    await openFile(file, source);
    const done = applyCode({ code: `export ${block}`, path: file }, parts);
    await shown(/^kept\.ts/);
    await run(commands.rejectEdit);
    await done;
    assert.equal(await onDisk(file), source);
  });

  it('goes to the selection of the active editor where it names no file', async () => {
    const file = scratch.file('selected.ts');
    const editor = await openFile(file, source);
    editor.selection = new vscode.Selection(1, 0, 2, 0);
    const done = applyCode({ code: '  return 11;\n' }, parts);
    await shown(/replaces the selection/);
    await run(commands.acceptEdit);
    await done;
    assert.equal(await onDisk(file), source.replace('return 1;', 'return 11;'));
  });

  it('makes the file that is not there yet, without the line that only names it', async () => {
    const file = scratch.file('made/new.ts');
    const done = applyCode({ code: '// made/new.ts\nexport const made = 1;\n', path: file }, parts);
    await shown(/^new\.ts: proposed new file/);
    await assert.rejects(stat(file));
    await run(commands.acceptEdit);
    await done;
    assert.equal(await onDisk(file), 'export const made = 1;\n');
  });

  it('is refused outside the workspace, for what other programs run by, through a link too, and where parts are left out', async () => {
    await mkdir(scratch.file('.husky'));
    await symlink(scratch.file('.husky'), scratch.file('hooks'));
    const file = scratch.file('whole.ts');
    await openFile(file, source);
    for (const [path, code] of [
      ['/etc/passwd', block],
      [scratch.file('.husky/pre-commit'), block],
      [scratch.file('hooks/pre-commit'), block],
      [file, `${source}// ... the rest\n`],
      [file, source],
    ] as const) {
      await applyCode({ path, code }, parts);
      assert.deepEqual(reviewTabs(), [], path);
    }
    await assert.rejects(stat(scratch.file('.husky/pre-commit')));
  });

  it('writes nothing over what changed while it was reviewed', async () => {
    const file = scratch.file('stale.ts');
    const { document } = await openFile(file, source);
    const done = applyCode({ code: `export ${block}`, path: file }, parts);
    await shown(/^stale\.ts/);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '// typed meanwhile\n');
    await vscode.workspace.applyEdit(edit);
    await document.save();
    await run(commands.acceptEdit);
    await done;
    assert.equal(await onDisk(file), `// typed meanwhile\n${source}`);
  });
});

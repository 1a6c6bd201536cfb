// What is offered behind an `@`, and what is attached: of this workspace alone, and nothing that a rule withholds.
import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { TerminalHistory } from '../../../src/host/entry-points/terminal-history.ts';
import { repositoryOf } from '../../../src/host/entry-points/git-repositories.ts';
import { Log } from '../../../src/host/log.ts';
import { attach as attachByPick } from '../../../src/host/mentions/attach-pick.ts';
import { createMentions } from '../../../src/host/mentions/mentions.ts';
import type { PanelMessage } from '../../../src/shared/protocol.ts';
import type { Attachment, Mention } from '../../../src/shared/view-model.ts';
import { activated, closeEverything, openFile, scratchFolder, until } from '../editor.ts';

type Sent = Extract<PanelMessage, { type: 'mentions' | 'attached' }>;

const exec = promisify(execFile);

describe('mentions', () => {
  const scratch = scratchFolder('mentions');
  const log = new Log();
  const terminals = new TerminalHistory();
  const problems = vscode.languages.createDiagnosticCollection('mentions');
  let outside = '';
  let sent: Sent[] = [];
  let asked = 0;
  const mentions = createMentions({
    files: new NodeFileSystem(),
    terminals,
    log,
    sessionsFolder: path.join(os.tmpdir(), 'capstan-no-sessions'),
  });

  const keep = (message: Sent) => void sent.push(message);

  async function find(query: string): Promise<readonly Mention[]> {
    sent = [];
    await mentions.find(`q${(asked += 1)}`, query, keep);
    const last = sent.at(-1);
    return last?.type === 'mentions' ? last.found : [];
  }

  async function attach(mention: Omit<Mention, 'label'>): Promise<Attachment | string | undefined> {
    sent = [];
    await mentions.attach('a', { label: 'It', ...mention }, keep);
    const last = sent.at(-1);
    return last?.type === 'attached' ? (last.attachment ?? last.reason) : undefined;
  }

  async function refusal(mention: Omit<Mention, 'label'>): Promise<string> {
    const answer = await attach(mention);
    return typeof answer === 'string' ? answer : JSON.stringify(answer);
  }

  const labels = (found: readonly Mention[]) => found.map(({ kind, label }) => `${kind} ${label}`);

  before(async () => {
    await scratch.make();
    outside = await mkdtemp(path.join(os.tmpdir(), 'capstan-outside-'));
    await writeFile(path.join(outside, 'quux-outside.txt'), 'not yours');
    await mkdir(scratch.file('quux-folder/deep'), { recursive: true });
    await mkdir(scratch.file('built'), { recursive: true });
    await writeFile(scratch.file('.gitignore'), 'built/\n');
    await writeFile(scratch.file('built/quux-ignored.js'), '');
    await writeFile(scratch.file('quux-folder/deep/quux.ts'), 'one\ntwo\nthree\nfour\n');
    await writeFile(scratch.file('quux-long.txt'), 'x'.repeat(30_000));
    await writeFile(scratch.file('quux-image.png'), Buffer.from([137, 80, 78, 71, 0, 0]));
    await symlink(path.join(outside, 'quux-outside.txt'), scratch.file('quux-link.txt'));
  });
  after(async () => {
    problems.dispose();
    terminals.dispose();
    log.dispose();
    await closeEverything();
    await scratch.remove();
    await rm(outside, { recursive: true, force: true });
  });

  it('offer files and folders, ignored ones and links that lead out left out', async () => {
    const found = labels(await find('quux'));
    assert.ok(found.includes('file quux.ts') && found.includes('folder quux-folder/'), found.join('\n'));
    assert.equal(found[0], 'file quux.ts');
    assert.deepEqual(
      found.filter((label) => /ignored|link|outside/.test(label)),
      [],
    );
  });

  it('offer lines, and attach them as they are', async () => {
    const [first] = await find('quux.ts:2-3');
    assert.deepEqual([first?.kind, first?.label, first?.startLine, first?.endLine], ['lines', 'quux.ts:2-3', 2, 3]);
    const chip = await attach(first!);
    assert.ok(typeof chip === 'object');
    assert.match(chip.label, /quux-folder\/deep\/quux\.ts:2-3$/);
    assert.match(chip.text, /:2-3:\ntwo\nthree$/);
    assert.match(await refusal({ ...first!, startLine: 40, endLine: 50 }), /has 5 lines/);
  });

  it('attach a small text as it is, what is large or no text by its path, and a folder', async () => {
    const small = await attach({ kind: 'file', path: scratch.file('quux-folder/deep/quux.ts') });
    assert.ok(typeof small === 'object' && small.text.endsWith('one\ntwo\nthree\nfour\n'));
    for (const name of ['quux-long.txt', 'quux-image.png']) {
      const chip = await attach({ kind: 'file', path: vscode.Uri.file(scratch.file(name)).toString() });
      assert.ok(typeof chip === 'object' && /Look into it/.test(chip.text), name);
      assert.equal(chip.path, scratch.file(name));
    }
    const folder = await attach({ kind: 'file', path: scratch.file('quux-folder') });
    assert.ok(typeof folder === 'object' && folder.kind === 'folder');
  });

  it('attach nothing from outside, however it is spelt', async () => {
    const inside = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
    for (const given of [
      path.join(outside, 'quux-outside.txt'),
      path.join(inside, '..', path.basename(outside), 'quux-outside.txt'),
      scratch.file('quux-link.txt'),
      'file:///etc/passwd',
      '../../etc/passwd',
      '~/.ssh/id_rsa\0',
    ]) {
      for (const kind of ['file', 'lines', 'symbol', 'problems'] as const) {
        assert.match(await refusal({ kind, path: given }), /in this workspace|out of the workspace/, given);
      }
    }
  });

  it('offer and attach nothing that a rule denies to Read', async () => {
    const settings = path.join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, '.claude', 'settings.json');
    await mkdir(path.dirname(settings), { recursive: true });
    await writeFile(settings, JSON.stringify({ permissions: { deny: ['Read(**/quux-long.txt)'] } }));
    try {
      assert.ok(!labels(await find('quux-long')).includes('file quux-long.txt'));
      assert.match(await refusal({ kind: 'file', path: scratch.file('quux-long.txt') }), /rule denies/);
    } finally {
      await rm(path.dirname(settings), { recursive: true, force: true });
    }
  });

  it('offer the problems of the workspace and of the active file, and attach them worst first', async () => {
    const file = scratch.file('quux-notes.txt');
    await openFile(file, 'one\ntwo\nthree\n');
    const at = (line: number) => new vscode.Range(line, 0, line, 1);
    problems.set(vscode.Uri.file(file), [
      new vscode.Diagnostic(at(1), 'Odd', vscode.DiagnosticSeverity.Warning),
      new vscode.Diagnostic(at(2), 'Wrong', vscode.DiagnosticSeverity.Error),
    ]);
    const found = (await find('problems')).filter(({ kind }) => kind === 'problems');
    assert.equal(found.length, 2);
    const chip = await attach(found[1]!);
    assert.ok(typeof chip === 'object');
    assert.match(chip.text, /quux-notes\.txt:3: error: Wrong\n.*quux-notes\.txt:2: warning: Odd$/s);
    problems.clear();
    assert.match(await refusal({ kind: 'problems', path: file }), /no problem/);
  });

  it('offer the symbols that the editor knows of', async () => {
    const file = scratch.file('quux-folder/deep/quux.ts');
    const provider = vscode.languages.registerWorkspaceSymbolProvider({
      provideWorkspaceSymbols: () => [
        new vscode.SymbolInformation(
          'quuxify',
          vscode.SymbolKind.Function,
          '',
          new vscode.Location(vscode.Uri.file(file), new vscode.Range(0, 0, 1, 3)),
        ),
      ],
    });
    try {
      const symbol = (await find('quuxi')).find(({ kind }) => kind === 'symbol');
      assert.deepEqual([symbol?.label, symbol?.detail], ['quuxify', 'function, quux.ts']);
      const chip = await attach(symbol!);
      assert.ok(typeof chip === 'object' && chip.kind === 'symbol');
      assert.match(chip.text, /^quuxify, .*quux\.ts:1-2:\none\ntwo$/);
    } finally {
      provider.dispose();
    }
  });

  it('attach the changes that are not committed, without what may not be read', async () => {
    const folder = scratch.file('repository');
    await mkdir(path.join(folder, '.claude'), { recursive: true });
    const git = (...args: string[]) =>
      exec('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: folder });
    await git('init', '-q');
    await writeFile(path.join(folder, 'a.txt'), 'one\n');
    await git('add', '.');
    await git('commit', '-qm', 'first');
    await writeFile(path.join(folder, 'a.txt'), 'two\n');
    await openFile(path.join(folder, 'a.txt'));
    await vscode.commands.executeCommand('git.openRepository', folder);
    const uri = vscode.Uri.file(path.join(folder, 'a.txt'));
    const repository = await repositoryOf(uri);
    if (!repository || !repository.rootUri.fsPath.endsWith('repository')) return;
    await until('the change is seen', () => repository.state.workingTreeChanges.length > 0);
    const chip = await attach({ kind: 'changes' });
    assert.ok(typeof chip === 'object');
    assert.match(chip.text, /-one\n\+two/);
  });

  it('are chosen in the pick of "Attach…", the selection of the editor too, and nothing when it is left', async function () {
    this.timeout(60_000);
    await activated();
    const { document } = await openFile(scratch.file('quux-folder/deep/quux.ts'));
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(1, 0, 2, 5);
    const given: PanelMessage[] = [];
    let focused = 0;
    const active = { send: (message: PanelMessage) => void given.push(message) };
    const surfaces = { active, focus: async () => void (focused += 1) };
    const pick = async (...steps: readonly string[]) => {
      let ended = false;
      const attaching = attachByPick({ surfaces, mentions: async () => mentions, log }).then(() => (ended = true));
      await sleep(700);
      for (const step of steps) await vscode.commands.executeCommand(`workbench.action.${step}`);
      await until('the pick has ended', () => ended, 20_000);
      await attaching;
    };
    await pick('quickOpenSelectNext', 'acceptSelectedQuickOpenItem');
    const [chip] = given;
    assert.ok(chip?.type === 'attached' && chip.attachment?.kind === 'selection', JSON.stringify(chip));
    assert.match(chip.attachment.label, /quux\.ts:2-3$/);
    await pick('quickOpenSelectPrevious', 'acceptSelectedQuickOpenItem');
    assert.equal(given.length, 2);
    assert.ok(given[1]?.type === 'attached');
    assert.equal(focused, 2);
    await pick('closeQuickOpen');
    assert.deepEqual([given.length, focused], [2, 2]);
  });

  it('end an older question when a newer one comes', async () => {
    sent = [];
    await Promise.all([mentions.find('old', 'quux', keep), mentions.find('new', 'quux-long', keep)]);
    assert.deepEqual([...new Set(sent.map(({ id }) => id))], ['new']);
  });
});

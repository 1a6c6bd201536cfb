import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { CommitMessageWriter } from '../../../src/host/entry-points/commit-message-writer.ts';
import { ConflictLenses } from '../../../src/host/entry-points/conflict-lenses.ts';
import { createEntryPointCommands } from '../../../src/host/entry-points/entry-point-commands.ts';
import { repositoryOf, type Repository } from '../../../src/host/entry-points/git-repositories.ts';
import { createHostSideModel } from '../../../src/host/entry-points/side-model.ts';
import { TerminalHistory } from '../../../src/host/entry-points/terminal-history.ts';
import { Keys } from '../../../src/host/keys.ts';
import { Log } from '../../../src/host/log.ts';
import { commands } from '../../../src/shared/contributions.ts';
import type { Attachment } from '../../../src/shared/view-model.ts';
import { text } from '../../support/model/answer.ts';
import { httpError } from '../../support/model/fault.ts';
import { startModelServer, type ModelServer, type Script } from '../../support/model/model-server.ts';
import { activated, closeEverything, openFile, scratchFolder, startsShells, until } from '../editor.ts';
import { answerInput, CLOSE } from '../quick-inputs.ts';

interface Composed {
  readonly text: string;
  readonly chips: readonly Attachment[];
  readonly send: boolean;
}

const exec = promisify(execFile);
const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);

/** Closes what waits for an answer until the work has ended. */
async function closing(command: string, work: Promise<void>): Promise<void> {
  let ended = false;
  void work.finally(() => (ended = true));
  while (!ended) {
    await run(command);
    await sleep(100);
  }
  await work;
}

const dismissing = (work: Promise<void>) => closing('notifications.clearAll', work);

describe('the ways in from the editor', () => {
  const scratch = scratchFolder('entry-points');
  // Never disposed of: its channel is the extension's own.
  const log = new Log();
  const terminals = new TerminalHistory();
  let server: ModelServer | undefined;
  let obstacle: string | undefined;
  let remedies: string[] = [];
  let composed: Composed[] = [];

  const keys = new Keys({
    secrets: { get: async () => undefined, set: async () => {}, delete: async () => {} },
    baseUrlSetting: () => server?.url ?? '',
    env: {},
    log,
  });
  const handlers = createEntryPointCommands({
    compose: async (words, chips, send) => void composed.push({ text: words, chips, send }),
    terminals,
    commitMessages: new CommitMessageWriter({
      model: async () => createHostSideModel(keys, '0.0.0'),
      obstacle: async () => obstacle,
      offerRemedy: (reason) => remedies.push(reason),
      log,
    }),
  });

  before(async () => {
    await activated();
    await scratch.make();
  });
  beforeEach(() => {
    composed = [];
    remedies = [];
    obstacle = undefined;
  });
  afterEach(async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
    await run('notifications.clearAll');
  });
  after(async () => {
    terminals.dispose();
    keys.dispose();
    await closeEverything();
    await scratch.remove();
  });

  const only = (): Composed => {
    assert.equal(composed.length, 1);
    return composed[0]!;
  };

  describe('on code', () => {
    const code = 'class Tree {\n  grow(by) {\n    return by;\n  }\n}\n\nconst other = 1;\n';

    it('send the task with the range that the light bulb names', async () => {
      const { document } = await openFile(scratch.file('tree.js'), code);
      const range = new vscode.Range(1, 0, 3, 3);
      for (const [command, words] of [
        [commands.explain, /^Explain/],
        [commands.writeTests, /^Write tests/],
        [commands.document, /^Document/],
      ] as const) {
        composed = [];
        await handlers[command](document.uri, range);
        const { text: prompt, chips, send } = only();
        assert.match(prompt, words);
        assert.ok(send);
        assert.match(chips[0]?.text ?? '', /^ {2}grow/);
        assert.match(chips[0]?.label ?? '', /tree\.js:2-4$/);
      }
    });

    it('take the symbol around the cursor when nothing is selected, and nothing outside of one', async () => {
      const editor = await openFile(scratch.file('tree.js'));
      const symbols = vscode.languages.registerDocumentSymbolProvider(
        { language: 'javascript' },
        {
          provideDocumentSymbols() {
            const symbol = (name: string, kind: vscode.SymbolKind, from: number, to: number) => {
              const range = new vscode.Range(from, 0, to, 3);
              return new vscode.DocumentSymbol(name, '', kind, range, new vscode.Range(from, 0, from, 1));
            };
            const tree = symbol('Tree', vscode.SymbolKind.Class, 0, 4);
            tree.children.push(symbol('grow', vscode.SymbolKind.Method, 1, 3));
            return [tree, symbol('other', vscode.SymbolKind.Constant, 6, 6)];
          },
        },
      );
      try {
        editor.selection = new vscode.Selection(6, 1, 6, 1);
        await handlers[commands.explain]();
        assert.deepEqual(composed, []);
        editor.selection = new vscode.Selection(2, 4, 2, 4);
        await handlers[commands.explain]();
        assert.match(only().chips[0]?.text ?? '', /grow\(by\)/);
      } finally {
        symbols.dispose();
      }
    });

    it('ask in words what a refactoring should do; nothing is sent without', async () => {
      const { document } = await openFile(scratch.file('tree.js'));
      const range = new vscode.Range(1, 0, 3, 3);
      const asking = handlers[commands.refactor](document.uri, range);
      await answerInput(CLOSE);
      await asking;
      assert.deepEqual(composed, []);
    });
  });

  describe('on files', () => {
    it('name each that is selected, folders too, without reading any', async () => {
      await mkdir(scratch.file('sub'), { recursive: true });
      await writeFile(scratch.file('.env'), 'PASSWORD=hunter2-hunter2');
      const uris = ['.env', 'sub', 'gone'].map((name) => vscode.Uri.file(scratch.file(name)));
      await handlers[commands.askAboutFiles](uris[0], uris);
      const { chips, send } = only();
      assert.ok(!send);
      assert.deepEqual(
        chips.map(({ label, path: opens }) => [path.posix.basename(label), opens !== undefined]),
        [
          ['.env', true],
          ['sub', false],
        ],
      );
      assert.doesNotMatch(JSON.stringify(chips), /hunter2/);
      assert.match(chips[1]?.text ?? '', /folder .*sub/);
    });

    it('are bounded, and nothing is done about none', async () => {
      const many = Array.from({ length: 200 }, () => vscode.Uri.file(scratch.file('.env')));
      await handlers[commands.askAboutFiles](many[0], many);
      assert.equal(only().chips.length, 30);
      composed = [];
      await handlers[commands.askAboutFiles](vscode.Uri.file(scratch.file('gone')), undefined);
      assert.deepEqual(composed, []);
    });
  });

  describe('on a terminal', () => {
    before(async function () {
      if (!(await startsShells())) this.skip();
    });
    const opened: vscode.Terminal[] = [];
    after(() => {
      for (const terminal of opened) terminal.dispose();
    });
    const open = async () => {
      const terminal = vscode.window.createTerminal({ name: 'test shell', shellPath: '/bin/bash' });
      opened.push(terminal);
      terminal.show(true);
      const integration = await until('shell integration', () => terminal.shellIntegration, 30_000);
      return { terminal, integration };
    };
    const ended = () =>
      new Promise<void>((resolve) => {
        const listener = vscode.window.onDidEndTerminalShellExecution(() => {
          listener.dispose();
          resolve();
        });
      });

    it('explain the last finished command of that terminal, with exit code and bounded output', async () => {
      const { terminal, integration } = await open();
      for (const command of [
        'echo first',
        'sleep 0.5; printf "\\033[31mred\\033[0m\\n"; seq 1 30000; echo last words; (exit 3)',
      ]) {
        const end = ended();
        integration.executeCommand(command);
        await end;
      }
      await handlers[commands.explainLastCommand](terminal);
      const { text: prompt, chips, send } = only();
      assert.match(prompt, /^Explain what this command did/);
      assert.ok(send);
      const [chip] = chips;
      assert.match(
        chip?.text ?? '',
        /^Command: sleep 0\.5; printf[^]*\nExit code 3\.\nOutput:\nred\n1\n2\n[^]*characters are left out[^]*30000\nlast words/,
      );
      assert.ok(!['first', '\u001B'].some((words) => chip?.text.includes(words)));
      assert.ok((chip?.text.length ?? 0) < 60_000);
      assert.ok((chip?.label.length ?? 0) < 60);
    });

    it('tell nothing of a terminal in which no command has ended', async () => {
      const { terminal } = await open();
      const fresh = new TerminalHistory();
      try {
        assert.equal(await fresh.last(terminal), undefined);
      } finally {
        fresh.dispose();
      }
    });
  });

  describe('on a merge conflict', () => {
    const folder = () => scratch.file('merge');
    const git = (...args: string[]) =>
      exec('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], { cwd: folder() });
    const api = async () => {
      const extension = vscode.extensions.getExtension<{
        getAPI(version: 1): { openRepository(root: vscode.Uri): Promise<unknown> };
      }>('vscode.git');
      return (await extension!.activate()).getAPI(1);
    };

    before(async () => {
      await mkdir(folder());
      const file = path.join(folder(), 'a.txt');
      await git('init', '-q', '-b', 'main');
      await writeFile(file, 'one\nbase\nthree\n');
      await git('add', '.');
      await git('commit', '-qm', 'Begin');
      await git('checkout', '-qb', 'side');
      await writeFile(file, 'one\nside\nthree\n');
      await git('commit', '-qam', 'Side');
      await git('checkout', '-q', 'main');
      await writeFile(file, 'one\nmain\nthree\n');
      await git('commit', '-qam', 'Main');
      await git('merge', 'side').catch(() => {});
      await (await api()).openRepository(vscode.Uri.file(folder()));
    });
    const uri = () => vscode.Uri.file(path.join(folder(), 'a.txt'));

    it('send both sides and what they began with, from the file or from source control', async () => {
      await handlers[commands.resolveConflict](uri(), 3);
      const fromCode = only();
      const [conflict, base] = fromCode.chips;
      assert.ok(fromCode.send);
      assert.match(conflict?.label ?? '', /merge\/a\.txt:2-6$/);
      assert.match(conflict?.text ?? '', /Current side \(HEAD\)\nmain\n[^]*Incoming side \(side\)\nside/);
      assert.match(base?.text ?? '', /one\nbase\nthree/);
      composed = [];
      const entry = { resourceUri: uri() };
      await handlers[commands.resolveConflict](entry, [entry]);
      assert.deepEqual(only(), fromCode);
    });

    it('do nothing where there is none', async () => {
      await handlers[commands.resolveConflict](uri(), 1);
      assert.deepEqual(composed, []);
    });

    it('are shown above it by a code lens', async () => {
      const document = await vscode.workspace.openTextDocument(uri());
      const lenses = new ConflictLenses().provideCodeLenses(document);
      assert.deepEqual(
        lenses.map(({ range, command }) => [range.start.line, command?.command, command?.arguments?.[1]]),
        [[1, commands.resolveConflict, 2]],
      );
      const shown = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri());
      assert.ok(shown.some(({ command }) => command?.title === 'Resolve with Capstan'));
    });
  });

  describe('on a failed test', () => {
    it('send its message, what was expected and where', async () => {
      const controller = vscode.tests.createTestController('capstan-test', 'Capstan test');
      try {
        const uri = vscode.Uri.file(scratch.file('tree.js'));
        const test = controller.createTestItem('grows', 'grows by two', uri);
        const message = vscode.TestMessage.diff('\u001B[31mnot equal\u001B[0m', 'two', 'one');
        message.location = new vscode.Location(uri, new vscode.Position(4, 0));
        await handlers[commands.fixTest]({ test, message });
        const { chips, send } = only();
        assert.ok(send);
        assert.equal(chips[0]?.label, 'grows by two');
        assert.match(chips[0].text, /grows by two\nAt .*tree\.js:5\nnot equal\nExpected:\ntwo\nActual:\none$/);
        assert.equal(chips[0].startLine, 5);
      } finally {
        controller.dispose();
      }
    });

    it('do nothing with what is no message', async () => {
      for (const value of [undefined, null, 'x', {}, { message: undefined }, { message: {} }])
        await handlers[commands.fixTest](value);
      assert.deepEqual(composed, []);
    });
  });

  describe('on a commit', () => {
    const folder = () => scratch.file('commit');
    const git = (...args: string[]) =>
      exec('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], { cwd: folder() });
    let repository: Repository;

    const serve = async (script: Script) => (server = await startModelServer(script));
    const asked = () => JSON.stringify((server?.requests.at(-1)?.body as { messages: unknown } | undefined)?.messages);
    const write = () => handlers[commands.writeCommitMessage]({ rootUri: repository.rootUri });
    const secret = `ghp_${'a1B2'.repeat(9)}`;

    before(async () => {
      await mkdir(folder());
      await git('init', '-q', '-b', 'main');
      await writeFile(path.join(folder(), 'a.txt'), 'one\n');
      await git('add', '.');
      await git('commit', '-qm', 'Begin with one');
      const extension = vscode.extensions.getExtension<{
        getAPI(version: 1): { openRepository(root: vscode.Uri): Promise<unknown> };
      }>('vscode.git');
      await (await extension!.activate()).getAPI(1).openRepository(vscode.Uri.file(folder()));
      repository = (await repositoryOf(vscode.Uri.file(path.join(folder(), 'a.txt'))))!;
      assert.equal(path.basename(repository.rootUri.fsPath), 'commit');
    });
    beforeEach(() => (repository.inputBox.value = ''));

    it('ask for nothing when nothing has changed', async () => {
      await serve([{ blocks: [text('Never')] }]);
      await write();
      assert.equal(server?.requests.length, 0);
      assert.equal(repository.inputBox.value, '');
    });

    it('ask for nothing while something stands in the way, and offer the way out', async () => {
      await serve([{ blocks: [text('Never')] }]);
      obstacle = 'No key.';
      await write();
      assert.deepEqual(remedies, ['No key.']);
      assert.equal(server?.requests.length, 0);
    });

    it('are written from all changes when nothing is staged', async () => {
      await serve([{ blocks: [text('```\nAdd two\n```')] }]);
      await writeFile(path.join(folder(), 'a.txt'), `one\ntwo\ntoken = "${secret}"\n`);
      await writeFile(path.join(folder(), 'new.txt'), 'unread');
      await run('git.refresh', repository.rootUri);
      await until('git has looked', () => repository.state.workingTreeChanges.length === 2);
      await write();
      assert.equal(repository.inputBox.value, 'Add two');
      assert.match(asked(), /\+two/);
      assert.match(asked(), /- new\.txt/);
      assert.match(asked(), /- Begin with one/);
      assert.doesNotMatch(asked(), /ghp_|unread/);
    });

    it('are written from what is staged alone', async () => {
      await serve([{ blocks: [text('Add new')] }]);
      await git('add', 'new.txt');
      await run('git.refresh', repository.rootUri);
      await until('git has looked', () => repository.state.indexChanges.length === 1);
      await write();
      assert.equal(repository.inputBox.value, 'Add new');
      assert.match(asked(), /\+unread/);
      assert.doesNotMatch(asked(), /\+two/);
    });

    it('leave what the person has written, unless they say otherwise', async () => {
      await serve([{ blocks: [text('Never')] }]);
      repository.inputBox.value = 'My own words';
      await dismissing(write());
      assert.equal(repository.inputBox.value, 'My own words');
      assert.equal(server?.requests.length, 0);
    });

    it('leave the box alone when the request fails or says nothing, and end by themselves', async () => {
      for (const script of [[{ fault: httpError(400) }], [{ blocks: [text('```\n```')] }]]) {
        await serve(script);
        await dismissing(write());
        assert.equal(server!.requests.length, 1);
        assert.equal(repository.inputBox.value, '');
        await server![Symbol.asyncDispose]();
      }
    });

    it('leave what the person types while the model writes', async () => {
      await serve([{ blocks: [text('Never written', { gate: 'go', gateAt: 3 })] }]);
      const done = write();
      await server!.waitForRequest(1);
      repository.inputBox.value = 'Typed meanwhile';
      server!.release('go');
      await dismissing(done);
      assert.equal(repository.inputBox.value, 'Typed meanwhile');
    });

    it('are written once, however often the button is pressed', async () => {
      await serve([{ blocks: [text('Add once', { gate: 'go', gateAt: 3 })] }]);
      const done = write();
      await server!.waitForRequest(1);
      await write();
      server!.release('go');
      await done;
      assert.equal(repository.inputBox.value, 'Add once');
      assert.equal(server!.requests.length, 1);
    });
  });
});

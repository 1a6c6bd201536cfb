// A turn whose edit landed and waits to be reviewed: problems, tests and tasks see it, and see it go when it is undone.
import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Host } from '../../../src/host/compose.ts';
import { commands, settings } from '../../../src/shared/contributions.ts';
import { text, toolUse, type Block } from '../../support/model/answer.ts';
import { startModelServer, type ModelServer } from '../../support/model/model-server.ts';
import { activated, closeEverything, openFile, scratchFolder, startsShells, until } from '../editor.ts';

const GOOD = 'export const count: number = 1;\n';
const WRONG = 'export const count: number = "one";\n';
const PROBLEM = /not assignable to type 'number'/;
const TURN_MS = 40_000;

describe('while an edit waits to be reviewed', function () {
  // The TypeScript server starts with the first question, and tasks take terminals.
  this.timeout(90_000);
  const scratch = scratchFolder('while-pending');
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const tasksFile = path.join(folder, '.vscode', 'tasks.json');
  let host: Host;
  let server: ModelServer;
  let file = '';
  /** What the model does in the turn, one after another. */
  let steps: Block[] = [];

  const conversation = () => host.surfaces.active.conversation;
  const pendingHunks = () => host.pending.files.map(({ hunks }) => hunks.length);
  const configure = (key: string, value: string | undefined) =>
    vscode.workspace.getConfiguration().update(key, value, vscode.ConfigurationTarget.Global);

  before(async () => {
    ({ host } = await activated());
    await scratch.make();
    file = path.join(await realpath(path.dirname(scratch.file('x'))), 'count.ts');
    await writeFile(scratch.file('tsconfig.json'), '{ "compilerOptions": { "strict": true, "noEmit": true } }\n');
    await mkdir(path.dirname(tasksFile), { recursive: true });
    const look = `const s = require('fs').readFileSync(${JSON.stringify(file)}, 'utf8'); console.log('it reads ' + s); process.exit(s.includes('one') ? 7 : 0)`;
    const task = { type: 'process', command: 'node', args: ['-e', look] };
    const tests = { kind: 'test', isDefault: true };
    await writeFile(
      tasksFile,
      JSON.stringify({
        version: '2.0.0',
        tasks: [
          { ...task, label: 'look at it', group: tests },
          { ...task, label: 'look again' },
        ],
      }),
    );
    server = await startModelServer(() => {
      const step = steps.shift();
      return step ? { blocks: [step], stopReason: 'tool_use' } : { blocks: [text('That is all.')] };
    });
    await configure(settings.baseUrl.key, server.url);
    await configure(settings.model.key, 'scripted-test');
    await conversation().begin();
    // Nobody is there to be asked; edits land as they do in the mode that accepts them.
    conversation().choose({ mode: 'bypassPermissions' });
  });
  afterEach(async () => {
    for (const view of host.pending.files) await host.pending.keep(view.file.path);
    await closeEverything();
  });
  after(async () => {
    await conversation().begin();
    await configure(settings.baseUrl.key, undefined);
    await configure(settings.model.key, undefined);
    await server.close();
    for (const terminal of vscode.window.terminals) terminal.dispose();
    await rm(path.dirname(tasksFile), { recursive: true, force: true, maxRetries: 5 });
    await scratch.remove();
  });

  /** Resolves with what the model has heard in it, a text for each request. */
  async function turn(words: string, does: readonly Block[]): Promise<string[]> {
    const first = server.requests.length;
    steps = [...does];
    const { turns } = conversation().view;
    const taken = await conversation().submit({ id: words, text: words, attachments: [] });
    assert.deepEqual(taken, { taken: true });
    await until(
      'the turn ends',
      () => conversation().view.turns.length > turns.length && conversation().view.session.state === 'idle',
      TURN_MS,
    );
    return server.requests.slice(first).map(({ body }) => {
      const { messages } = body as { messages: unknown[] };
      return JSON.stringify(messages.at(-1));
    });
  }

  const read = () => toolUse('Read', { file_path: file });
  const edit = () => toolUse('Edit', { file_path: file, old_string: '1', new_string: '"one"' });
  const call = (name: string, input: object) => toolUse('CallTool', { name, input });

  it('the problems that it makes are told to the model by themselves, and are gone when it is undone', async () => {
    await openFile(file, GOOD);
    const heard = await turn('Break it', [read(), edit()]);
    assert.equal(await readFile(file, 'utf8'), WRONG);
    assert.deepEqual(pendingHunks(), [1]);
    assert.match(heard.at(-1)!, /The editor reports new problems after your changes/);
    assert.match(heard.at(-1)!, PROBLEM);

    await vscode.commands.executeCommand(commands.undoAll);
    assert.equal(await readFile(file, 'utf8'), GOOD);
    await until(
      'the problem is gone',
      () => !vscode.languages.getDiagnostics(vscode.Uri.file(file)).some(({ message }) => PROBLEM.test(message)),
      20_000,
    );
    const [next, diagnostics] = await turn('Look', [toolUse('Diagnostics', { path: file })]);
    assert.match(next!, /count\.ts, line 1: undone/);
    assert.match(diagnostics!, /No problems|no problems/);
  });

  it('tests and tasks run on the files with it in them, and without it when it is undone', async function () {
    if (!(await startsShells())) this.skip();
    await writeFile(file, GOOD);
    const runs = [call('RunTests', {}), call('RunTask', { name: 'look again' })];
    const [, , , ...ran] = await turn('Break and test it', [read(), edit(), ...runs]);
    assert.deepEqual(pendingHunks(), [1], 'nothing was kept meanwhile');
    assert.equal(ran.length, 2);
    for (const result of ran) assert.match(result, /it reads export const count[^]*one[^]*\[Exit code 7\]/);

    await vscode.commands.executeCommand(commands.undoAll);
    const [, ...again] = await turn('Test again', runs);
    for (const result of again) assert.match(result, /it reads export const count[^]* = 1;[^]*\[Exit code 0\]/);
  });
});

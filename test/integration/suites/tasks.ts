import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { startsShells } from '../editor.ts';
import type { EditorTask } from '../../../src/core/tools/editor/editor-tasks.ts';
import { ServiceError } from '../../../src/core/tools/editor/language-services.ts';
import { createEditorTaskRunner } from '../../../src/host/editor-services/editor-task-runner.ts';

const { signal } = new AbortController();
const failsAs = (reason: string) => (error: unknown) => error instanceof ServiceError && error.reason === reason;

const TASKS = [
  { label: 'greet', type: 'shell', command: 'echo hello from the task; exit 3' },
  {
    label: 'check',
    type: 'process',
    command: 'node',
    args: ['-e', 'console.log("checked")'],
    group: { kind: 'test', isDefault: true },
  },
  { label: 'both', dependsOn: ['greet', 'check'] },
  { label: 'endless', type: 'shell', command: 'echo started; sleep 60' },
];

describe('tasks of the editor', function () {
  this.timeout(60_000);
  const tasks = createEditorTaskRunner();
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const file = path.join(folder, '.vscode', 'tasks.json');
  const printed: string[] = [];
  const run = (task: EditorTask, timeoutMs = 30_000, stop = signal) =>
    tasks.run(task, { timeoutMs, signal: stop, onOutput: (text) => void printed.push(text) });

  async function named(name: string): Promise<EditorTask> {
    for (let tries = 0; tries < 100; tries += 1) {
      const found = (await tasks.list(signal)).find((task) => task.name === name);
      if (found) return found;
      await sleep(100);
    }
    throw new Error(`no task ${name}`);
  }

  before(async () => {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify({ version: '2.0.0', tasks: TASKS }));
  });
  after(async () => {
    for (const terminal of vscode.window.terminals) terminal.dispose();
    await rm(path.dirname(file), { recursive: true, force: true, maxRetries: 5 });
  });

  it('are refused when they are no longer what was listed', async () => {
    const task = await named('greet');
    await assert.rejects(run({ ...task, command: 'echo something else' }), failsAs('stale'));
    await assert.rejects(run({ ...task, id: 'gone' }), failsAs('stale'));
  });

  it('are listed with all that they run, others that they need included', async () => {
    const greet = await named('greet');
    assert.deepEqual(
      [greet.command, greet.source, greet.group],
      ['echo hello from the task; exit 3', 'Workspace', 'other'],
    );
    const check = await named('check');
    assert.deepEqual([check.group, check.isDefault], ['test', true]);
    assert.match(check.command ?? '', /^node -e /);
    const both = await named('both');
    assert.match(both.command ?? '', /"greet": echo hello[^]*"check": node -e/);
  });

  describe('in a terminal', () => {
    before(async function () {
      if (!(await startsShells())) this.skip();
    });

    it('run to their end, with exit code and output', async () => {
      printed.length = 0;
      const result = await run(await named('greet'));
      assert.deepEqual([result.ended, result.exitCode], ['exit', 3]);
      assert.match(result.output ?? '', /hello from the task/);
      assert.match(printed.join(''), /hello from the task/);
      const check = await run(await named('check'));
      assert.deepEqual([check.ended, check.exitCode], ['exit', 0]);
      assert.match(check.output ?? '', /checked/);
    });

    it('fail when one that they need fails', async () => {
      const result = await run(await named('both'));
      assert.deepEqual([result.ended, result.exitCode], ['exit', 3]);
      assert.match(result.output ?? '', /hello from the task/);
      assert.match(result.output ?? '', /checked/);
    });

    it('are ended by the time-out and by the stop, with what they had printed', async () => {
      const late = await run(await named('endless'), 2_500);
      assert.equal(late.ended, 'timeout');
      assert.match(late.output ?? '', /started/);
      assert.equal(vscode.tasks.taskExecutions.length, 0);
      const stop = new AbortController();
      const running = run(await named('endless'), 30_000, stop.signal);
      await sleep(1_000);
      await assert.rejects(run(await named('endless')), failsAs('refused'));
      stop.abort();
      assert.equal((await running).ended, 'abort');
    });
  });

  it('of npm are listed as the tests', async () => {
    const test = await named('test');
    assert.deepEqual([test.source, test.group, test.command], ['npm', 'test', 'npm run test']);
  });
});

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { ResultFiles } from '../../../src/adapters/result-files.ts';
import { ShellRunner } from '../../../src/adapters/shell-runner.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import type { BackgroundTasks, BackgroundWork } from '../../../src/core/tools/background-tasks.ts';
import { createBackgroundTasks } from '../../../src/core/tools/shell/background-task-list.ts';
import { createBashTool } from '../../../src/core/tools/shell/bash-tool.ts';
import { createShellState } from '../../../src/core/tools/shell/shell-state.ts';
import { createTaskOutputTool } from '../../../src/core/tools/shell/task-output-tool.ts';
import { createTaskReminder } from '../../../src/core/tools/shell/task-reminder.ts';
import { createTaskStopTool } from '../../../src/core/tools/shell/task-stop-tool.ts';
import type { ToolResult } from '../../../src/core/tools/tool.ts';
import { textOf, ToolBench } from '../../support/memory/tool-bench.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const never = new AbortController().signal;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(what: () => boolean | Promise<boolean>, withinMs = 8_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await what())) {
    assert.ok(Date.now() < end, 'it did not come to be in time');
    await systemClock.sleep(20);
  }
}

function ids(): () => string {
  let count = 0;
  return () => `t${(count += 1)}`;
}

/** Work whose end the test decides. */
function openWork() {
  let end!: (how: { ok: boolean; ending: string }) => void;
  let fail!: (reason: Error) => void;
  const ended = new Promise<{ ok: boolean; ending: string }>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  let work: BackgroundWork | undefined;
  return {
    end,
    fail,
    write: (text: string) => work!.write(text),
    task: {
      kind: 'command' as const,
      title: 'npm  run\ndev',
      run(given: BackgroundWork) {
        work = given;
        given.signal.addEventListener('abort', () => end({ ok: false, ending: 'Stopped' }));
        return ended;
      },
    },
  };
}

describe('work in the background', () => {
  const folder = temporaryFolders();
  let tasks: BackgroundTasks;
  beforeEach(() => {
    tasks = createBackgroundTasks({ clock: systemClock, newId: ids() });
  });
  afterEach(() => tasks.dispose());

  it('that is not known has no output, no end to wait for and nothing to stop', async () => {
    assert.equal(tasks.find('nope'), undefined);
    assert.equal(await tasks.read('nope'), '');
    assert.equal(await tasks.stop('nope'), false);
    await tasks.wait('nope', 60_000, never);
  });

  it('is refused in a sentence when too much of it runs, and taken again after one has ended', async () => {
    const open = Array.from({ length: 8 }, openWork);
    for (const { task } of open) tasks.start(task);
    assert.throws(
      () => tasks.start(openWork().task),
      /8 tasks run in the background already, the most at once \(t1, t2, .*t8\)\. End one with TaskStop/,
    );
    open[0]!.end({ ok: true, ending: 'Exit code 0' });
    await tasks.wait('t1', 60_000, never);
    assert.equal(tasks.start(openWork().task), 't9');
  });

  it('gives each piece of its output once', async () => {
    const work = openWork();
    const id = tasks.start(work.task);
    assert.equal(await tasks.read(id), '');
    void work.write('one\n');
    void work.write('\u001b[32mtwo\u001b[0m\n');
    assert.equal(await tasks.read(id), 'one\ntwo');
    assert.equal(await tasks.read(id), '');
    void work.write('three\n');
    work.end({ ok: true, ending: 'Exit code 0' });
    await tasks.wait(id, 60_000, never);
    assert.equal(await tasks.read(id), 'three');
  });

  it('tells how it ended, also when it threw', async () => {
    const [done, failed, thrown] = [openWork(), openWork(), openWork()];
    const started = [done, failed, thrown].map(({ task }) => tasks.start(task));
    done.end({ ok: true, ending: 'Exit code 0' });
    failed.end({ ok: false, ending: 'Exit code 3' });
    thrown.fail(new Error('the pipe broke'));
    for (const id of started) await tasks.wait(id, 60_000, never);
    assert.deepEqual(
      tasks.list().map(({ state, ending }) => [state, ending]),
      [
        ['done', 'Exit code 0'],
        ['failed', 'Exit code 3'],
        ['failed', 'the pipe broke'],
      ],
    );
  });

  it('tells its end once, unless it was read', async () => {
    const [first, second] = [openWork(), openWork()];
    const [one, two] = [tasks.start(first.task), tasks.start(second.task)];
    const reminder = createTaskReminder(tasks);
    assert.equal(await reminder.take({ changed: [], signal: never }), undefined);
    first.end({ ok: false, ending: 'Exit code 1' });
    second.end({ ok: true, ending: 'Exit code 0' });
    await tasks.wait(one, 60_000, never);
    await tasks.wait(two, 60_000, never);
    await tasks.read(two);
    assert.equal(
      await reminder.take({ changed: [], signal: never }),
      'Task t1 in the background (the command “npm run dev”) has ended: Exit code 1. TaskOutput reads what it printed.',
    );
    assert.deepEqual(tasks.takeNews(), []);
  });

  it('stops waiting after the time, or when the call is stopped', async () => {
    const id = tasks.start(openWork().task);
    await tasks.wait(id, 10, never);
    await tasks.wait(id, 600_000, AbortSignal.timeout(10));
    assert.equal(tasks.find(id)!.state, 'running');
  });

  it('keeps long output as a file for each reading, and its head and tail in memory', async () => {
    const root = await folder();
    const results = new ResultFiles({ root, sessionId: 's' });
    tasks = createBackgroundTasks({ clock: systemClock, newId: ids(), results });
    const work = openWork();
    const id = tasks.start(work.task);
    const text = Array.from({ length: 100_000 }, (_, index) => `line ${index}\n`);
    for (let at = 0; at < text.length; at += 1_000) await work.write(text.slice(at, at + 1_000).join(''));
    const read = await tasks.read(id);
    assert.match(read, /^line 0\nline 1\n[^]*\nline 99999$/);
    assert.ok(read.length < 31_000);
    const [, file] = /The whole output is in (\S+):/.exec(read) ?? [];
    assert.equal(await readFile(file!, 'utf8'), text.join(''));
    await work.write('after\n');
    assert.equal(await tasks.read(id), 'after');
    await results.dispose();
  });

  it('ends with its owner, and nothing is started after that', async () => {
    const work = openWork();
    const id = tasks.start(work.task);
    tasks.dispose();
    await tasks.wait(id, 60_000, never);
    assert.equal(tasks.find(id)!.state, 'stopped');
    assert.throws(() => tasks.start(openWork().task), /being closed/);
  });

  it('does not pile up when it has ended', async () => {
    for (let count = 0; count < 50; count += 1) {
      const work = openWork();
      const id = tasks.start(work.task);
      work.end({ ok: true, ending: 'Exit code 0' });
      await tasks.wait(id, 60_000, never);
    }
    assert.equal(tasks.list().length, 32);
    assert.equal(tasks.find('t50')!.state, 'done');
  });
});

describe('commands in the background', function () {
  if (process.platform === 'win32') return;
  this.timeout(60_000);
  const folder = temporaryFolders();
  let runner: ShellRunner;
  let tasks: BackgroundTasks;
  let bench: ToolBench;
  beforeEach(async () => {
    const root = await folder({ 'sub/x': '' });
    runner = new ShellRunner();
    tasks = createBackgroundTasks({ clock: systemClock, newId: ids() });
    const files = new NodeFileSystem();
    const shell = createShellState(root);
    bench = new ToolBench({
      files,
      root,
      tools: [
        createBashTool({ files, processes: runner, shell, workspace: [root], tasks }),
        createTaskOutputTool({ tasks }),
        createTaskStopTool({ tasks }),
      ],
    });
  });
  afterEach(() => {
    tasks.dispose();
    runner.dispose();
  });

  /** A call that the person allows. */
  function bash(input: object, signal = never): Promise<ToolResult> {
    bench.person.answers.push({ decision: 'allow_once' });
    return bench.call('Bash', input, signal);
  }

  it('that do not exist are said so, with those that do', async () => {
    for (const name of ['TaskOutput', 'TaskStop']) {
      await assert.rejects(bench.call(name, { task_id: 'x' }), /There is no task x\. None was started/);
    }
    await bash({ command: 'sleep 60', run_in_background: true });
    await assert.rejects(bench.call('TaskOutput', { task_id: 'x' }), /There are: t1 \(running\)\./);
    await assert.rejects(bench.call('TaskOutput', {}), /is missing/);
    await assert.rejects(bench.call('TaskStop', { task_id: 't1', shell_id: 'y' }), /there is no field shell_id/);
  });

  it('answer at once, and give what they print as it comes', async () => {
    const started = textOf(await bash({ command: 'echo up; sleep 60', run_in_background: true }));
    assert.match(started, /^Runs in the background as task t1\./);
    await until(async () => (await bench.text('TaskOutput', { task_id: 't1', block: false })).startsWith('up\n'));
    assert.equal(await bench.text('TaskOutput', { task_id: 't1', timeout: 10 }), '(no new output)\n[Still running]');
  });

  it('are waited for, and tell how they ended', async () => {
    await bash({ command: 'sleep 0.2; echo done; exit 4', run_in_background: true });
    assert.equal(await bench.text('TaskOutput', { task_id: 't1' }), 'done\n[Ended: Exit code 4]');
    assert.deepEqual(tasks.takeNews(), []);
    assert.equal(
      await bench.text('TaskStop', { task_id: 't1' }),
      '(no new output)\n[It had ended before: Ended: Exit code 4]',
    );
  });

  it('are ended whole', async () => {
    await bash({ command: 'sleep 60 & echo $!; echo last; wait', run_in_background: true });
    let output = '';
    await until(async () =>
      (output += await bench.text('TaskOutput', { task_id: 't1', block: false })).includes('last'),
    );
    const pid = Number(/(\d+)\nlast/.exec(output)?.[1]);
    assert.ok(isAlive(pid));
    assert.match(await bench.text('TaskStop', { task_id: 't1' }), /\[Stopped\]$/);
    await until(() => !isAlive(pid));
    assert.deepEqual(tasks.takeNews(), []);
  });

  it('whose shell dies are noticed', async () => {
    await bash({ command: 'sleep 0.1; kill -KILL $$', run_in_background: true });
    await tasks.wait('t1', 10_000, never);
    assert.match(tasks.takeNews().join(''), /has ended: Ended by a signal/);
  });

  it('go on when the call that started them is stopped, and have no time-out unless given one', async () => {
    const controller = new AbortController();
    await bash({ command: 'sleep 60', run_in_background: true }, controller.signal);
    await bash({ command: 'echo early; sleep 60', timeout: 200, run_in_background: true });
    controller.abort();
    await tasks.wait('t2', 10_000, never);
    assert.equal(tasks.find('t1')!.state, 'running');
    assert.equal(await bench.text('TaskOutput', { task_id: 't2' }), 'early\n[Ended: Ended by its time-out]');
  });

  it('do not move the folder of the session', async () => {
    await bash({ command: 'cd sub; pwd', run_in_background: true });
    const output = await bench.text('TaskOutput', { task_id: 't1' });
    assert.equal(path.basename(output.split('\n')[0]!), 'sub');
    assert.equal(textOf(await bash({ command: 'pwd' })), bench.root);
  });

  it('that cannot start say why', async () => {
    runner.dispose();
    await bash({ command: 'true', run_in_background: true });
    assert.match(await bench.text('TaskOutput', { task_id: 't1' }), /\[Ended: Stopped\]/);
  });

  it('are asked about like any other', async () => {
    const asked = new ToolBench({ files: new NodeFileSystem(), root: bench.root, tools: [bench.tools.get('Bash')!] });
    asked.person.answers.push({ decision: 'deny', words: 'not now' });
    await assert.rejects(asked.call('Bash', { command: 'touch x', run_in_background: true }), /not now/);
    assert.deepEqual(tasks.list(), []);
  });
});

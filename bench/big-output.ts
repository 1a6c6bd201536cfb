// Commands that print 1 GB: what memory the Bash tool takes for them, gate and kept output included, and how long beside a plain pipe.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { NodeFileSystem } from '../src/adapters/node-file-system.ts';
import { ResultFiles } from '../src/adapters/result-files.ts';
import { ShellRunner } from '../src/adapters/shell-runner.ts';
import { systemClock } from '../src/adapters/system-clock.ts';
import { createBackgroundTasks } from '../src/core/tools/shell/background-task-list.ts';
import { createBashTool } from '../src/core/tools/shell/bash-tool.ts';
import { createShellState } from '../src/core/tools/shell/shell-state.ts';
import { createTaskOutputTool } from '../src/core/tools/shell/task-output-tool.ts';
import { rulesOf, textOf, ToolBench } from '../test/support/memory/tool-bench.ts';

const COMMANDS = {
  'one line': String.raw`head -c 1000000000 /dev/zero | tr '\0' x`,
  'short lines': `yes 'forty characters of a line, more or less' | head -c 1000000000`,
};
const SAMPLE_MS = 5;

export interface BigOutput {
  readonly title: string;
  /** Most that this process held in memory over what it held when idle. */
  readonly memoryMb: number;
  readonly ms: number;
  /** The same command in bash, into `cat > /dev/null`. */
  readonly plainMs: number;
}

export async function measureBigOutput(): Promise<readonly BigOutput[]> {
  const root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'capstan-bench-output-')));
  const processes = new ShellRunner();
  const results = new ResultFiles({ root: path.join(root, 'results'), sessionId: 'bench', ephemeral: true });
  const tasks = createBackgroundTasks({ clock: systemClock, newId: () => crypto.randomUUID(), results });
  const files = new NodeFileSystem();
  const shell = createShellState(root);
  const bench = new ToolBench({
    files,
    root,
    rules: () => rulesOf({ allow: ['Bash'] }, root),
    tools: [
      createBashTool({ files, processes, shell, workspace: [root], results, tasks }),
      createTaskOutputTool({ tasks }),
    ],
  });
  try {
    await bench.call('Bash', { command: 'seq 1 100000' });
    const measured: BigOutput[] = [];
    for (const [title, command] of Object.entries(COMMANDS)) {
      const plainMs = await plainTime(command);
      const foreground = await measure(() => bench.call('Bash', { command, timeout: 600_000 }));
      measured.push({ title, ...foreground, plainMs });
      const background = await measure(async () => {
        const started = textOf(await bench.call('Bash', { command, run_in_background: true }));
        const [, id] = /task (\w+)/.exec(started) ?? [];
        const output = textOf(await bench.call('TaskOutput', { task_id: id, timeout: 600_000 }));
        assert.match(output, /\[Ended: Exit code 0\]$/);
      });
      measured.push({ title: `${title}, in the background`, ...background, plainMs });
    }
    return measured;
  } finally {
    tasks.dispose();
    processes.dispose();
    await results.dispose();
    await rm(root, { recursive: true, force: true });
  }
}

async function measure(run: () => Promise<unknown>): Promise<{ memoryMb: number; ms: number }> {
  await systemClock.sleep(500);
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), SAMPLE_MS);
  const started = performance.now();
  await run();
  const ms = performance.now() - started;
  clearInterval(sampling);
  return { memoryMb: (peak - idle) / (1024 * 1024), ms };
}

async function plainTime(command: string): Promise<number> {
  const started = performance.now();
  await once(spawn('bash', ['-c', `bash -c ${JSON.stringify(command)} | cat > /dev/null`]), 'exit');
  return performance.now() - started;
}

if (import.meta.main) console.log(JSON.stringify(await measureBigOutput(), null, 2));

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { CappedOutput } from '../../../src/adapters/capped-output.ts';
import { childEnvironment } from '../../../src/adapters/child-environment.ts';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { ShellRunner } from '../../../src/adapters/shell-runner.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import type { ShellRequest, ShellResult } from '../../../src/core/ports.ts';
import { clipMiddle } from '../../../src/core/tools/shell/plain-output.ts';
import { rulesOf, textOf, ToolBench } from '../../support/memory/tool-bench.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Of Linux and macOS. */
async function childrenOf(pid: number): Promise<readonly string[]> {
  const found = promisify(execFile)('ps', ['-A', '-o', 'ppid=,pid=,comm=']);
  const lines = (await found).stdout.split('\n').map((line) => line.trim().split(/\s+/));
  return lines.filter(([parent, , name]) => Number(parent) === pid && name !== 'ps').map(([, own]) => own!);
}

async function until(what: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await what())) {
    assert.ok(Date.now() < end, 'it did not come to be in time');
    await systemClock.sleep(20);
  }
}

function benchOn(processes: ShellRunner, root: string): ToolBench {
  const rules = () => rulesOf({ allow: ['Bash'] }, root);
  return new ToolBench({ files: new NodeFileSystem(), processes, root, rules });
}

describe('the shell', function () {
  if (process.platform === 'win32') return;
  this.timeout(60_000);
  const folder = temporaryFolders();
  let runner: ShellRunner;
  let root: string;
  beforeEach(async () => {
    runner = new ShellRunner();
    root = await folder({ 'sub dir/x': '' });
  });
  afterEach(() => runner.dispose());

  function run(
    command: string,
    rest: Partial<ShellRequest> = {},
    signal = new AbortController().signal,
  ): Promise<ShellResult> {
    return runner.run(
      { command, cwd: root, timeoutMs: 10_000, maxOutputBytes: 100_000, ...rest },
      signal,
      () => undefined,
    );
  }

  it('says so when it cannot start', async () => {
    const gone = await run('true', { cwd: path.join(root, 'gone') });
    assert.equal(gone.ended, 'spawn_failed');
    assert.match(gone.output, /does not exist any more/);
    assert.equal((await run('true', {}, AbortSignal.abort())).ended, 'abort');
    assert.match((await run('true', { cwd: path.join(root, 'sub dir/x') })).output, /does not exist any more/);
    assert.match((await run('echo a\0b')).output, /NUL character: leave it out/);
    assert.match((await run(`: ${'x'.repeat(300_000)}`)).output, /too long for the shell: write it to a file/);
  });

  it('runs a bounded number at once, and more when one has ended', async () => {
    const few = new ShellRunner({ maxRunning: 2 });
    const controller = new AbortController();
    const request = { command: 'sleep 60', cwd: root, maxOutputBytes: 1_000 };
    const both = [1, 2].map(() => few.run(request, controller.signal, () => undefined));
    const third = await few.run(request, controller.signal, () => undefined);
    assert.equal(third.ended, 'spawn_failed');
    assert.match(third.output, /^2 commands run already, the most at once\. Wait for one/);
    controller.abort();
    assert.deepEqual(
      (await Promise.all(both)).map(({ ended }) => ended),
      ['abort', 'abort'],
    );
    const next = await few.run({ ...request, command: 'true' }, new AbortController().signal, () => undefined);
    assert.equal(next.exitCode, 0);
    few.dispose();
  });

  it('gives output and errors in their order, and the exit code', async () => {
    const { output, exitCode, ended, totalBytes } = await run('echo a; echo b >&2; echo c; exit 3');
    assert.deepEqual([output, exitCode, ended, totalBytes], ['a\nb\nc\n', 3, 'exit', 6]);
    assert.equal((await run('no-such-program')).exitCode, 127);
    assert.equal((await run('if')).exitCode, 2);
  });

  it('has no input, no terminal, no start-up files and a chosen environment', async () => {
    process.env['CAPSTAN_TEST_SECRET'] = 'hidden';
    process.env['BASH_ENV'] = path.join(root, 'evil');
    try {
      const { output } = await run(
        'cat; [ -t 0 ] || [ -t 1 ] || echo none; echo "[$CAPSTAN_TEST_SECRET$BASH_ENV]"; echo $PAGER; shopt -q login_shell || echo plain',
      );
      assert.equal(output, 'none\n[]\ncat\nplain\n');
    } finally {
      delete process.env['CAPSTAN_TEST_SECRET'];
      delete process.env['BASH_ENV'];
    }
  });

  it('runs the text as it is', async () => {
    const { output } = await run(
      `printf '%s|' "a'b" 'c"d' \\$e "$(printf x)" <<'E'\nE\necho; cat <<E\n  \\\\ $((1+1))\nE`,
    );
    assert.equal(output, `a'b|c"d|$e|x|\n  \\ 2\n`);
  });

  it('tells where it ended up, whatever was printed', async () => {
    assert.equal((await run('cd "sub dir"; echo /etc')).cwd, path.join(root, 'sub dir'));
    assert.equal((await run('cd "sub dir" && exit 4')).cwd, path.join(root, 'sub dir'));
    assert.equal((await run('(cd "sub dir"); false')).cwd, root);
    assert.equal((await run('cd "sub dir"; rmdir "$PWD/none"; exec true')).cwd, root);
  });

  it('keeps the head and the tail of endless output, and little memory', async () => {
    const before = process.memoryUsage().rss;
    const result = await run('echo first; head -c 200000000 /dev/zero | tr "\\0" "x"; echo; echo last');
    assert.match(result.output, /^first\nx+\n\[… \d+ bytes left out …\]\nx+\nlast\n$/);
    assert.ok(result.output.length < 101_000);
    assert.equal(result.totalBytes, 200_000_012);
    assert.ok(process.memoryUsage().rss - before < 100_000_000);
  });

  it('ends the whole group at the time-out, with the output until then', async () => {
    const started = Date.now();
    const { ended, output } = await run('sleep 60 & echo $!; echo partial; sleep 60', { timeoutMs: 400 });
    assert.equal(ended, 'timeout');
    assert.match(output, /^\d+\npartial\n/);
    assert.ok(Date.now() - started < 3_000);
    await until(() => !isAlive(Number.parseInt(output, 10)));
  });

  it('makes those end that do not want to', async () => {
    const controller = new AbortController();
    const ended = run(`trap '' TERM; echo $$ > pid; while true; do sleep 0.1; done`, {}, controller.signal);
    await until(async () => (await stat(path.join(root, 'pid')).catch(() => undefined))?.size !== undefined);
    await until(async () => (await readFile(path.join(root, 'pid'), 'utf8')).endsWith('\n'));
    controller.abort();
    assert.equal((await ended).ended, 'abort');
    const pid = Number(await readFile(path.join(root, 'pid'), 'utf8'));
    await until(() => !isAlive(pid));
  });

  it('returns when the shell does, though a child keeps the pipe; dispose ends the child', async () => {
    const started = Date.now();
    const { output, ended, cwd } = await run('cd "sub dir"; sleep 60 & echo $!');
    assert.equal(ended, 'exit');
    assert.equal(cwd, path.join(root, 'sub dir'));
    assert.ok(Date.now() - started < 3_000);
    const pid = Number(output);
    assert.ok(isAlive(pid));
    runner.dispose();
    await until(() => !isAlive(pid));
    assert.equal((await run('true')).ended, 'abort');
  });

  it('tells a signal from an exit', async () => {
    assert.equal((await run('kill -KILL $$')).ended, 'signal');
  });

  it('shows output while it comes, characters whole', async () => {
    const seen: string[] = [];
    const request = {
      command: `printf '\\342\\202'; sleep 0.2; printf '\\254\\n'`,
      cwd: root,
      timeoutMs: 5_000,
      maxOutputBytes: 1_000,
    };
    const result = await runner.run(request, new AbortController().signal, (text) => {
      seen.push(text);
      return undefined;
    });
    assert.equal(seen.join(''), '€\n');
    assert.equal(result.output, '€\n');
  });

  describe('in a process that is killed', () => {
    // Another process, as nothing is left to clean up in one that was killed.
    const owner = `
      import { ShellRunner } from ${JSON.stringify(new URL('../../../src/adapters/shell-runner.ts', import.meta.url).href)};
      const runner = new ShellRunner();
      const run = (command) => runner.run({ command, cwd: process.cwd(), maxOutputBytes: 1000 }, new AbortController().signal, () => undefined);
      await run('true');
      void run("trap '' TERM; echo $$ > stubborn; while true; do sleep 0.2; done");
      void run('sleep 300 & echo $! > child; sleep 300 & echo $! > second; echo $$ > shell; wait');
    `;

    async function pidIn(name: string): Promise<number> {
      const file = path.join(root, name);
      await until(async () => (await readFile(file, 'utf8').catch(() => '')).endsWith('\n'));
      return Number(await readFile(file, 'utf8'));
    }

    it('leaves no command behind, not even one that does not want to end', async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', owner], { cwd: root, stdio: 'ignore' });
      const exited = once(child, 'exit');
      const pids = [await pidIn('stubborn'), await pidIn('child'), await pidIn('second'), await pidIn('shell')];
      // What watches over them has had the time to begin.
      await until(async () => (await childrenOf(child.pid!)).length === 3);
      assert.ok(pids.every(isAlive));
      child.kill('SIGKILL');
      await exited;
      await until(() => !pids.some(isAlive), 12_000);
    });

    it('watches nothing longer than it runs', async () => {
      await run('sleep 0.3');
      await until(async () => (await childrenOf(process.pid)).length === 0);
    });
  });

  describe('as a tool', () => {
    it('keeps its folder between calls, inside the workspace', async () => {
      const bench = benchOn(runner, root);
      await bench.call('Bash', { command: 'cd "sub dir"' });
      assert.equal(bench.shell.cwd, path.join(root, 'sub dir'));
      assert.equal(await bench.text('Bash', { command: 'pwd' }), path.join(root, 'sub dir'));
      assert.match(await bench.text('Bash', { command: 'cd /' }), /left the workspace for \/; the next one starts in/);
      assert.equal(bench.shell.cwd, root);
    });

    it('tells a failure, a time-out and silence', async () => {
      const bench = benchOn(runner, root);
      const failed = await bench.call('Bash', { command: 'echo no && false' });
      assert.deepEqual(
        [failed.content, failed.isError, failed.details],
        ['no\n[Exit code 1]', true, { exitCode: 1, note: 'Exit code 1' }],
      );
      const late = await bench.call('Bash', { command: 'echo soon; sleep 30', timeout: 300 });
      assert.match(textOf(late), /^soon\n\[Ended by the time-out after 0\.3 s/);
      assert.equal(late.isError, true);
      assert.equal(await bench.text('Bash', { command: 'true' }), '(no output)');
      assert.equal((await bench.call('Bash', { command: 'true' })).isError, false);
    });

    it('gives plain text to the model, and live to the person', async () => {
      const bench = benchOn(runner, root);
      const command = String.raw`printf '\033[31mred\033[0m\n10%%\r100%%\n'`;
      bench.person.answers.push({ decision: 'allow_once' });
      assert.equal(await bench.text('Bash', { command }), 'red\n100%');
      assert.equal(bench.reported.join(''), 'red\n100%\n');
    });
  });
});

describe('output for the model', () => {
  it('is cut in the middle, at lines where it can', () => {
    const text = Array.from({ length: 100 }, (_, index) => `line ${index}\n`).join('');
    assert.equal(clipMiddle(text, text.length), text);
    const cut = clipMiddle(text, 200);
    assert.match(cut, /^line 0\n[^]*\n\[… \d+ characters left out …\]\nline \d+\n[^]*line 99\n$/);
    assert.ok(cut.length < 260);
  });

  it('keeps no half characters where bytes were left out', () => {
    const output = new CappedOutput(10);
    for (let count = 0; count < 20; count += 1) output.add(Buffer.from('€'));
    assert.equal(output.text(), '€\n[… 54 bytes left out …]\n€');
  });
});

describe('the environment of children', () => {
  it('is chosen by name', () => {
    const from = {
      PATH: '/bin',
      LC_ALL: 'C',
      ANTHROPIC_API_KEY: 'k',
      NODE_OPTIONS: '-r x',
      BASH_ENV: 'x',
      ENV: 'x',
      LD_PRELOAD: 'x',
      'BASH_FUNC_ls%%': 'x',
      PAGER: 'less',
    };
    const made = childEnvironment(from);
    assert.deepEqual([made['PATH'], made['LC_ALL'], made['PAGER']], ['/bin', 'C', 'cat']);
    for (const name of ['ANTHROPIC_API_KEY', 'NODE_OPTIONS', 'BASH_ENV', 'ENV', 'LD_PRELOAD', 'BASH_FUNC_ls%%'])
      assert.equal(made[name], undefined);
  });
});

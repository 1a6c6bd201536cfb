import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import { createCommandSandbox } from '../../../src/adapters/sandbox/create-command-sandbox.ts';
import { startSandbox } from '../../../src/adapters/sandbox/sandbox-start.ts';
import { ShellRunner } from '../../../src/adapters/shell-runner.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import type { SandboxPolicy } from '../../../src/core/permissions/sandbox-policy.ts';
import { exists, runners, type Run } from '../../support/sandbox-runners.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

async function until(what: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await what())) {
    assert.ok(Date.now() < end, 'it did not come to be in time');
    await systemClock.sleep(20);
  }
}

/** Command lines of all processes that hold `mark`. */
function processesWith(mark: string): readonly string[] {
  const lines = execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(mark));
}

describe('commands in the sandbox (bubblewrap; skipped where it cannot start)', function () {
  this.timeout(60_000);
  const folder = temporaryFolders();
  const runner = runners();
  let root: string;
  let home: string;
  let policy: SandboxPolicy;
  let run: Run;

  before(async function () {
    const found = process.platform === 'linux' ? await startSandbox({ hosts: true, workspace: [] }, {}) : 'Not Linux.';
    if (typeof found !== 'string') return;
    console.log(`    skipped, nothing is proven about the real sandbox: ${found}`);
    this.skip();
  });
  beforeEach(async () => {
    root = await folder({ 'src/a.txt': 'a', '.vscode/settings.json': '{}', 'packages/one/.vscode/tasks.json': '{}' });
    home = await folder({
      '.ssh/id_rsa': 'SECRET-KEY',
      '.netrc': 'SECRET-NET',
      '.capstan/key': 'SECRET-CAPSTAN',
      notes: 'plain',
    });
    policy = { mode: 'on', workspace: [root], home };
    run = runner(policy);
  });

  it('run as they do without', async () => {
    const result = await run(`cd src && cat a.txt; echo "it's" >&2; cat; exit 7`);
    assert.deepEqual(
      { output: result.output, exitCode: result.exitCode, ended: result.ended, cwd: result.cwd },
      { output: `ait's\n`, exitCode: 7, ended: 'exit', cwd: path.join(root, 'src') },
    );
    assert.equal(result.blocked, undefined);
    const long = await run(`: ${"'x' ".repeat(10_000)}; echo end`);
    assert.equal(long.output, 'end\n');
    assert.match((await run(`: ${'x'.repeat(300_000)}`)).output, /too long for the shell/);
    // Nothing of how it was put inside is left in its environment.
    assert.equal((await run('env | grep -c SANDBOXED; set | grep ^sandboxed=')).output, '0\n');
  });

  it('write in the workspace and in a private temp folder of the session, and nowhere else', async () => {
    const other = await folder();
    const inside = await run(
      'echo 1 > src/b.txt && f=$(mktemp) && echo 2 > "$f" && cat src/b.txt "$f" && echo "$TMPDIR"',
    );
    assert.match(inside.output, /^1\n2\n/);
    const temp = inside.output.split('\n')[2]!;
    assert.equal((await stat(temp)).mode & 0o777, 0o700);
    assert.equal((await run('ls "$TMPDIR" | wc -l')).output.trim(), '1');
    for (const place of [`${other}/x`, `${home}/x`, '/etc/x', '../capstan-test-x']) {
      const result = await run(`echo x > ${place}`);
      assert.notEqual(result.exitCode, 0, place);
      assert.match(result.blocked ?? '', /refused a write outside the workspace.*Read-only file system/, place);
    }
    assert.deepEqual(await readdir(other), []);
  });

  it('do not write where the runtime would let them in the home', async () => {
    const before = process.env['HOME'];
    process.env['HOME'] = home;
    try {
      await mkdir(path.join(home, '.npm/_logs'), { recursive: true });
      assert.match((await run('echo x > ~/.npm/_logs/x')).blocked ?? '', /Read-only file system/);
      assert.ok(!(await exists(path.join(home, '.claude'))));
    } finally {
      if (before === undefined) delete process.env['HOME'];
      else process.env['HOME'] = before;
    }
  });

  it('cannot change what decides what other programs run, there or not, and leave nothing in its place', async () => {
    const before = (await readdir(root)).toSorted();
    const attempts = [
      'echo x > .vscode/settings.json',
      'echo x > .vscode/tasks.json',
      'echo x > packages/one/.vscode/tasks.json',
      'mkdir -p .git/hooks && echo x > .git/hooks/x',
      'git init -q .',
      'echo x > .mcp.json',
      'rm -f .mcp.json && echo x > .mcp.json',
      'mv .vscode old',
      'mv packages other',
      'rm -rf .vscode',
      'mkdir -p .claude && echo x > .claude/settings.json',
      'ln -s /etc .cursor',
      'ln -sf /tmp/x .npmrc',
      'umount .vscode',
    ];
    for (const attempt of attempts) assert.notEqual((await run(attempt)).exitCode, 0, attempt);
    assert.deepEqual((await readdir(root)).toSorted(), before);
    assert.equal(await readFile(path.join(root, '.vscode/settings.json'), 'utf8'), '{}');
    assert.equal(await readFile(path.join(root, 'packages/one/.vscode/tasks.json'), 'utf8'), '{}');
  });

  it('can use a repository and not write to it', async () => {
    execFileSync('git', ['init', '-q', root]);
    assert.match((await run('git status --short')).output, /\?\? src\//);
    for (const attempt of ['echo x > .git/hooks/x', 'git config core.fsmonitor evil', 'echo /x > .git/commondir']) {
      const result = await run(attempt);
      assert.notEqual(result.exitCode, 0, attempt);
      assert.match(result.blocked ?? '', /Read-only file system/, attempt);
    }
    assert.ok(!(await exists(path.join(root, '.git/hooks/x'))));
  });

  it('cannot read secrets, and can read the rest', async () => {
    const withRule = runner({ ...policy, denyRead: ['~/notes'] });
    assert.equal((await run(`cat ${home}/notes`)).output, 'plain');
    for (const name of ['.ssh/id_rsa', '.netrc', '.capstan/key', 'notes']) {
      await symlink(path.join(home, name), path.join(root, 'link'));
      const result = await withRule(`cat ${home}/${name} link; cat < link`);
      assert.doesNotMatch(result.output, /SECRET|plain/, name);
      await withRule('rm link');
    }
    assert.match((await run(`cat ${home}/.ssh/id_rsa`)).blocked ?? '', /secret or protected name/);
  });

  it('do not get out by a link', async () => {
    const other = await folder({ keep: 'kept' });
    await symlink(other, path.join(root, 'out'));
    await symlink(path.join(other, 'keep'), path.join(root, 'file'));
    for (const attempt of [
      'echo x > out/new',
      'echo x > file',
      'rm out/keep',
      `ln -s ${other} more && echo x > more/new`,
      `ln ${other}/keep hard && echo x > hard`,
      'cd out && echo x > new',
    ]) {
      assert.notEqual((await run(attempt)).exitCode, 0, attempt);
    }
    assert.deepEqual(await readdir(other), ['keep']);
    assert.equal(await readFile(path.join(other, 'keep'), 'utf8'), 'kept');
  });

  it('do not get out by namespaces, other processes or the system’s sockets', async () => {
    for (const attempt of [
      'unshare -rm true',
      'bwrap --ro-bind / / --bind / / true',
      `kill -0 ${process.pid}`,
      `cat /proc/${process.pid}/environ`,
      'mount -o remount,rw /',
      'nsenter -t 1 -m true',
    ]) {
      assert.notEqual((await run(attempt)).exitCode, 0, attempt);
    }
    const socket = path.join(root, 'socket');
    const server = createServer().listen(socket);
    await once(server, 'listening');
    try {
      const code = `require('net').connect(${JSON.stringify(socket)}).on('connect', () => console.log('open')).on('error', (e) => console.log(e.code))`;
      const result = await run(`${process.execPath} -e ${JSON.stringify(code)}`);
      assert.match(result.output, /^E(PERM|ACCES)/);
    } finally {
      server.close();
    }
  });

  it('end whole, on a stop, a time-out and their own end', async () => {
    const mark = `9${Date.now()}`;
    await run(`sleep ${mark} & setsid sleep ${mark} & disown; echo done`);
    await until(() => processesWith(mark).length === 0);

    const stop = new AbortController();
    const stopped = run(`trap '' TERM; sleep ${mark} & sleep ${mark}`, {}, stop.signal);
    await until(() => processesWith(`sleep ${mark}`).length > 1);
    stop.abort();
    assert.equal((await stopped).ended, 'abort');
    await until(() => processesWith(mark).length === 0);

    const early = new AbortController();
    const unstarted = run('touch early', {}, early.signal);
    early.abort();
    assert.equal((await unstarted).ended, 'abort');

    const late = await run(`echo begun; setsid sleep ${mark} & sleep ${mark}`, { timeoutMs: 700 });
    assert.deepEqual([late.ended, late.output], ['timeout', 'begun\n']);
    await until(() => processesWith(mark).length === 0);
    assert.deepEqual((await readdir(root)).toSorted(), ['.vscode', 'packages', 'src']);
  });

  it('end with a process that dies, and leave nothing in the workspace', async () => {
    const mark = `9${Date.now()}`;
    const source = fileURLToPath(new URL('../../../src/adapters/', import.meta.url));
    const script = `
      const { ShellRunner } = await import(${JSON.stringify(`${source}shell-runner.ts`)});
      const { createCommandSandbox } = await import(${JSON.stringify(`${source}sandbox/create-command-sandbox.ts`)});
      const runner = new ShellRunner({ sandbox: createCommandSandbox(${JSON.stringify(policy)}) });
      const command = 'echo "$TMPDIR" > temp; setsid sleep ${mark} & sleep ${mark}';
      void runner.run({ command, cwd: ${JSON.stringify(root)}, maxOutputBytes: 1000 }, new AbortController().signal, () => undefined);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    // Both sleepers themselves: whoever starts them has their words among its own.
    const sleepers = () => processesWith(`sleep ${mark}`).filter((line) => line.trim() === `sleep ${mark}`);
    await until(() => sleepers().length === 2, 30_000);
    assert.ok(await exists(path.join(root, '.mcp.json')), 'nothing stands in for it: this test shows nothing');
    owner.kill('SIGKILL');
    const temp = (await readFile(path.join(root, 'temp'), 'utf8')).trim();
    await until(async () => !(await exists(temp)));
    assert.deepEqual(processesWith(mark), []);
    assert.deepEqual((await readdir(root)).toSorted(), ['.vscode', 'packages', 'src', 'temp']);
  });

  it('show their output while they run', async () => {
    let seen = '';
    const shell = new ShellRunner({ sandbox: createCommandSandbox(policy) });
    try {
      const request = {
        command: 'echo one; until [ -e go ]; do sleep 0.05; done; echo two',
        cwd: root,
        maxOutputBytes: 1_000,
      };
      const running = shell.run(request, new AbortController().signal, (text) => void (seen += text));
      await until(() => seen === 'one\n');
      await writeFile(path.join(root, 'go'), '');
      assert.equal((await running).output, 'one\ntwo\n');
    } finally {
      shell.dispose();
    }
  });

  it('keep names protected for one another while they overlap, and their temp folder goes with the session', async () => {
    const slow = run('until [ -e go ]; do sleep 0.05; done; echo x > .mcp.json');
    await run('true');
    await run('true');
    await writeFile(path.join(root, 'go'), '');
    assert.notEqual((await slow).exitCode, 0);
    assert.ok(!(await exists(path.join(root, '.mcp.json'))));

    const shell = new ShellRunner({ sandbox: createCommandSandbox(policy) });
    const request = { command: 'echo $TMPDIR; echo x > $TMPDIR/x', cwd: root, maxOutputBytes: 1_000 };
    const temp = (await shell.run(request, new AbortController().signal, () => undefined)).output.trim();
    assert.ok(await exists(path.join(temp, 'x')));
    shell.dispose();
    assert.ok(!(await exists(temp)));
  });

  it('run outside when the person allowed it, but for where it is required', async () => {
    const other = await folder();
    assert.equal((await run(`echo x > ${other}/x`, { sandboxed: false })).exitCode, 0);
    const required = runner({ ...policy, mode: 'required' });
    assert.notEqual((await required(`echo x > ${other}/y`, { sandboxed: false })).exitCode, 0);
    assert.deepEqual(await readdir(other), ['x']);
  });

  it('are refused, not let out, when the rules cannot be put into effect', async () => {
    const result = await runner({ ...policy, workspace: [root, '/'] })('echo ran');
    assert.equal(result.ended, 'spawn_failed');
    assert.match(result.output, /was not run: .*the workspace is the whole disk/);
    assert.match((await runner({ ...policy, hosts: ['*'] })('echo ran')).output, /was not run/);
  });

  describe('and the network', () => {
    let server: Server;
    let port: number;
    let asked = 0;
    beforeEach(async () => {
      asked = 0;
      server = createServer((_request, response) => {
        asked += 1;
        response.end('hello');
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      port = (server.address() as AddressInfo).port;
    });
    afterEach(() => server.close());

    it('reach no host', async () => {
      const attempts = [
        `curl -sS -m 3 http://127.0.0.1:${port}/`,
        `exec 5<>/dev/tcp/127.0.0.1/${port}`,
        'curl -sS -m 3 http://192.0.2.1/',
      ];
      for (const attempt of attempts) {
        const result = await run(attempt);
        assert.notEqual(result.exitCode, 0, attempt);
        assert.match(result.blocked ?? '', /refused a connection/, attempt);
      }
      assert.equal((await run("tail -n +3 /proc/net/dev | grep -cv '^ *lo:'")).output, '0\n');
      assert.equal(asked, 0);
    });

    it('reach an allowed host by the proxy alone, each session its own', async () => {
      const listeners = process.listenerCount('SIGTERM');
      const allowed = runner({ ...policy, hosts: [`127.0.0.1:${port}`] });
      const elsewhere = runner({ ...policy, hosts: ['example.com'] });
      const fetched = `curl -sS -m 5 --noproxy '' http://127.0.0.1:${port}/`;
      assert.equal((await allowed(fetched)).output, 'hello');
      assert.equal(asked, 1);
      assert.notEqual((await allowed(`exec 5<>/dev/tcp/127.0.0.1/${port}`)).exitCode, 0);
      const refused = await elsewhere(fetched);
      assert.match(refused.blocked ?? '', /a host that is not allowed: .*127\.0\.0\.1/);
      assert.notEqual((await run(`curl -sS -m 3 --noproxy '' http://127.0.0.1:${port}/`)).output, 'hello');
      assert.equal(asked, 1);
      assert.equal(process.listenerCount('SIGTERM'), listeners);
    });
  });

  it('leave a folder as it was that has been made by hand', async () => {
    await mkdir(path.join(root, '.husky'));
    await run('true');
    assert.ok(await exists(path.join(root, '.husky')));
  });
});

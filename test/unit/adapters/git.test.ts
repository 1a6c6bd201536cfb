import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createGit, type GitAtWork } from '../../../src/adapters/git.ts';
import { findGit } from '../../../src/adapters/git-process.ts';
import { gitSource } from '../../../src/core/prompt/context-sources.ts';

const run = promisify(execFile);
let root: string;
let repo: string;
let time: number;
let trap: string;

/** Git as the test itself uses it, hostile settings not in force. */
async function git(...args: string[]): Promise<string> {
  const names = [
    '-c',
    'user.name=T',
    '-c',
    'user.email=t@example.com',
    '-c',
    'core.fsmonitor=',
    '-c',
    'commit.gpgsign=false',
  ];
  const { stdout } = await run('git', ['-C', repo, ...names, ...args], {
    env: { PATH: process.env['PATH'], HOME: root, GIT_CONFIG_NOSYSTEM: '1' },
  });
  return stdout;
}

async function put(name: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(repo, name)), { recursive: true });
  await writeFile(path.join(repo, name), text);
}

async function commit(subject: string): Promise<void> {
  await git('add', '-A');
  await git('commit', '-q', '--allow-empty', '-m', subject);
}

function ours(options: { trusted?: boolean; timeoutMs?: number; PATH?: string } = {}): GitAtWork {
  return createGit({
    workspace: [repo],
    environment: { PATH: options.PATH ?? process.env['PATH'], HOME: root, GIT_DIR: '/nonsense', GIT_TRACE: '1' },
    clock: { monotonic: () => time },
    isTrusted: () => options.trusted ?? true,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
}

/** What the trap logged: the name under which it was run, a line each. */
async function sprung(): Promise<string> {
  return readFile(path.join(root, 'sprung'), 'utf8').catch(() => '');
}

async function makeRepository(): Promise<void> {
  root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'capstan-git-')));
  repo = path.join(root, 'repo');
  time = 0;
  await mkdir(repo);
  trap = path.join(root, 'trap.sh');
  await writeFile(trap, `#!/bin/sh\necho "$0 $*" >> '${path.join(root, 'sprung')}'\n`);
  await chmod(trap, 0o755);
  await git('init', '-q', '-b', 'main');
}

describe('git', () => {
  beforeEach(makeRepository);
  afterEach(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));

  it('is nothing outside a repository, in a broken one, without git, and before trust', async () => {
    assert.equal(await ours().state(root), undefined);
    assert.equal(await ours({ trusted: false }).state(repo), undefined);
    assert.equal(await ours({ PATH: '' }).state(repo), undefined);
    await rm(path.join(repo, '.git/objects'), { recursive: true });
    assert.equal(await ours().state(repo), undefined);
    assert.equal(await ours().state(path.join(repo, 'missing')), undefined);
  });

  it('tells a repository without commits', async () => {
    assert.deepEqual(await ours().state(repo), {
      branch: 'main',
      defaultBranch: undefined,
      changes: { listed: [], count: 0, more: false },
      commits: [],
    });
  });

  it('tells branch, default branch, changes and the last commits, from a folder within too', async () => {
    await put('src/a b.txt', 'a');
    await put('gone', 'g');
    for (const subject of ['one', 'two', 'three', 'four', 'five', 'six: <é>']) await commit(subject);
    await git('checkout', '-q', '-b', 'topic/x');
    await put('src/a b.txt', 'changed');
    await put('new\nline', 'n');
    await rm(path.join(repo, 'gone'));
    const state = await ours().state(path.join(repo, 'src'));
    assert.equal(state?.branch, 'topic/x');
    assert.equal(state?.defaultBranch, 'main');
    assert.deepEqual(
      state?.commits.map((one) => one.subject),
      ['six: <é>', 'five', 'four', 'three', 'two'],
    );
    assert.deepEqual(state?.changes?.listed, [
      { status: ' D', path: 'gone' },
      { status: ' M', path: 'src/a b.txt' },
      { status: '??', path: 'new\nline' },
    ]);
    const text = await gitSource(ours(), repo).read();
    assert.match(text!, /^Branch: topic\/x \(default branch: main\)\nUncommitted changes: 3\n {3}D gone$/m);
    assert.match(text!, /\?\? new\\nline/);
  });

  it('takes the default branch from origin', async () => {
    await commit('one');
    await git('update-ref', 'refs/remotes/origin/trunk', 'HEAD');
    await git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
    assert.equal((await ours().state(repo))?.defaultBranch, 'trunk');
  });

  it('tells a detached HEAD, and a worktree', async () => {
    await commit('one');
    await git('worktree', 'add', '-q', '-b', 'side', path.join(root, 'side'));
    await git('checkout', '-q', '--detach');
    assert.equal((await ours().state(repo))?.branch, undefined);
    assert.match((await gitSource(ours(), repo).read())!, /HEAD is detached/);
    assert.equal((await ours().state(path.join(root, 'side')))?.branch, 'side');
  });

  it('asks git for the branch where HEAD is a link', async () => {
    await commit('one');
    const head = path.join(repo, '.git', 'HEAD');
    const { branch } = (await ours().state(repo))!;
    await rm(head);
    await symlink(`refs/heads/${branch}`, head);
    assert.ok(branch);
    assert.equal((await ours().state(repo))?.branch, branch);
  });

  it('lists the first changes and counts the rest', async () => {
    for (let index = 0; index < 45; index += 1) await put(`file-${index}`, 'x');
    const changes = (await ours().state(repo))?.changes;
    assert.deepEqual([changes?.listed.length, changes?.count], [20, 45]);
    assert.match((await gitSource(ours(), repo).read())!, /and 25 more/);
  });

  it('keeps an answer for half a minute', async () => {
    const reader = ours();
    await reader.state(repo);
    await put('new', 'x');
    time = 29_999;
    assert.equal((await reader.state(repo))?.changes?.count, 0);
    time = 30_000;
    assert.equal((await reader.state(repo))?.changes?.count, 1);
  });

  it('is at work before it is asked, only where it is trusted, and then answers from that', async () => {
    const bin = path.join(root, 'bin');
    await mkdir(bin);
    await cp(trap, path.join(bin, 'git'));
    await ours({ PATH: bin, trusted: false }).begin(repo);
    await ours({ PATH: bin }).begin(root);
    assert.equal(await sprung(), '');
    const reader = ours({ PATH: bin });
    await reader.begin(repo);
    await reader.state(repo);
    const once = await sprung();
    assert.match(once, /status/);
    await reader.state(repo);
    assert.equal(await sprung(), once);
  });

  it('gives up on a git that hangs, and ends it', async () => {
    const bin = path.join(root, 'bin');
    await mkdir(bin);
    await writeFile(path.join(bin, 'git'), `#!/bin/sh\necho $$ > '${root}/pid'\n/bin/sleep 60\n`, { mode: 0o755 });
    assert.equal(await ours({ PATH: bin, timeoutMs: 200 }).state(repo), undefined);
    const pid = Number(await readFile(path.join(root, 'pid'), 'utf8'));
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  });

  it('is never the program that the workspace brings along', async () => {
    await mkdir(path.join(repo, 'bin'));
    await cp(trap, path.join(repo, 'bin/git'));
    await symlink(path.join(repo, 'bin'), path.join(root, 'outside'));
    const PATH = [path.join(repo, 'bin'), path.join(root, 'outside'), '.', 'bin', ''].join(path.delimiter);
    assert.equal(await findGit({ workspace: [repo], environment: { PATH } }), undefined);
    assert.ok(
      await findGit({ workspace: [repo], environment: { Path: `${PATH}${path.delimiter}${process.env['PATH']}` } }),
    );
    assert.equal(await ours({ PATH }).state(repo), undefined);
    assert.equal(await sprung(), '');
  });
});

describe('git in a hostile repository', () => {
  beforeEach(async () => {
    await makeRepository();
    await put('a.txt', 'a');
    await commit('one');
  });
  afterEach(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));

  it('runs nothing that its settings name', async () => {
    await put('.gitattributes', '* filter=evil diff=evil\n*.sub filter=odd=na.me');
    await commit('two');
    const settings = {
      'core.fsmonitor': trap,
      'core.pager': trap,
      'pager.log': trap,
      'pager.status': trap,
      'core.sshCommand': trap,
      'core.editor': trap,
      'core.askPass': trap,
      'core.alternateRefsCommand': trap,
      'diff.external': trap,
      'diff.evil.textconv': trap,
      'diff.evil.command': trap,
      'filter.evil.clean': trap,
      'filter.evil.smudge': trap,
      'filter.evil.required': 'true',
      'filter.odd=na.me.process': trap,
      'alias.status': `!${trap}`,
      'alias.log': `!${trap}`,
      'gpg.program': trap,
      'log.showSignature': 'true',
      'credential.helper': `!${trap}`,
      'uploadpack.packObjectsHook': trap,
      'status.submoduleSummary': 'true',
    };
    for (const [name, value] of Object.entries(settings)) await git('config', name, value);
    const hooks = path.join(root, 'hooks');
    await mkdir(hooks);
    for (const hook of ['post-index-change', 'fsmonitor-watchman', 'reference-transaction', 'pre-auto-gc']) {
      await cp(trap, path.join(hooks, hook));
      await cp(trap, path.join(repo, '.git/hooks', hook));
    }
    await git('config', 'core.hooksPath', hooks);
    // Same size, new content: git has to look into the file, through its filter.
    await put('a.txt', 'b');
    await put('b.sub', 'b');
    await rm(path.join(root, 'sprung'), { force: true });

    const state = await ours().state(repo);
    assert.deepEqual(
      state?.changes?.listed.map((change) => change.path),
      ['a.txt', 'b.sub'],
    );
    assert.equal(state?.commits.length, 2);
    assert.equal(await sprung(), '');

    await run('git', ['-C', repo, 'status'], { env: { PATH: process.env['PATH'], HOME: root } }).catch(() => undefined);
    assert.match(await sprung(), /trap/, 'the trap works: plain git falls into it');
  });

  it('verifies no signature', async () => {
    const sha = (await git('rev-parse', 'HEAD')).trim();
    const signed = (await git('cat-file', 'commit', sha)).replace(
      '\n\n',
      '\ngpgsig -----BEGIN PGP SIGNATURE-----\n x\n -----END PGP SIGNATURE-----\n\n',
    );
    await writeFile(path.join(root, 'commit'), signed);
    const made = (await git('hash-object', '-t', 'commit', '-w', path.join(root, 'commit'))).trim();
    await git('update-ref', 'HEAD', made);
    await git('config', 'log.showSignature', 'true');
    await git('config', 'gpg.program', trap);
    assert.equal((await ours().state(repo))?.commits[0]?.subject, 'one');
    assert.equal(await sprung(), '');
    await git('log', '-1');
    assert.match(await sprung(), /trap/, 'the trap works');
  });

  it('fetches nothing into a partial clone', async () => {
    await git('config', 'core.repositoryFormatVersion', '1');
    await git('config', 'extensions.partialClone', 'origin');
    await git('config', 'remote.origin.promisor', 'true');
    await git('config', 'remote.origin.url', `ext::${trap}`);
    await git('config', 'remote.origin.uploadpack', trap);
    await git('config', 'protocol.ext.allow', 'always');
    const sha = (await git('rev-parse', 'HEAD^{tree}')).trim();
    await rm(path.join(repo, '.git/objects', sha.slice(0, 2), sha.slice(2)), { force: true });
    await ours().state(repo);
    assert.equal(await sprung(), '');
    await git('status').catch(() => undefined);
    assert.match(await sprung(), /trap/, 'the trap works');
  });

  it('looks only at the folder itself, whatever core.worktree says', async () => {
    const elsewhere = path.join(root, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(path.join(elsewhere, 'private.txt'), 'x');
    await git('config', 'core.worktree', elsewhere);
    const state = await ours().state(repo);
    assert.deepEqual(state?.changes?.listed, []);
  });

  it('does not take a nested folder for a bare repository', async () => {
    const nested = path.join(repo, 'nested');
    await run('git', ['init', '-q', '--bare', '-b', 'evil', nested], {
      env: { PATH: process.env['PATH'], HOME: root },
    });
    await run('git', ['-C', nested, 'config', 'core.fsmonitor', trap]);
    await run('git', ['-C', nested, 'config', 'core.worktree', '.']);
    await run('git', ['-C', nested, 'config', 'core.bare', 'false']);
    assert.equal((await ours().state(nested))?.branch, 'main');
    assert.equal(await sprung(), '');
  });

  it('does not enter submodules', async () => {
    const sub = path.join(repo, 'sub');
    await run('git', ['init', '-q', sub], { env: { PATH: process.env['PATH'], HOME: root } });
    await run('git', [
      '-C',
      sub,
      '-c',
      'user.name=T',
      '-c',
      'user.email=t@e',
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      's',
    ]);
    await git('add', 'sub');
    await commit('with submodule');
    await run('git', ['-C', sub, 'config', 'core.fsmonitor', trap]);
    await writeFile(path.join(sub, 'x'), 'x');
    assert.equal((await ours().state(repo))?.changes?.count, 0);
    assert.equal(await sprung(), '');
  });
});

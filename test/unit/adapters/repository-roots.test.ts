import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, it } from 'mocha';
import { createPermissionSettings } from '../../../src/adapters/permission-settings.ts';
import { repositoryRoots } from '../../../src/adapters/repository-roots.ts';
import { createSavedRules } from '../../../src/adapters/saved-rules.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const LOCAL = '.claude/settings.local.json';
const onPosix = process.platform === 'win32' ? it.skip : it;

describe('local settings of a repository', () => {
  const folderWith = temporaryFolders();
  let root: string;
  let home: string;

  beforeEach(async () => {
    root = await folderWith({ 'main/src/a.ts': '', 'home/notes/x': '', 'plain/x': '' });
    home = path.join(root, 'home');
    await git('main', 'init', '-q');
    await git('main', 'commit', '-q', '--allow-empty', '-m', 'x');
    await git('main', 'worktree', 'add', '-q', '../linked');
    await mkdir(path.join(root, 'linked', 'src'));
  });

  const git = (folder: string, ...args: string[]) =>
    promisify(execFile)('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], {
      cwd: path.join(root, folder),
      env: { PATH: process.env['PATH'] ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1' },
    });
  const rootsOf = async (folder: string) =>
    (await repositoryRoots(path.join(root, folder), home)).map(({ path: found }) => path.relative(root, found));
  const settingsOf = (folder: string, trusted = true) =>
    createPermissionSettings({ home, workspace: [path.join(root, folder)], isTrusted: () => trusted });
  const storeOf = (folder: string) => createSavedRules({ root: path.join(root, folder), home, isTrusted: () => true });
  const textsOf = async (folder: string, trusted = true) =>
    (await settingsOf(folder, trusted).rules()).rules.map(({ behavior, text }) => `${behavior} ${text}`);

  it('stand at its top and in its main worktree', async () => {
    assert.deepEqual(await rootsOf('main'), []);
    assert.deepEqual(await rootsOf('main/src'), ['main']);
    assert.deepEqual(await rootsOf('linked'), ['main']);
    assert.deepEqual(await rootsOf('linked/src'), ['linked', 'main']);
    assert.deepEqual(await rootsOf('plain'), []);
    assert.deepEqual(await rootsOf('nowhere/at/all'), []);
  });

  it('are never those of home or above it, which would count everywhere', async () => {
    await mkdir(path.join(home, '.git'));
    await mkdir(path.join(root, '.git'));
    assert.deepEqual(await rootsOf('home/notes'), []);
    await symlink(path.join(home, 'notes'), path.join(root, 'plain', 'link'));
    assert.deepEqual(await rootsOf('plain/link'), []);
  });

  it('are not those of a repository that knows nothing of the folder', async () => {
    const own = path.join(root, 'main', '.git', 'worktrees', 'linked');
    await writeFile(path.join(root, 'plain', '.git'), `gitdir: ${own}\n`);
    assert.deepEqual(await rootsOf('plain'), []);
    await mkdir(path.join(root, 'plain', 'fake', 'worktrees', 'x'), { recursive: true });
    await writeFile(path.join(root, 'plain', '.git'), 'gitdir: fake/worktrees/x\n');
    await writeFile(path.join(root, 'plain/fake/worktrees/x/gitdir'), `${path.join(root, 'plain', '.git')}\n`);
    await writeFile(path.join(root, 'plain/fake/worktrees/x/commondir'), `${path.join(root, 'main', '.git')}\n`);
    assert.deepEqual(await rootsOf('plain'), []);
    await writeFile(path.join(root, 'plain', '.git'), 'x'.repeat(100_000));
    assert.deepEqual(await rootsOf('plain'), []);
  });

  it('are saved once for all worktrees, and count in each from its own folder', async () => {
    const store = storeOf('linked/src');
    assert.equal(await store.file(), path.join(root, 'main', LOCAL));
    await store.add(['Bash(npm test:*)', 'Edit(./out/**)']);
    assert.match(await readFile(path.join(root, 'main', LOCAL), 'utf8'), /npm test/);
    for (const folder of ['main', 'main/src', 'linked', 'linked/src'])
      assert.deepEqual(await textsOf(folder), ['allow Bash(npm test:*)', 'allow Edit(./out/**)'], folder);
    const { rules } = await settingsOf('linked').rules();
    assert.equal(rules[0]?.source.root, path.join(root, 'linked'));
    assert.equal(await storeOf('plain').file(), path.join(root, 'plain', LOCAL));
  });

  it('only restrict until the folder is trusted', async () => {
    await mkdir(path.join(root, 'main', '.claude'));
    const permissions = { allow: ['Bash(a)'], ask: ['Bash(b)'], deny: ['Bash(c)'], defaultMode: 'acceptEdits' };
    await writeFile(path.join(root, 'main', LOCAL), JSON.stringify({ permissions }));
    assert.deepEqual(await textsOf('linked', false), ['deny Bash(c)', 'ask Bash(b)']);
    assert.deepEqual(await textsOf('linked', true), ['deny Bash(c)', 'ask Bash(b)', 'allow Bash(a)']);
    assert.equal((await settingsOf('linked').rules()).defaultMode, undefined);
  });

  onPosix('only restrict where their folder is somebody else’s, and nothing is saved there', async function () {
    if (process.getuid?.() !== 0) this.skip();
    await mkdir(path.join(root, 'main', '.claude'));
    await writeFile(path.join(root, 'main', LOCAL), '{"permissions":{"allow":["Bash(a)"],"deny":["Bash(c)"]}}');
    await promisify(execFile)('chown', ['12345', path.join(root, 'main')]);
    assert.deepEqual(await textsOf('linked'), ['deny Bash(c)']);
    assert.equal(await storeOf('linked').file(), path.join(root, 'linked', LOCAL));
  });
});

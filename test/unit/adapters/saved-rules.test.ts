import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'mocha';
import { createSavedRules } from '../../../src/adapters/saved-rules.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const NAME = '.claude/settings.local.json';
const onPosix = process.platform === 'win32' ? it.skip : it;

describe('saved rules', () => {
  const folderWith = temporaryFolders();
  const storeIn = (root: string, trusted = true) =>
    createSavedRules({ root, home: os.homedir(), isTrusted: () => trusted });
  const read = (root: string) => readFile(path.join(root, NAME), 'utf8');

  it('begin a file of the person alone', async () => {
    const root = await folderWith();
    const store = storeIn(root);
    await store.add(['Bash(npm test)', 'Edit(./src/**)']);
    assert.deepEqual(JSON.parse(await read(root)), { permissions: { allow: ['Bash(npm test)', 'Edit(./src/**)'] } });
    assert.equal(await store.file(), path.join(root, NAME));
    if (process.platform !== 'win32') assert.equal((await stat(path.join(root, NAME))).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(path.join(root, '.claude')), ['settings.local.json']);
  });

  it('are added to what stands there: comments, other settings, line ends and all', async () => {
    const before =
      '\ufeff{\r\n  // mine\r\n  "model": "x",\r\n  "permissions": {\r\n    "deny": ["Read(.env)"], // never\r\n    "allow": ["A"]\r\n  }\r\n}\r\n';
    const root = await folderWith({ [NAME]: before });
    await storeIn(root).add(['Bash(npm test)']);
    const after = await read(root);
    for (const part of ['\ufeff{\r\n  // mine', '"model": "x"', '"deny": ["Read(.env)"], // never'])
      assert.ok(after.includes(part), after);
    assert.match(after, /"A",\s*"Bash\(npm test\)"/);
    assert.ok(!/[^\r]\n/.test(after), JSON.stringify(after));
  });

  it('make the list where there is none, and write a rule once', async () => {
    const root = await folderWith({ [NAME]: '{"permissions": {"deny": []}}' });
    const store = storeIn(root);
    for (const rules of [['A'], ['A', 'B'], ['B']]) await store.add(rules);
    assert.deepEqual(JSON.parse(await read(root)), { permissions: { deny: [], allow: ['A', 'B'] } });
  });

  it('all arrive when they are added at once, from several windows', async () => {
    const root = await folderWith();
    const stores = [storeIn(root), storeIn(root), storeIn(root)];
    await Promise.all(
      stores.flatMap((store, index) => [1, 2, 3].map((count) => store.add([`Bash(x${index}${count})`]))),
    );
    const { permissions } = JSON.parse(await read(root)) as { permissions: { allow: string[] } };
    const expected = [0, 1, 2].flatMap((index) => [1, 2, 3].map((count) => `Bash(x${index}${count})`));
    assert.deepEqual(permissions.allow.toSorted(), expected);
    assert.deepEqual(await readdir(path.join(root, '.claude')), ['settings.local.json']);
  });

  for (const [name, text] of Object.entries({
    'a broken file': '{"permissions": {"allow": [',
    'a list at the top': '[]',
    'a list that is none': '{"permissions": {"allow": "all"}}',
    'an empty file': '',
  })) {
    it(`leave ${name} as it is, and say so`, async () => {
      const root = await folderWith({ [NAME]: text });
      await assert.rejects(storeIn(root).add(['A']), /settings\.local\.json.*[Cc]orrect it/);
      assert.equal(await read(root), text);
    });
  }

  onPosix('are not written through a link, of the folder or of the file', async () => {
    const away = await folderWith({ 'settings.local.json': '{}' });
    const [first, second] = [await folderWith(), await folderWith()];
    await symlink(away, path.join(first, '.claude'));
    await mkdir(path.join(second, '.claude'));
    await symlink(path.join(away, 'settings.local.json'), path.join(second, NAME));
    for (const root of [first, second]) await assert.rejects(storeIn(root).add(['A']), /link/);
    assert.equal(await readFile(path.join(away, 'settings.local.json'), 'utf8'), '{}');
  });

  onPosix('keep the rights of a file that is there', async () => {
    const root = await folderWith({ [NAME]: '{}' });
    await chmod(path.join(root, NAME), 0o644);
    await storeIn(root).add(['A']);
    assert.equal((await stat(path.join(root, NAME))).mode & 0o777, 0o644);
  });

  it('are nowhere to be kept without a folder, or without trust', async () => {
    assert.equal(await createSavedRules({ root: undefined, home: '/', isTrusted: () => true }).file(), undefined);
    await assert.rejects(
      createSavedRules({ root: undefined, home: '/', isTrusted: () => true }).add(['A']),
      /no folder/,
    );
    assert.equal(await storeIn(await folderWith(), false).file(), undefined);
  });

  it('wait for no window that was killed while it saved one', async () => {
    const lock = `${NAME}.lock`;
    const root = await folderWith({ [NAME]: '{}', [lock]: '' });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(path.join(root, lock), longAgo, longAgo);
    await storeIn(root).add(['A']);
    assert.match(await read(root), /"A"/);
  });

  it('go on after one that failed', async () => {
    const root = await folderWith({ [NAME]: '{' });
    const store = storeIn(root);
    await assert.rejects(store.add(['A']));
    await writeFile(path.join(root, NAME), '{}');
    await store.add(['B']);
    assert.match(await read(root), /"B"/);
  });
});

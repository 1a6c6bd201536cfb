import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rename, symlink, unlink, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { FileError } from '../../../src/core/ports.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const SIZE = 300_000;

describe('files on disk, opened by the path that was judged', () => {
  const folder = temporaryFolders();
  const files = new NodeFileSystem();
  const isElsewhere = (error: unknown) => {
    assert.ok(error instanceof FileError);
    assert.match(error.message, /leads somewhere else than when it was allowed: .* Look at the folder again/);
    return true;
  };

  it('are neither read nor written through a link, under their name or on the way', async function () {
    if (process.platform === 'win32') this.skip();
    const root = await folder({ 'real/a': 'theirs', 'work/b': '' });
    await symlink('../real', path.join(root, 'work', 'folder'));
    await symlink('../real/a', path.join(root, 'work', 'name'));
    await symlink('../real/new', path.join(root, 'work', 'dangling'));
    const like = await files.readText(path.join(root, 'real', 'a'));
    for (const name of ['folder/a', 'name']) {
      const file = path.join(root, 'work', name);
      await assert.rejects(files.readText(file), isElsewhere);
      await assert.rejects(files.readBytes(file), isElsewhere);
      await assert.rejects(files.writeText(file, 'mine', like), isElsewhere);
      await assert.rejects(files.writeText(file, 'mine', undefined), FileError);
    }
    for (const name of ['folder/new', 'folder/deep/er/new', 'dangling'])
      await assert.rejects(files.writeText(path.join(root, 'work', name), 'mine', undefined), FileError);
    assert.deepEqual(await readdir(path.join(root, 'real')), ['a']);
    assert.equal(await readFile(path.join(root, 'real', 'a'), 'utf8'), 'theirs');
    assert.deepEqual((await readdir(path.join(root, 'work'))).toSorted(), ['b', 'dangling', 'folder', 'name']);
  });

  it('have what a killed writer left beside them taken away, and nothing else', async () => {
    const [old, fresh, other] = ['.capstan-0123456789abcdef.tmp', '.capstan-fedcba9876543210.tmp', '.capstan-mine.tmp'];
    const root = await folder({ [`work/${old}`]: 'half', [`work/${fresh}`]: 'half', [`work/${other}`]: 'theirs' });
    const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000);
    for (const name of [old, other]) await utimes(path.join(root, 'work', name), yesterday, yesterday);
    await files.writeText(path.join(root, 'work', 'a'), 'new', undefined);
    assert.deepEqual((await readdir(path.join(root, 'work'))).toSorted(), [fresh, other, 'a'].toSorted());
  });

  it('stay so while someone swaps the folder for a link', async function () {
    if (process.platform !== 'linux') this.skip();
    this.timeout(60_000);
    const root = await folder({ 'work/a': 'mine 0', 'secret/a': 'secret' });
    const [work, aside, secret] = ['work', 'aside', 'secret'].map((name) => path.join(root, name)) as [
      string,
      string,
      string,
    ];
    let swapping = true;
    const swaps = (async () => {
      while (swapping) {
        await rename(work, aside);
        await symlink(secret, work);
        await unlink(work);
        await rename(aside, work);
        // Now and then long enough for a whole round to succeed.
        await setTimeout(Math.random() * 8);
      }
    })();
    const file = path.join(work, 'a');
    let [done, refused] = [0, 0];
    try {
      for (let round = 1; round <= 300 || done === 0 || refused === 0; round += 1) {
        try {
          const read = await files.readText(file);
          assert.match(read.text, /^mine/);
          await files.writeText(file, `mine ${round}`, read);
          await files.writeText(path.join(work, `new ${round}`), 'new', undefined);
          done += 1;
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
          refused += 1;
        }
      }
    } finally {
      swapping = false;
      await swaps;
    }
    assert.deepEqual(await readdir(secret), ['a']);
    assert.equal(await readFile(path.join(secret, 'a'), 'utf8'), 'secret');
  });
});

describe('a process that is killed while it writes', () => {
  const folder = temporaryFolders();
  const KILLS = 50;

  it('leaves the old text or the new one, never half', async function () {
    this.timeout(120_000);
    const root = await folder({ big: 'a'.repeat(SIZE) });
    const file = path.join(root, 'big');
    const moments = fc.sample(fc.integer({ min: 0, max: 30 }), KILLS);
    const seen = new Set<string>();
    for (const moment of moments) {
      await killWhileWriting(file, moment);
      const text = await readFile(file, 'utf8');
      assert.ok(/^[a-z]$/.test(text[0]!) && text === text[0]!.repeat(SIZE), `${text.length} characters`);
      seen.add(text[0]!);
    }
    assert.ok(seen.size > 1, 'nothing was written at all');
  });
});

/** Starts a process that writes the file over and over, each time with the next letter, and kills it some milliseconds into it. */
async function killWhileWriting(file: string, moment: number): Promise<void> {
  const adapter = new URL('../../../src/adapters/node-file-system.ts', import.meta.url).href;
  const script = `
    import { NodeFileSystem } from ${JSON.stringify(adapter)};
    const files = new NodeFileSystem();
    const [file, size] = ${JSON.stringify([file, SIZE])};
    for (let read = await files.readText(file); ; ) {
      const letter = String.fromCharCode(97 + ((read.text.charCodeAt(0) - 96) % 26));
      read = await files.writeText(file, letter.repeat(size), read);
      process.stdout.write('.');
    }`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), ended.then(() => assert.fail('the writer ended by itself'))]);
  await setTimeout(moment);
  child.kill('SIGKILL');
  await ended;
}

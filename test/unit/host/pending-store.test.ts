// Files with pending edits on disk: whole, private, the last state of each, and nothing of anybody else's taken for one.
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import type { PendingFile } from '../../../src/core/review/pending-file.ts';
import { createPendingStore } from '../../../src/host/pending-edits/pending-store.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const fileOf = (name: string, at = 1): PendingFile => ({
  path: `/w/${name}`,
  created: false,
  tracked: { baseline: 'one\r\n\ufeff', agent: 'two' },
  sessions: ['s1'],
  notes: [],
  noted: [],
  at,
});

describe('the store of pending edits', () => {
  const temporaryFolder = temporaryFolders();

  it('brings back what was saved last, and nothing that was removed', async () => {
    const folder = await temporaryFolder();
    const store = createPendingStore(path.join(folder, 'deep', 'pending'));
    assert.deepEqual(await store.load(), []);
    await Promise.all(Array.from({ length: 20 }, (_, at) => store.save(fileOf('a', at))));
    await Promise.all([store.save(fileOf('b')), store.remove('/w/b'), store.remove('/w/never')]);
    assert.deepEqual(await store.load(), [fileOf('a', 19)]);
  });

  it('leaves nothing half, and lets nobody else read it', async () => {
    const folder = await temporaryFolder();
    const pending = path.join(folder, 'pending');
    const store = createPendingStore(pending);
    await store.save(fileOf('a'));
    const names = await readdir(pending);
    assert.equal(names.length, 1);
    assert.equal((await stat(path.join(pending, names[0]!))).mode & 0o777, 0o600);
    assert.equal((await stat(pending)).mode & 0o777, 0o700);
  });

  it('passes over what it did not write, and leaves it', async () => {
    const folder = await temporaryFolder();
    const store = createPendingStore(folder);
    await store.save(fileOf('a'));
    const [own] = await readdir(folder);
    const text = await readFile(path.join(folder, own!), 'utf8');
    // The same words under a name that is not theirs could speak for another file.
    await writeFile(path.join(folder, 'other.json'), text);
    await writeFile(path.join(folder, 'torn.json'), text.slice(0, 40));
    await writeFile(path.join(folder, 'list.json'), '[]');
    await mkdir(path.join(folder, 'folder.json'));
    assert.deepEqual(await store.load(), [fileOf('a')]);
    assert.equal((await readdir(folder)).length, 5);
  });
});

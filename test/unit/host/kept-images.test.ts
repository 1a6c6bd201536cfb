// Images between their pasting and their sending: on disk, for this person alone, and only what the API takes.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { KeptImages } from '../../../src/host/kept-images.ts';
import type { Attachment } from '../../../src/shared/view-model.ts';
import { TINY_PNG } from '../../support/tiny-png.ts';

const chip = (image: string): Attachment => ({ kind: 'image', label: 'a.png', text: '', image });

describe('kept images', () => {
  let root = '';
  let folder = '';
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'capstan-images-'));
    folder = path.join(root, 'images');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('come back by their name, after a restart too, with the type that their bytes say', async () => {
    const name = await new KeptImages(folder).keep(TINY_PNG);
    assert.ok(name);
    assert.deepEqual(await new KeptImages(folder).of([chip(name)]), [
      { id: name, mediaType: 'image/png', data: TINY_PNG },
    ]);
    const { mode } = await stat(path.join(folder, name));
    if (process.platform !== 'win32') assert.equal(mode & 0o777, 0o600);
  });

  it('are not kept when they are damaged, cut short or no images', async () => {
    const images = new KeptImages(folder);
    for (const data of ['', 'not base64!', TINY_PNG.slice(0, 60), Buffer.from('<svg/>').toString('base64')]) {
      assert.equal(await images.keep(data), undefined, data);
    }
  });

  it('are not found by a name that is none of theirs, nor when they are gone', async () => {
    const images = new KeptImages(folder);
    await writeFile(path.join(root, 'secret'), 'x');
    for (const name of ['../secret', '', 'a'.repeat(64)]) assert.equal(await images.of([chip(name)]), undefined, name);
    assert.deepEqual(await images.of([{ kind: 'file', label: 'a.ts', text: '' }]), []);
  });

  it('go after a month', async () => {
    const name = (await new KeptImages(folder).keep(TINY_PNG))!;
    const long = new Date(Date.now() - 40 * 24 * 60 * 60 * 1000);
    await writeFile(path.join(folder, 'b'.repeat(64)), 'old');
    await utimes(path.join(folder, 'b'.repeat(64)), long, long);
    await new KeptImages(folder).keep(TINY_PNG);
    for (let tries = 0; tries < 100 && (await readdir(folder)).length > 1; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(await readdir(folder), [name]);
  });
});

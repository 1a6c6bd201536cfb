// Drafts on disk: the newest counts, whoever wrote it, and what is old or torn does no harm.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Drafts } from '../../../src/host/drafts.ts';

const day = 24 * 60 * 60 * 1000;

describe('kept drafts', () => {
  let root = '';
  let folder = '';
  const warnings: string[] = [];
  const open = (workspace = '/sample') => new Drafts(folder, workspace, (message) => warnings.push(message));
  const draft = (text: string, at = Date.now()) => ({ text, chips: [], at });
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'capstan-drafts-'));
    folder = path.join(root, 'drafts');
    warnings.length = 0;
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('come back after a restart, one for each session and place, those of other workspaces apart', async () => {
    const drafts = open();
    drafts.keep('one', 'side-bar', draft('for one'));
    drafts.keep('', 'side-bar', draft('new here'));
    drafts.keep('', 'tab', draft('new in a tab'));
    await drafts.flush();
    const again = open();
    await again.ready;
    assert.equal(again.of('one', 'tab')?.text, 'for one');
    assert.equal(again.of('', 'side-bar')?.text, 'new here');
    assert.deepEqual(again.of('', 'tab'), { text: 'new in a tab', chips: [], at: 1 });
    const other = open('/elsewhere');
    await other.ready;
    assert.equal(other.of('', 'side-bar'), undefined);
  });

  it('give way to newer ones alone', async () => {
    const drafts = open();
    await drafts.ready;
    drafts.keep('one', 'side-bar', draft('newer', 20));
    drafts.keep('one', 'tab', draft('older', 10));
    assert.equal(drafts.of('one', 'side-bar')?.text, 'newer');
    drafts.keep('../escape', 'tab', draft('no'));
    await drafts.flush();
    assert.deepEqual(await readdir(root), ['drafts']);
    assert.deepEqual(await readdir(folder), ['one.json']);
  });

  it('go when they are old, empty for a week, or torn', async () => {
    const drafts = open();
    drafts.keep('old', 'tab', draft('old', Date.now() - 100 * day));
    drafts.keep('empty', 'tab', draft('', Date.now() - 8 * day));
    drafts.keep('sent', 'tab', draft(''));
    await drafts.flush();
    await writeFile(path.join(folder, 'torn.json'), '{"text":"half');
    const again = open();
    await again.ready;
    assert.deepEqual(await readdir(folder), ['sent.json']);
    assert.deepEqual([again.of('old', 'tab'), again.of('torn', 'tab')], [undefined, undefined]);
  });

  it('stay in memory, with a word in the log, where they cannot be written', async () => {
    await writeFile(folder, 'a file where the folder would be');
    const drafts = open();
    await drafts.ready;
    drafts.keep('one', 'tab', draft('kept'));
    await drafts.flush();
    assert.equal(drafts.of('one', 'tab')?.text, 'kept');
    assert.match(warnings.join(), /could not be kept on disk/);
  });
});

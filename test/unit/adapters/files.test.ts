import assert from 'node:assert/strict';
import { chmod, link, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { createPermissionSettings } from '../../../src/adapters/permission-settings.ts';
import { FileError, type FileErrorReason } from '../../../src/core/ports.ts';
import { createWriteLanes } from '../../../src/core/tools/files/write-lanes.ts';
import { rulesOf, textOf, ToolBench } from '../../support/memory/tool-bench.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const failsWith = (reason: FileErrorReason) => (error: unknown) => {
  assert.ok(error instanceof FileError);
  assert.equal(error.reason, reason, error.message);
  return true;
};

describe('files on disk', () => {
  const folder = temporaryFolders();
  const files = new NodeFileSystem();

  it('that are not text are refused, whatever is wrong with them', async () => {
    const root = await folder({
      nul: 'a\0b',
      cut: Buffer.from([0x61, 0xe2, 0x82]),
      half16: Buffer.from([0xff, 0xfe, 0x61, 0x00, 0x62]),
      lone16: Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x61, 0x00]),
    });
    for (const name of await readdir(root))
      await assert.rejects(files.readText(path.join(root, name)), failsWith('not_text'), name);
  });

  it('that cannot be read say why', async () => {
    const root = await folder({ file: 'x' });
    await assert.rejects(files.readText(path.join(root, 'none')), failsWith('not_found'));
    await assert.rejects(files.readText(path.join(root, 'file', 'below')), failsWith('not_found'));
    await assert.rejects(files.readText(root), failsWith('is_folder'));
    await assert.rejects(files.readBytes(path.join(root, 'file'), { maxBytes: 0 }), failsWith('too_large'));
    await assert.rejects(files.list(path.join(root, 'none')), failsWith('not_found'));
    if (process.platform !== 'win32') await assert.rejects(files.readText('/dev/null'), failsWith('not_text'));
    assert.equal(await files.stat(path.join(root, 'file', 'below')), undefined);
  });

  it('come back as they were: encoding, byte order mark, line endings', async () => {
    const text = 'grün 🎉\r\nzwei\nlast';
    const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
    const root = await folder({
      'utf-8': text,
      'utf-8 bom': `\ufeff${text}`,
      'utf-16le bom': utf16,
      'utf-16be bom': Buffer.from(utf16).swap16(),
      'utf-8 bom twice': `\ufeff\ufeff${text}`,
    });
    for (const name of await readdir(root)) {
      const file = path.join(root, name);
      const before = await readFile(file);
      const read = await files.readText(file);
      assert.equal(read.text, name.endsWith('twice') ? `\ufeff${text}` : text);
      assert.equal(`${read.encoding}${read.bom ? ' bom' : ''}`, name.replace(' twice', ''));
      const changed = await files.writeText(file, `${read.text}!`, read);
      assert.notEqual(changed.hash, read.hash);
      assert.deepEqual(await files.readText(file), changed);
      const back = await files.writeText(file, read.text, changed);
      assert.deepEqual(await readFile(file), before);
      assert.equal(back.hash, read.hash);
    }
  });

  it('are not written when their content is no longer the one that was read', async () => {
    const root = await folder({ a: 'one' });
    const file = path.join(root, 'a');
    const read = await files.readText(file);
    await writeFile(file, 'two');
    await assert.rejects(files.writeText(file, 'mine', read), failsWith('stale'));
    await assert.rejects(files.writeText(file, 'mine', undefined), failsWith('stale'));
    assert.equal(await readFile(file, 'utf8'), 'two');
    await assert.rejects(files.writeText(path.join(root, 'gone'), 'mine', read), failsWith('stale'));
    assert.deepEqual(await readdir(root), ['a']);
  });

  it('are not written with half a character, and nothing is left behind', async () => {
    const root = await folder({ a: 'one' });
    const file = path.join(root, 'a');
    await assert.rejects(files.writeText(file, 'x\ud800y', await files.readText(file)), failsWith('not_text'));
    await assert.rejects(files.writeText(path.join(root, 'a', 'below'), 'x', undefined), FileError);
    assert.equal(await readFile(file, 'utf8'), 'one');
    assert.deepEqual(await readdir(root), ['a']);
  });

  it('are made with their folders, by one of two who try', async () => {
    const root = await folder();
    const file = path.join(root, 'deep', 'er', 'new');
    const tries = await Promise.allSettled(['a', 'b', 'c'].map((text) => files.writeText(file, text, undefined)));
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.deepEqual(await readdir(path.dirname(file)), ['new']);
  });

  it('keep their mode and the links that lead to them', async function () {
    if (process.platform === 'win32') this.skip();
    const root = await folder({ 'real/script': '#!/bin/sh\n' });
    const real = path.join(root, 'real', 'script');
    const named = path.join(root, 'named');
    await chmod(real, 0o750);
    await symlink('real/script', named);
    assert.equal(await files.resolve(named), real);
    await files.writeText(real, 'changed', await files.readText(real));
    assert.equal(await readFile(named, 'utf8'), 'changed');
    assert.equal((await stat(real)).mode & 0o777, 0o750);
  });

  it('are old or new while someone reads them, never half', async () => {
    const texts = ['a', 'b'].map((letter) => letter.repeat(300_000));
    const root = await folder({ big: texts[0]! });
    const file = path.join(root, 'big');
    let writing = true;
    const writer = (async () => {
      for (let round = 1; round <= 12; round += 1)
        await files.writeText(file, texts[round % 2]!, await files.readText(file));
      writing = false;
    })();
    while (writing) assert.ok(texts.includes(await readFile(file, 'utf8')));
    await writer;
  });

  it('resolve through links, for missing ones as far as they exist', async function () {
    if (process.platform === 'win32') this.skip();
    const root = await folder({ 'real/a': '' });
    await symlink('real', path.join(root, 'link'));
    await symlink('../outside/target', path.join(root, 'real', 'dangling'));
    await symlink('loop', path.join(root, 'loop'));
    await mkdir(path.join(root, 'sub'));
    const cases = [
      ['link/a', 'real/a'],
      ['link/new/er', 'real/new/er'],
      ['link/dangling', 'outside/target'],
      ['link/dangling/x', 'outside/target/x'],
      ['sub/../link/a', 'real/a'],
      ['real/a/below', 'real/a/below'],
    ] as const;
    for (const [given, expected] of cases) {
      assert.equal(await files.resolve(path.join(root, given)), path.join(root, expected), given);
    }
    for (const bad of [path.join(root, 'loop'), path.join(root, 'loop', 'x'), 'relative', '/a\0b']) {
      assert.equal(await files.resolve(bad), undefined, bad);
    }
  });

  it('are listed with their kinds, links as what they lead to', async function () {
    if (process.platform === 'win32') this.skip();
    const root = await folder({ 'dir/x': '', file: '' });
    await symlink('dir', path.join(root, 'link'));
    await symlink('nowhere', path.join(root, 'broken'));
    const listed = Object.fromEntries((await files.list(root)).map(({ name, kind }) => [name, kind]));
    assert.deepEqual(listed, { dir: 'folder', file: 'file', link: 'folder', broken: 'other' });
  });

  it('are told apart from a hard link: the other name keeps the old text', async () => {
    const root = await folder({ a: 'old' });
    await link(path.join(root, 'a'), path.join(root, 'b'));
    await files.writeText(path.join(root, 'a'), 'new', await files.readText(path.join(root, 'a')));
    assert.equal(await readFile(path.join(root, 'b'), 'utf8'), 'old');
  });
});

describe('writers of one file', () => {
  const folder = temporaryFolders();

  it('lose no edit, however many at once and whoever they belong to', async function () {
    this.timeout(60_000);
    const names = Array.from({ length: 40 }, (_, n) => `name${n};`);
    const root = await folder({ a: names.map((name) => `${name}\n`).join('') });
    const files = new NodeFileSystem();
    const agents = [1, 2, 3].map(() => new ToolBench({ files, root, rules: () => rulesOf({ allow: ['Edit'] }, root) }));
    await Promise.all(
      names.map((name, n) =>
        agents[n % agents.length]!.call('Edit', { file_path: 'a', old_string: name, new_string: `done ${name}` }),
      ),
    );
    assert.equal(await readFile(path.join(root, 'a'), 'utf8'), names.map((name) => `done ${name}\n`).join(''));
    assert.deepEqual(await readdir(root), ['a']);
  });

  it('wait for each other, and for nobody else, also after one that failed', async () => {
    const inLane = createWriteLanes();
    const log: string[] = [];
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const first = inLane('a', async () => {
      await held;
      log.push('first');
      throw new Error('failed');
    });
    const second = inLane('a', async () => log.push('second'));
    await inLane('b', async () => log.push('other'));
    release();
    await assert.rejects(first, /failed/);
    await second;
    assert.deepEqual(log, ['other', 'first', 'second']);
  });
});

describe('an edit on disk', () => {
  const folder = temporaryFolders();

  it('that fails leaves the file byte for byte, and one that succeeds is undone by its inverse', async () => {
    const root = await folder();
    const file = path.join(root, 'a');
    const bench = new ToolBench({ files: new NodeFileSystem(), root, rules: () => rulesOf({ allow: ['Edit'] }, root) });
    const piece = fc.constantFrom('a', 'b', '\n', '\r\n', ' ', 'ü');
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    await fc.assert(
      fc.asyncProperty(text, text, fc.boolean(), async (whole, old_string, bom) => {
        const bytes = Buffer.from(`${bom ? '\ufeff' : ''}${whole}`);
        await writeFile(file, bytes);
        const call = (from: string, to: string) =>
          bench.call('Edit', { file_path: file, old_string: from, new_string: to });
        const there = await call(old_string, '<new>').catch(() => undefined);
        if (!there) return assert.deepEqual(await readFile(file), bytes);
        const told = textOf(there);
        const exact = !told.includes('differed') && old_string !== '';
        if (exact && old_string.includes('\r')) {
          await call('<new>', old_string);
          assert.deepEqual(await readFile(file), bytes);
        }
        return undefined;
      }),
      { numRuns: 60 },
    );
  });
});

describe('permission settings', () => {
  const folder = temporaryFolders();

  async function settingsIn(files: Record<string, string>, trusted = true) {
    const root = await folder(files);
    const workspace = path.join(root, 'work');
    await mkdir(workspace, { recursive: true });
    const state = { trusted };
    const settings = createPermissionSettings({
      home: path.join(root, 'home'),
      workspace: [workspace],
      isTrusted: () => state.trusted,
    });
    return { root, workspace, state, settings };
  }

  it('that are missing allow nothing and are no problem', async () => {
    const { settings } = await settingsIn({});
    assert.deepEqual(await settings.rules(), {
      rules: [],
      problems: [],
      additionalFolders: [],
      bypassForbidden: false,
    });
  });

  it('that are broken allow nothing, still deny, and say where', async () => {
    const { workspace, settings } = await settingsIn({
      'work/.claude/settings.json':
        '{\n "permissions": {\n  "allow": ["Bash"],\n  "deny": ["Read(.env)"],\n  "ask": "no list"\n }',
      'home/.claude/settings.json': '{ "permissions": { "allow": ["Bash(npm test)", "Nonsense(x)", 3] } }',
    });
    const { rules, problems } = await settings.rules();
    assert.deepEqual(
      rules.map(({ behavior, text }) => `${behavior} ${text}`),
      ['allow Bash(npm test)', 'deny Read(.env)'],
    );
    assert.deepEqual(
      problems.map(({ file, line }) => [path.relative(workspace, file), line]),
      [
        ['../home/.claude/settings.json', 1],
        ['../home/.claude/settings.json', 1],
        ['.claude/settings.json', 6],
        ['.claude/settings.json', 5],
      ],
    );
  });

  it('name the file and line of each rule', async () => {
    const { workspace, settings } = await settingsIn({
      'work/.claude/settings.local.json':
        '// mine\n{\n  "permissions": {\n    "allow": [\n      "Bash(a)",\n      "Bash(b)",\n    ],\n  },\n}\n',
    });
    const { rules, problems } = await settings.rules();
    assert.deepEqual(problems, []);
    assert.deepEqual(
      rules.map(({ text, line, source }) => [text, line, source.scope, source.file]),
      [
        ['Bash(a)', 5, 'local', path.join(workspace, '.claude/settings.local.json')],
        ['Bash(b)', 6, 'local', path.join(workspace, '.claude/settings.local.json')],
      ],
    );
  });

  it('of the workspace may only restrict until it is trusted', async () => {
    const text = JSON.stringify({
      permissions: { allow: ['Bash'], ask: ['Edit'], deny: ['Read(x)'], additionalDirectories: ['../more', '~/notes'] },
    });
    const { root, state, settings } = await settingsIn(
      { 'work/.claude/settings.json': text, 'work/.claude/settings.local.json': text },
      false,
    );
    const behaviors = async (): Promise<string[]> => (await settings.rules()).rules.map(({ behavior }) => behavior);
    assert.deepEqual(await behaviors(), ['deny', 'ask', 'deny', 'ask']);
    assert.deepEqual((await settings.rules()).additionalFolders, []);
    state.trusted = true;
    assert.deepEqual(await behaviors(), ['deny', 'ask', 'allow', 'deny', 'ask', 'allow']);
    assert.deepEqual((await settings.rules()).additionalFolders.slice(0, 2), [
      path.join(root, 'more'),
      path.join(root, 'home', 'notes'),
    ]);
  });

  it('are read again when they change, and only then', async () => {
    const { workspace, settings } = await settingsIn({
      'work/.claude/settings.json': '{"permissions":{"deny":["Bash(a)"]}}',
    });
    const first = await settings.rules();
    assert.equal((await settings.rules()).rules[0], first.rules[0]);
    await writeFile(path.join(workspace, '.claude/settings.json'), '{"permissions":{"deny":["Bash(b)"]}}');
    assert.equal((await settings.rules()).rules[0]?.text, 'Bash(b)');
  });
});

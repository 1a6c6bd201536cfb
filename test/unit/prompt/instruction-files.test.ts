import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import type { InstructionFile } from '../../../src/core/prompt/instruction-file.ts';
import { loadInstructions, type Instructions } from '../../../src/core/prompt/instruction-files.ts';
import type { InstructionOptions } from '../../../src/core/prompt/instruction-load.ts';

let root: string;
const at = (name: string): string => path.join(root, name);

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(at(name)), { recursive: true });
    await writeFile(at(name), text);
  }
}

function load(options: Partial<InstructionOptions> = {}): Promise<Instructions> {
  return loadInstructions({
    files: new NodeFileSystem(),
    cwd: at('repo/app'),
    home: at('home'),
    trusted: true,
    approveImport: () => false,
    ...options,
  });
}

/** Path from the temporary folder and text. */
function brief(files: readonly InstructionFile[]): string[][] {
  return files.map((file) => [path.relative(root, file.path).replaceAll(path.sep, '/'), file.text]);
}

describe('instruction files', () => {
  beforeEach(async () => {
    root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'capstan-instructions-')));
    await mkdir(at('repo/app'), { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));

  it('are none where there is nothing', async () => {
    assert.deepEqual((await load()).files, []);
  });

  it('come broad to specific, each folder with its rules and its local file', async () => {
    await put({
      'managed/CLAUDE.md': 'managed',
      'home/.claude/CLAUDE.md': 'user',
      'home/.claude/rules/z.md': 'user rule',
      'repo/CLAUDE.md': 'repo',
      'repo/CLAUDE.local.md': 'repo local',
      'repo/AGENTS.md': 'not read beside CLAUDE.md',
      'repo/app/.claude/CLAUDE.md': 'app',
      'repo/app/.claude/rules/b.md': 'rule b',
      'repo/app/.claude/rules/a/deep.md': 'rule a',
      'repo/app/.claude/rules/notes.txt': 'no rule',
      'repo/app/sub/CLAUDE.md': 'not yet',
    });
    const { files, problems } = await load({ managed: at('managed/CLAUDE.md') });
    assert.deepEqual(brief(files), [
      ['managed/CLAUDE.md', 'managed'],
      ['home/.claude/CLAUDE.md', 'user'],
      ['home/.claude/rules/z.md', 'user rule'],
      ['repo/CLAUDE.md', 'repo'],
      ['repo/CLAUDE.local.md', 'repo local'],
      ['repo/app/.claude/CLAUDE.md', 'app'],
      ['repo/app/.claude/rules/a/deep.md', 'rule a'],
      ['repo/app/.claude/rules/b.md', 'rule b'],
    ]);
    assert.deepEqual(problems, []);
  });

  it('are AGENTS.md where a folder has no CLAUDE.md', async () => {
    await put({ 'repo/AGENTS.md': 'repo agents', 'repo/app/CLAUDE.md': 'app', 'repo/app/AGENTS.md': 'app agents' });
    assert.deepEqual(brief((await load()).files), [
      ['repo/AGENTS.md', 'repo agents'],
      ['repo/app/CLAUDE.md', 'app'],
    ]);
  });

  it('are only the managed and the user’s in a folder that is not trusted', async () => {
    await put({
      'managed/CLAUDE.md': 'managed',
      'home/.claude/CLAUDE.md': 'user',
      'repo/CLAUDE.md': 'evil',
      'repo/app/.claude/rules/a.md': 'evil',
      'repo/app/sub/CLAUDE.md': 'evil',
    });
    const loaded = await load({ trusted: false, managed: at('managed/CLAUDE.md') });
    assert.deepEqual(
      brief(loaded.files)
        .flat()
        .filter((text) => text === 'evil'),
      [],
    );
    assert.equal(loaded.files.length, 2);
    assert.deepEqual(await loaded.nestedFor(at('repo/app/sub/x.ts')), []);
  });

  it('drop what is broader at @override, but never the managed file', async () => {
    await put({
      'managed/CLAUDE.md': 'managed',
      'home/.claude/CLAUDE.md': 'user',
      'repo/CLAUDE.md': '@override\nrepo',
      'repo/app/CLAUDE.md': '@append\napp',
    });
    const { files } = await load({ managed: at('managed/CLAUDE.md') });
    assert.deepEqual(
      brief(files).map(([, text]) => text),
      ['managed', 'repo', 'app'],
    );
  });

  it('leave out what claudeMdExcludes names, and AGENTS.md counts again', async () => {
    await put({ 'repo/CLAUDE.md': 'repo', 'repo/AGENTS.md': 'agents', 'managed/CLAUDE.md': 'managed' });
    const { files } = await load({ excludes: ['**/CLAUDE.md', '['], managed: at('managed/CLAUDE.md') });
    assert.deepEqual(
      brief(files).map(([, text]) => text),
      ['managed', 'agents'],
    );
  });

  it('are followed by what they import, each file once, through cycles and four hops', async () => {
    await put({
      'repo/app/CLAUDE.md': 'Read @one.md and @missing.md and @one.md.',
      'repo/app/one.md': 'one @two.md @CLAUDE.md',
      'repo/app/two.md': 'two @docs/three.md',
      'repo/app/docs/three.md': 'three @four.md',
      'repo/app/docs/four.md': 'four @five.md',
      'repo/app/docs/five.md': 'five: too deep',
    });
    const { files } = await load();
    assert.deepEqual(
      brief(files).map(([name]) => name),
      ['CLAUDE.md', 'one.md', 'two.md', 'docs/three.md', 'docs/four.md'].map((name) => `repo/app/${name}`),
    );
    assert.equal(files[1]?.importedBy, at('repo/app/CLAUDE.md'));
  });

  it('import from outside the working folder only what was approved, links told by where they lead', async () => {
    await put({
      'home/secret.md': 'secret',
      'home/shared.md': 'shared',
      'repo/app/CLAUDE.md': 'See @~/secret.md, @../../home/shared.md and @link.md.',
    });
    await symlink(at('home/secret.md'), at('repo/app/link.md'));
    const asked: string[] = [];
    const { files, problems } = await load({
      approveImport: (file) => {
        asked.push(path.relative(root, file));
        return file.endsWith('shared.md');
      },
    });
    assert.deepEqual(
      brief(files).map(([name]) => name),
      ['repo/app/CLAUDE.md', 'home/shared.md'],
    );
    assert.deepEqual(asked, ['home/secret.md', 'home/shared.md', 'home/secret.md']);
    assert.match(problems.join('\n'), /secret\.md lies outside the project and was not approved/);
  });

  it('do not follow a link of CLAUDE.md out of its folder unasked, and take a throwing question as a no', async () => {
    await put({ 'home/key': 'PRIVATE' });
    await symlink(at('home/key'), at('repo/app/CLAUDE.md'));
    const approveImport = (): never => {
      throw new Error('closed');
    };
    assert.deepEqual((await load({ approveImport })).files, []);
  });

  it('import anything for the user’s own file', async () => {
    await put({ 'home/.claude/CLAUDE.md': 'user @~/notes.md', 'home/notes.md': 'notes' });
    assert.deepEqual(
      brief((await load({ trusted: false })).files).map(([, text]) => text),
      ['user @~/notes.md', 'notes'],
    );
  });

  it('are there once when several links or places lead to one file', async () => {
    await put({ 'repo/app/AGENTS.md': 'agents', 'repo/app/.claude/CLAUDE.md': 'user and project' });
    await symlink('AGENTS.md', at('repo/app/CLAUDE.md'));
    const { files } = await load({ home: at('repo/app') });
    assert.deepEqual(brief(files), [
      ['repo/app/.claude/CLAUDE.md', 'user and project'],
      ['repo/app/CLAUDE.md', 'agents'],
    ]);
  });

  it('survive binary and huge files, folders under their names, and links in a circle', async () => {
    await put({
      'repo/CLAUDE.md': 'bin\0ary',
      'repo/app/CLAUDE.local.md': 'x'.repeat(2_000_000),
      'repo/app/CLAUDE.md/keep': 'a folder',
      'repo/app/.claude/rules/a.md': 'rule',
      'repo/app/AGENTS.md': 'agents',
    });
    await symlink('.', at('repo/app/.claude/rules/loop'));
    await symlink('self.md', at('repo/app/.claude/rules/self.md'));
    const { files, problems } = await load();
    assert.deepEqual(
      brief(files).map(([, text]) => text),
      ['agents', 'rule'],
    );
    assert.equal(problems.length, 2);
    assert.match(problems.join('\n'), /larger than 1 MB/);
  });

  it('with paths wait until a file matches', async () => {
    await put({
      'home/.claude/rules/css.md': '---\npaths: "**/*.css"\n---\ncss rule',
      'repo/.claude/rules/app.md': '---\npaths:\n  - app/src/**/*.{ts,tsx}\n---\nts rule @more.md',
      'repo/.claude/rules/more.md': '---\npaths: app/src/only.ts\n---\nmore',
    });
    const loaded = await load({ approveImport: () => true });
    const texts = (name: string) => brief(loaded.rulesFor(at(name))).map(([, text]) => text);
    assert.deepEqual(loaded.files, []);
    assert.deepEqual(texts('repo/app/src/deep/x.tsx'), ['ts rule @more.md', 'more']);
    assert.deepEqual(texts('repo/app/x.css'), ['css rule']);
    assert.deepEqual(texts('repo/app/x.ts'), []);
    assert.deepEqual(texts('elsewhere/app/src/x.ts'), []);
  });

  it('below the working folder come with the first file read there, outer folders first, told files not again', async () => {
    await put({
      'repo/app/CLAUDE.md': 'app @sub/told.md',
      'repo/app/sub/told.md': 'told',
      'repo/app/sub/AGENTS.md': 'sub @told.md',
      'repo/app/sub/deep/CLAUDE.md': '@override\ndeep',
      'repo/app/other/CLAUDE.md': 'other',
    });
    const loaded = await load();
    assert.deepEqual(brief(await loaded.nestedFor(at('repo/app/x.ts'))), []);
    assert.deepEqual(brief(await loaded.nestedFor(at('repo/app/sub/x.ts'))), [
      ['repo/app/sub/AGENTS.md', 'sub @told.md'],
    ]);
    const [deep, ...rest] = await loaded.nestedFor(at('repo/app/sub/deep/x.ts'));
    assert.deepEqual([deep?.text, deep?.replacesBroader, rest], ['deep', true, []]);
  });

  it('are found for a working folder that is reached through a link', async () => {
    await put({
      'repo/app/sub/CLAUDE.md': 'sub',
      'repo/app/.claude/rules/ts.md': '---\npaths: "*.ts"\n---\nts',
      'repo/app/CLAUDE.md': 'app @sub/CLAUDE.md',
    });
    await symlink(at('repo/app'), at('link'));
    const loaded = await load({ cwd: at('link') });
    assert.deepEqual(
      loaded.files.map((file) => file.text),
      ['app @sub/CLAUDE.md', 'sub'],
    );
    assert.equal(loaded.rulesFor(at('repo/app/x.ts')).length, 1);
    assert.equal(loaded.rulesFor(at('link/x.ts')).length, 1);
  });

  it('show a change of content in their hash and text', async () => {
    await put({ 'repo/app/CLAUDE.md': 'before' });
    const [before] = (await load()).files;
    await put({ 'repo/app/CLAUDE.md': 'after!' });
    const [after] = (await load()).files;
    assert.notEqual(before?.hash, after?.hash);
    assert.equal(after?.text, 'after!');
  });
});

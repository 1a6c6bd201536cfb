import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { toolingFolder } from '../../../scripts/lib/tooling-folder.mjs';
import { findRipgrep } from '../../../src/adapters/find-ripgrep.ts';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { RipgrepSearch } from '../../../src/adapters/ripgrep-search.ts';
import { WalkSearch } from '../../../src/adapters/walk-search.ts';
import { SearchError, type GrepQuery, type Search } from '../../../src/core/ports.ts';
import { rulesOf, ToolBench } from '../../support/memory/tool-bench.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const never = new AbortController().signal;

/** The one on the PATH, or that of an editor which was installed for development. */
async function installedRipgrep(): Promise<readonly string[]> {
  const tooling = toolingFolder();
  const editors = (await readdir(tooling).catch(() => [])).filter((name) => name.startsWith('editor-'));
  const roots = editors.map((name) => path.join(tooling, name, 'node_modules/code-server/lib/vscode'));
  const found = await Promise.all(
    [undefined, ...roots].map((appRoot) => findRipgrep({ workspace: [], ...(appRoot ? { appRoot } : {}) })),
  );
  return found.flat();
}

function query(pattern: string, folder: string, rest: Partial<GrepQuery> = {}): GrepQuery {
  return {
    pattern,
    path: folder,
    mode: 'content',
    ignoreCase: false,
    lineNumbers: true,
    before: 0,
    after: 0,
    multiline: false,
    limit: 100,
    offset: 0,
    ...rest,
  };
}

const TREE = {
  'src/a.ts': 'const one = 1;\nconst two = 2;\nconst three = 3;\n',
  'src/deep/b.test.ts': 'const ONE = 1;\r\n',
  'src/c.js': 'let one;\n',
  '.hidden/d.ts': 'one\n',
  '.git/e.ts': 'one\n',
  'out/f.ts': 'one\n',
  'skip.ts': 'one\n',
  'keep/out/g.ts': 'one\n',
  'data.bin': 'one\0two\n',
  '.gitignore': '/out/\nskip.ts\nkeep/*.log\n',
  'keep/.gitignore': '!important.log\n',
  'keep/x.log': 'one\n',
  'keep/important.log': 'one\n',
};

const relative = (root: string, lines: readonly string[]): string[] =>
  lines.map((line) => line.replace(`${root}/`, ''));

function behavesAsSearch(create: () => Promise<Search | undefined>): void {
  const folder = temporaryFolders();
  let search: Search;
  before(async function () {
    const made = await create();
    if (!made) {
      // Not a silent pass: the run shows these tests as pending.
      this.skip();
    }
    search = made!;
  });

  it('refuses patterns, globs and types that cannot be, in words', async () => {
    const root = await folder(TREE);
    for (const bad of [query('(', root), query('one', root, { type: 'nonsense' }), query('one', root, { glob: '!' })]) {
      await assert.rejects(
        search.grep(bad, never),
        (error) => error instanceof SearchError && /\.( |$)/m.test(error.message),
      );
    }
    await assert.rejects(search.glob('', root, 10, never), SearchError);
  });

  it('takes nothing for an option', async () => {
    const root = await folder({ '--help': '--version\n', '-e': 'x\n', 'a.ts': '-v --files\n' });
    assert.deepEqual(relative(root, (await search.grep(query('--version', root), never)).lines), [
      '--help:1:--version',
    ]);
    assert.deepEqual(relative(root, (await search.grep(query('-v --files', root, { glob: '-*' }), never)).lines), []);
    assert.deepEqual(relative(root, (await search.glob('-*', root, 10, never)).lines).toSorted(), ['--help', '-e']);
    await assert.rejects(search.grep(query('x', root, { type: '--files' }), never), SearchError);
    const dashed = path.join(root, '-dir');
    await mkdir(dashed);
    await writeFile(path.join(dashed, 'f'), 'y\n');
    assert.deepEqual((await search.grep(query('y', dashed), never)).lines, [`${dashed}/f:1:y`]);
  });

  it('finds files by glob, ignored ones and .git left out, dot files not', async () => {
    const root = await folder(TREE);
    const found = async (pattern: string): Promise<string[]> =>
      relative(root, (await search.glob(pattern, root, 100, never)).lines).toSorted();
    assert.deepEqual(await found('*.ts'), ['.hidden/d.ts', 'keep/out/g.ts', 'src/a.ts', 'src/deep/b.test.ts']);
    assert.deepEqual(await found('src/*.{ts,js}'), ['src/a.ts', 'src/c.js']);
    assert.deepEqual(await found('**/*.log'), ['keep/important.log']);
    assert.deepEqual(await found('./src/**/*.test.ts'), ['src/deep/b.test.ts']);
    assert.deepEqual(await found('skip.ts'), []);
  });

  it('gives the newest files first, counts them all and caps them', async () => {
    const root = await folder({ a: '', b: '', c: '' });
    for (const [index, name] of ['b', 'c', 'a'].entries())
      await utimes(path.join(root, name), 1_000 - index, 1_000 - index);
    const { lines, total, capped } = await search.glob('*', root, 2, never);
    assert.deepEqual([relative(root, lines), total, capped], [['b', 'c'], 3, true]);
  });

  it('finds text in files, in a steady order', async () => {
    const root = await folder(TREE);
    const { lines, total, capped } = await search.grep(query('one', root, { ignoreCase: true }), never);
    assert.deepEqual(relative(root, lines), [
      '.hidden/d.ts:1:one',
      'keep/important.log:1:one',
      'keep/out/g.ts:1:one',
      'src/a.ts:1:const one = 1;',
      'src/c.js:1:let one;',
      'src/deep/b.test.ts:1:const ONE = 1;',
    ]);
    assert.deepEqual([total, capped], [6, false]);
  });

  it('narrows by glob and by type', async () => {
    const root = await folder(TREE);
    const found = async (rest: Partial<GrepQuery>): Promise<string[]> =>
      relative(
        root,
        (await search.grep(query('one', root, { mode: 'files_with_matches', ignoreCase: true, ...rest }), never)).lines,
      );
    assert.deepEqual(await found({ glob: 'src/**/*.ts' }), ['src/a.ts', 'src/deep/b.test.ts']);
    assert.deepEqual(await found({ glob: '*.{js,log}' }), ['keep/important.log', 'src/c.js']);
    assert.deepEqual(await found({ glob: 'skip.ts' }), []);
    assert.deepEqual(await found({ glob: '!*.ts' }), ['keep/important.log', 'src/c.js']);
    assert.deepEqual(await found({ type: 'js' }), ['src/c.js']);
    assert.deepEqual(await found({ type: 'js', glob: '*.ts' }), []);
  });

  it('shows context, counts, pages, and searches one file', async () => {
    const root = await folder(TREE);
    const file = path.join(root, 'src/a.ts');
    const lines = async (rest: Partial<GrepQuery>, pattern = 'two'): Promise<string[]> =>
      relative(root, (await search.grep(query(pattern, file, rest), never)).lines);
    assert.deepEqual(await lines({ before: 1, after: 1 }), [
      'src/a.ts-1-const one = 1;',
      'src/a.ts:2:const two = 2;',
      'src/a.ts-3-const three = 3;',
    ]);
    assert.deepEqual(await lines({ lineNumbers: false }), ['src/a.ts:const two = 2;']);
    assert.deepEqual(await lines({ mode: 'count' }, 'const'), ['src/a.ts:3']);
    assert.deepEqual(await lines({ offset: 1, limit: 1 }, 'const'), ['src/a.ts:2:const two = 2;']);
    assert.deepEqual(await lines({ multiline: true }, 'one.*two'), [
      'src/a.ts:1:const one = 1;',
      'src/a.ts:2:const two = 2;',
    ]);
    assert.deepEqual(await lines({}, 'one.*two'), []);
    assert.deepEqual(await lines({ glob: '*.ts' }), ['src/a.ts:2:const two = 2;']);
  });

  it('cuts long lines and does not follow links out of the folder', async function () {
    if (process.platform === 'win32') this.skip();
    const outside = await folder({ secret: 'needle\n' });
    const root = await folder({ long: `needle${'x'.repeat(5_000)}\n` });
    await symlink(outside, path.join(root, 'link'));
    await symlink(path.join(outside, 'secret'), path.join(root, 'file-link'));
    const { lines } = await search.grep(query('needle', root), never);
    assert.equal(lines.length, 1);
    assert.ok(lines[0]!.length < 1_200);
    assert.deepEqual(relative(root, (await search.glob('*', root, 10, never)).lines), ['long']);
  });

  it('ends early when it is told to', async () => {
    const root = await folder(TREE);
    assert.deepEqual((await search.grep(query('one', root), AbortSignal.abort())).lines, []);
  });

  it('leaves out what a permission rule withholds', async () => {
    const root = await folder({ 'a.ts': 'token\n', '.env': 'token\n', 'private/b-1-c.ts': 'token\n' });
    const rules = () => rulesOf({ deny: ['Read(.env)', 'Read(./private/**)'] }, root);
    const bench = new ToolBench({ files: new NodeFileSystem(), search, root, rules });
    for (const output_mode of ['files_with_matches', 'content', 'count']) {
      const told = await bench.text('Grep', { pattern: 'token', output_mode });
      assert.match(told, /a\.ts/);
      assert.doesNotMatch(told, /\.env|private/);
      assert.match(told, /2 left out: a permission rule/);
    }
    assert.match(await bench.text('Glob', { pattern: '**/*' }), /^[^\n]*a\.ts\n\[2 left out/);
  });
}

describe('search by ripgrep', () => {
  behavesAsSearch(async () => {
    const programs = await installedRipgrep();
    return programs.length > 0 ? new RipgrepSearch(programs, new WalkSearch()) : undefined;
  });
});

describe('search by walking', () => {
  behavesAsSearch(async () => new WalkSearch());
});

describe('finding ripgrep', () => {
  const folder = temporaryFolders();
  const place = { platform: 'linux', arch: 'x64' } as const;

  it('knows both layouts of the editor, then the PATH outside the workspace', async function () {
    if (process.platform === 'win32') this.skip();
    const places = [
      'app/node_modules/@vscode/ripgrep-universal/bin/linux-x64/rg',
      'app/node_modules/@vscode/ripgrep/bin/rg',
      'app/node_modules.asar.unpacked/@vscode/ripgrep-universal/bin/linux-x64/rg',
      'app/node_modules.asar.unpacked/@vscode/ripgrep/bin/rg',
      'bin/rg',
    ];
    const root = await folder(Object.fromEntries([...places, 'work/bin/rg', 'plain/rg'].map((name) => [name, ''])));
    for (const name of [...places, 'work/bin/rg']) await chmod(path.join(root, name), 0o755);
    const PATH = ['work/bin', 'plain', 'bin', 'none'].map((name) => path.join(root, name)).join(':');
    const found = await findRipgrep({
      appRoot: path.join(root, 'app'),
      workspace: [path.join(root, 'work')],
      path: `.:${PATH}`,
      ...place,
    });
    assert.deepEqual(
      found,
      places.map((name) => path.join(root, name)),
    );
  });

  it('falls back to walking when no program starts', async () => {
    const root = await folder({ 'a.ts': 'one\n', rg: 'not a program' });
    await chmod(path.join(root, 'rg'), 0o755);
    const search = new RipgrepSearch([path.join(root, 'missing'), path.join(root, 'rg')], new WalkSearch());
    assert.deepEqual((await search.grep(query('one', root), never)).lines, [`${root}/a.ts:1:one`]);
    assert.deepEqual((await search.glob('*.ts', root, 10, never)).lines, [`${root}/a.ts`]);
  });
});

import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
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
    await assert.rejects(search.glob({ pattern: '', path: root, limit: 10 }, never), SearchError);
  });

  it('takes nothing for an option', async () => {
    const root = await folder({ '--help': '--version\n', '-e': 'x\n', 'a.ts': '-v --files\n' });
    assert.deepEqual(relative(root, (await search.grep(query('--version', root), never)).lines), [
      '--help:1:--version',
    ]);
    assert.deepEqual(relative(root, (await search.grep(query('-v --files', root, { glob: '-*' }), never)).lines), []);
    assert.deepEqual(
      relative(root, (await search.glob({ pattern: '-*', path: root, limit: 10 }, never)).lines).toSorted(),
      ['--help', '-e'],
    );
    await assert.rejects(search.grep(query('x', root, { type: '--files' }), never), SearchError);
    const dashed = path.join(root, '-dir');
    await mkdir(dashed);
    await writeFile(path.join(dashed, 'f'), 'y\n');
    assert.deepEqual((await search.grep(query('y', dashed), never)).lines, [`${dashed}/f:1:y`]);
  });

  it('starts no program and reads no settings that an argument names', async function () {
    if (process.platform === 'win32') this.skip();
    const root = await folder({
      'a.ts': 'one\n',
      'run.sh': '#!/bin/sh\ntouch "$(dirname "$0")/ran"\n',
      config: '--pre=run.sh\n--invert-match\n',
    });
    await chmod(path.join(root, 'run.sh'), 0o755);
    const pre = `--pre=${path.join(root, 'run.sh')}`;
    const before = process.env['RIPGREP_CONFIG_PATH'];
    process.env['RIPGREP_CONFIG_PATH'] = path.join(root, 'config');
    try {
      assert.deepEqual((await search.grep(query(pre, root), never)).lines, []);
      assert.deepEqual((await search.grep(query('one', root, { glob: pre }), never)).lines, []);
      await assert.rejects(search.grep(query('one', root, { type: `x ${pre}` }), never), SearchError);
      assert.deepEqual((await search.glob({ pattern: pre, path: root, limit: 9 }, never)).lines, []);
      assert.deepEqual(relative(root, (await search.grep(query('^one', root), never)).lines), ['a.ts:1:one']);
    } finally {
      if (before === undefined) delete process.env['RIPGREP_CONFIG_PATH'];
      else process.env['RIPGREP_CONFIG_PATH'] = before;
    }
    assert.ok(!(await readdir(root)).includes('ran'));
  });

  it('refuses what no program can be given, and goes on afterwards', async () => {
    const root = await folder({ 'a.ts': 'one\n' });
    await assert.rejects(search.grep(query('a\0b', root), never), /NUL character/);
    await assert.rejects(search.grep(query('x'.repeat(500_000), root), never), /500000 characters/);
    assert.equal((await search.grep(query('one', root), never)).total, 1);
  });

  it('gives the reason why an expression is none', async () => {
    const root = await folder({ 'a.ts': 'one\n' });
    await assert.rejects(search.grep(query('on(e', root), never), (error: Error) => {
      assert.match(
        error.message,
        /^The pattern is not a regular expression that can be searched for: (?:unclosed|unterminated) group\. Correct/,
      );
      return true;
    });
  });

  it('gives only what matched when that is asked for', async () => {
    const root = await folder({ 'a.ts': 'one two one\nthree\n', 'b.ts': 'x one\n' });
    const { lines, total } = await search.grep(
      query('one|th', root, { onlyMatching: true, before: 2, after: 2 }),
      never,
    );
    assert.deepEqual(relative(root, lines), ['a.ts:1:one', 'a.ts:1:one', 'a.ts:2:th', 'b.ts:1:one']);
    assert.equal(total, 4);
    const bare = await search.grep(query('t.*', root, { onlyMatching: true, lineNumbers: false }), never);
    assert.deepEqual(relative(root, bare.lines), ['a.ts:two one', 'a.ts:three']);
    const spanning = await search.grep(query('one.three', root, { onlyMatching: true, multiline: true }), never);
    assert.deepEqual(relative(root, spanning.lines), ['a.ts:1:one', 'a.ts:2:three']);
    assert.deepEqual(
      relative(root, (await search.grep(query('one', root, { mode: 'count', multiline: true }), never)).lines),
      ['a.ts:2', 'b.ts:1'],
    );
  });

  it('passes over binary files, and says so of one that is named', async () => {
    const root = await folder({ bin: 'one\0two\n', wide: Buffer.from('\ufeffone\n', 'utf16le'), 'a.ts': 'one\n' });
    for (const mode of ['content', 'files_with_matches', 'count'] as const) {
      const { lines } = await search.grep(query('one', root, { mode }), never);
      assert.deepEqual(
        relative(root, lines).map((line) => line.split(':')[0]),
        ['a.ts', 'wide'],
      );
    }
    await assert.rejects(search.grep(query('one', path.join(root, 'bin')), never), /is a binary file/);
  });

  it('leaves withheld files out before it counts and caps', async () => {
    const root = await folder({ a: 'one\n', b: 'one\n', c: 'one\n', d: 'one\n' });
    const excludes = (file: string): boolean => /[ab]$/.test(file);
    for (const mode of ['content', 'files_with_matches', 'count'] as const) {
      const { lines, total, capped } = await search.grep(query('one', root, { mode, limit: 1, excludes }), never);
      assert.deepEqual([relative(root, lines)[0]?.[0], lines.length, total, capped], ['c', 1, 2, true]);
    }
    const { lines, total, capped } = await search.glob({ pattern: '*', path: root, limit: 9, excludes }, never);
    assert.deepEqual([relative(root, lines).toSorted(), total, capped], [['c', 'd'], 2, false]);
  });

  it('pages through more than it keeps, in the same order', async function () {
    this.timeout(60_000);
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`f${n}`, 'one\n'.repeat(500)]));
    const root = await folder(files);
    const all = await search.grep(query('one', root, { limit: 20_000 }), never);
    assert.deepEqual([all.lines.length, all.total, all.capped], [15_000, 15_000, false]);
    const page = await search.grep(query('one', root, { limit: 10, offset: 1_200 }), never);
    assert.deepEqual([page.lines, page.total, page.capped], [all.lines.slice(1_200, 1_210), 15_000, true]);
  });

  it('finds files by glob, ignored ones and .git left out, dot files not', async () => {
    const root = await folder(TREE);
    const found = async (pattern: string): Promise<string[]> =>
      relative(root, (await search.glob({ pattern, path: root, limit: 100 }, never)).lines).toSorted();
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
    const { lines, total, capped } = await search.glob({ pattern: '*', path: root, limit: 2 }, never);
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
    assert.deepEqual(relative(root, (await search.glob({ pattern: '*', path: root, limit: 10 }, never)).lines), [
      'long',
    ]);
  });

  it('ends early when it is told to', async () => {
    const root = await folder(TREE);
    assert.deepEqual((await search.grep(query('one', root), AbortSignal.abort())).lines, []);
  });

  it('does not tell what stands in files that a permission rule withholds', async () => {
    const root = await folder({ 'a.ts': 'token\n', '.env': 'token secret\n', 'private/b-1-c.ts': 'token\n' });
    const rules = () => rulesOf({ deny: ['Read(.env)', 'Read(./private/**)'] }, root);
    const bench = new ToolBench({ files: new NodeFileSystem(), search, root, rules });
    for (const output_mode of ['files_with_matches', 'content', 'count']) {
      const told = await bench.text('Grep', { pattern: 'token', output_mode });
      assert.match(told, /^[^\n]*a\.ts[^\n]*\n\[Files that a permission rule withholds are left out\.\]$/);
      const present = await bench.text('Grep', { pattern: 'secret', output_mode });
      const absent = await bench.text('Grep', { pattern: 'nowhere', output_mode });
      assert.equal(present.replace('secret', 'nowhere'), absent);
    }
    assert.match(await bench.text('Glob', { pattern: '**/*' }), /^[^\n]*a\.ts\n\[Files that a permission/);
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

describe('both searches', () => {
  const folder = temporaryFolders();

  it('find the same files by any glob', async function () {
    this.timeout(60_000);
    const programs = await installedRipgrep();
    if (programs.length === 0) this.skip();
    const root = await folder({
      ...TREE,
      '.env': 'one',
      'a-b.test.ts': 'one',
      'src/[x].ts': 'one',
      'src/{y}.js': 'one',
    });
    const [rg, walk] = [new RipgrepSearch(programs, new WalkSearch()), new WalkSearch()];
    const piece = fc.constantFrom(
      '*',
      '**',
      'src',
      'a',
      '?',
      '.',
      '.ts',
      '*.ts',
      '{ts,js}',
      '*.{ts,js}',
      '[a-c]',
      '!',
      '-',
      '[x]',
      'keep',
      '.env',
    );
    const glob = fc.array(
      fc.array(piece, { minLength: 1, maxLength: 3 }).map((of) => of.join('')),
      { minLength: 1, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(glob, async (names) => {
        const pattern = names.join('/');
        // Nothing behind the mark that turns a glob round is no glob.
        fc.pre(!/^!+$/.test(pattern));
        const found = await Promise.all(
          [rg, walk].map(async (search) =>
            (await search.glob({ pattern, path: root, limit: 99 }, never)).lines.toSorted(),
          ),
        );
        assert.deepEqual(found[0], found[1]);
        const text = await Promise.all(
          [rg, walk].map(async (search) => (await search.grep(query('one', root, { glob: pattern }), never)).lines),
        );
        assert.deepEqual(text[0], text[1]);
      }),
      { numRuns: 60 },
    );
  });
});

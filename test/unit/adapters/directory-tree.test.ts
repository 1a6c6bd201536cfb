import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { directoryTreeSource, type TreeLimits } from '../../../src/adapters/directory-tree.ts';

let root: string;

async function put(...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    if (!name.endsWith('/')) await writeFile(path.join(root, name), 'x');
  }
}

const tree = (limits?: TreeLimits, folder = root): Promise<string | undefined> =>
  directoryTreeSource(folder, limits).read();

/** Every path the text shows, folders without their slash. */
function pathsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [folder, names] = line.split(/\/: (.*)/s);
    if (names === undefined) return [];
    return names
      .split(', ')
      .filter((name) => !/^and \d+ more$/.test(name))
      .map((name) => path.posix.join(folder!, name.replace(/[/@]$/, '')));
  });
}

describe('the directory tree', () => {
  beforeEach(async () => {
    root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'capstan-tree-')));
  });
  afterEach(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));

  it('is nothing for a folder that is empty, missing or a file', async () => {
    assert.equal(await tree(), undefined);
    assert.equal(await tree({}, path.join(root, 'missing')), undefined);
    await put('file');
    assert.equal(await tree({}, path.join(root, 'file')), undefined);
  });

  it('has a line a folder, breadth first, sorted', async () => {
    await put('b.ts', 'a/deep/x.ts', 'a/y.ts', 'c/z.ts', '.github/ci.yml', '.git/config');
    assert.equal(
      await tree(),
      ['./: .github/, a/, b.ts, c/', '.github/: ci.yml', 'a/: deep/, y.ts', 'c/: z.ts', 'a/deep/: x.ts'].join('\n'),
    );
  });

  it('follows no link and does not open node_modules', async () => {
    await put('node_modules/left-pad/index.js', 'src/a.ts');
    await symlink('/', path.join(root, 'out'));
    await symlink('.', path.join(root, 'src/loop'));
    assert.equal(await tree(), './: node_modules/, out@, src/\nsrc/: a.ts, loop@');
  });

  it('keeps odd names on one line and shows what cannot be seen', async () => {
    await put('new\nline', 'bidi\u202e.ts');
    assert.equal(await tree(), String.raw`./: bidi\u{202e}.ts, new\nline`);
  });

  it('keeps within its limits and counts what it leaves out', async () => {
    await put(
      ...Array.from({ length: 30 }, (_, index) => `many/f${String(index).padStart(2, '0')}`),
      'z/deep/deeper/x',
    );
    const text = (await tree({ entriesOfFolder: 5, entries: 8 }))!;
    assert.match(text, /^many\/: f00, f01, f02, f03, f04, and 25 more$/m);
    assert.match(text, /\n\[\d folders were not opened, 25 names were left out\]$/);
    assert.ok(pathsIn(text).length <= 8);
    for (const chars of [150, 200, 400]) assert.ok(((await tree({ chars })) ?? '').length <= chars);
  });

  it('stops opening folders when its time is over', async () => {
    await put('a/b/c/x');
    assert.equal(await tree({ timeoutMs: -1 }), undefined);
  });

  it('goes by the ignore files of folders above, up to the top of the repository', async () => {
    await put('repo/app/a.log', 'repo/app/b.ts', 'repo/app/c.tmp', 'repo/.git/HEAD', 'repo/.git/info/exclude');
    await writeFile(path.join(root, '.gitignore'), '*.ts');
    await writeFile(path.join(root, 'repo/.gitignore'), '*.log');
    await writeFile(path.join(root, 'repo/.git/info/exclude'), '*.tmp');
    assert.equal(await tree({}, path.join(root, 'repo/app')), './: b.ts');
  });

  it('shows an ignored folder to someone who opened it', async () => {
    await put('repo/.git/HEAD', 'repo/dist/a.js');
    await writeFile(path.join(root, 'repo/.gitignore'), 'dist/');
    assert.equal(await tree({}, path.join(root, 'repo/dist')), './: a.js');
  });

  it('is not held up by an ignore file that is a folder, huge, or slow to match', async () => {
    await put('.gitignore/x', 'a'.repeat(200), 'sub/keep');
    await writeFile(path.join(root, 'sub/.gitignore'), `${'*a'.repeat(60)}b\n`);
    assert.match((await tree())!, /^sub\/: \.gitignore, keep$/m);
  });

  it('never shows what git ignores', async () => {
    const name = fc.constantFrom('a', 'b', 'c.log', 'd.txt');
    const file = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
    const rule = fc.constantFrom('a', '/b', '*.log', 'a/', '!c.log', 'b/*', '!b/a', '**/d.txt', 'a/**/b', '# no', '!a');
    const rules = fc.array(rule, { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 8 }), rules, rules, async (files, top, inner) => {
        await rm(root, { recursive: true, force: true, maxRetries: 5 });
        await mkdir(path.join(root, 'a'), { recursive: true });
        for (const one of files) await put(one).catch(() => undefined);
        await writeFile(path.join(root, '.gitignore'), top.join('\n'));
        await writeFile(path.join(root, 'a/.gitignore'), inner.join('\n')).catch(() => undefined);
        execFileSync('git', ['init', '-q', root]);
        const shown = pathsIn((await tree()) ?? '');
        const ignored = checkIgnored(shown);
        assert.deepEqual(ignored, []);
      }),
      { numRuns: 40 },
    );
  });
});

/** Those of the paths that git itself ignores. */
function checkIgnored(paths: readonly string[]): string[] {
  try {
    const found = execFileSync('git', ['-C', root, 'check-ignore', '-z', '--stdin', '--no-index'], {
      input: paths.join('\0'),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    return found.toString().split('\0').filter(Boolean);
  } catch {
    // Status 1: none.
    return [];
  }
}

// Random folders with links on the real disk: what is allowed stays in the workspace, and a described file system leads where the real one does.
import assert from 'node:assert/strict';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { before, describe, it } from 'mocha';
import { canonicalPath } from '../../../src/adapters/canonical-path.ts';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import type { Access } from '../../../src/core/permissions/access.ts';
import { PermissionEvaluator } from '../../../src/core/permissions/evaluator.ts';
import { joinPath } from '../../../src/core/permissions/lexical-path.ts';
import type { PermissionMode } from '../../../src/core/permissions/mode.ts';
import { createVirtualPaths } from '../../../src/headless/permissions/virtual-paths.ts';

interface Entry {
  readonly place: readonly string[];
  readonly kind: 'file' | 'folder' | 'link';
  readonly target: string;
}

interface Tree extends AsyncDisposable {
  readonly root: string;
  readonly workspace: string;
}

const RUNS = 100;
// Few names, so that paths and links meet.
const name = fc.constantFrom('a', 'b', 'c', 'work', 'away');
const step = fc.oneof({ weight: 4, arbitrary: name }, { weight: 2, arbitrary: fc.constantFrom('..', '.', '') });
const way = fc.array(step, { minLength: 1, maxLength: 7 }).map((steps) => steps.join('/'));
const entry: fc.Arbitrary<Entry> = fc.record({
  place: fc
    .tuple(fc.constantFrom('work', 'work', 'away'), fc.array(name, { minLength: 1, maxLength: 3 }))
    .map(([top, names]) => [top, ...names]),
  kind: fc.constantFrom('file', 'folder', 'link', 'link'),
  target: fc.oneof(
    way,
    way.map((steps) => `@/${steps}`),
  ),
});
const entries = fc.array(entry, { maxLength: 12 });
/** Relative to the workspace, or from the root of the tree. */
const asked = fc.oneof(
  way,
  way.map((steps) => `@/work/${steps}`),
  way.map((steps) => `@/${steps}`),
);

/** `@` stands for the root of the tree. What cannot be made, because a file or a link is in its way, is left out. */
async function plant(made: readonly Entry[]): Promise<Tree> {
  const base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'capstan-paths-')));
  // Deep enough that no number of `..` leads out of it.
  const root = path.join(base, 'x/x/x/x/x/x/x/x');
  await mkdir(root, { recursive: true });
  for (const folder of ['work', 'away']) await mkdir(path.join(root, folder));
  for (const { place, kind, target } of made) {
    const at = path.join(root, ...place);
    try {
      for (let depth = 1; depth < place.length; depth += 1) {
        const folder = path.join(root, ...place.slice(0, depth));
        const found = await lstat(folder).catch(() => undefined);
        // A link on the way would put it elsewhere than it says.
        if (found?.isSymbolicLink()) throw new Error('in the way');
        if (!found) await mkdir(folder);
      }
      if (kind === 'folder') await mkdir(at);
      else if (kind === 'file') await writeFile(at, 'old', { flag: 'wx' });
      else await symlink(target.replace('@', root), at);
    } catch {
      continue;
    }
  }
  return {
    root,
    workspace: path.join(root, 'work'),
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function judge({ root, workspace }: Tree, access: Access, mode: PermissionMode) {
  return new PermissionEvaluator({
    files: new NodeFileSystem(),
    workspace: [workspace],
    home: path.join(root, 'away'),
    platform: 'linux',
    rules: () => ({ rules: [], problems: [], additionalFolders: [] }),
    mode: () => mode,
  }).judge(access);
}

function contains(folder: string, file: string): boolean {
  return file === folder || file.startsWith(`${folder}/`);
}

/** Everything below, links not followed. */
async function* below(folder: string): AsyncGenerator<{ at: string; kind: Entry['kind'] }> {
  for (const item of await readdir(folder, { withFileTypes: true })) {
    const at = path.join(folder, item.name);
    yield { at, kind: item.isSymbolicLink() ? 'link' : item.isDirectory() ? 'folder' : 'file' };
    if (item.isDirectory()) yield* below(at);
  }
}

async function contents(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { at, kind } of below(folder))
    found.push(kind === 'file' ? `${at} ${await readFile(at, 'utf8')}` : at);
  return found.toSorted();
}

describe('paths on the real disk', function () {
  this.timeout(120_000);
  before(function () {
    // Making links takes a right there, and the kernel works out `..` before it looks at the disk.
    if (process.platform === 'win32') this.skip();
  });

  it('that are allowed to be read lie in the workspace, by the judged path and by the one that was asked for', async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.array(asked, { minLength: 4, maxLength: 12 }), async (made, paths) => {
        await using tree = await plant(made);
        for (const written of paths) {
          const asked = joinPath(tree.workspace, written.replace('@', tree.root));
          const verdict = await judge(tree, { kind: 'read', tool: 'Read', path: asked }, 'default');
          if (verdict.decision !== 'allow') continue;
          assert.ok(contains(tree.workspace, verdict.granting.path));
          for (const file of [verdict.granting.path, asked]) {
            // What the kernel makes of it, `..` behind links and all; undefined: nothing can be opened.
            const real = await realpath(file).catch(() => undefined);
            assert.ok(real === undefined || contains(tree.workspace, real), `${file} is allowed and leads to ${real}`);
          }
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('that are allowed to be written leave everything outside as it is', async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.array(asked, { minLength: 2, maxLength: 6 }), async (made, paths) => {
        await using tree = await plant(made);
        const outside = path.join(tree.root, 'away');
        const before = await contents(outside);
        for (const written of paths) {
          const asked = joinPath(tree.workspace, written.replace('@', tree.root));
          const verdict = await judge(tree, { kind: 'edit', tool: 'Write', path: asked }, 'acceptEdits');
          if (verdict.decision !== 'allow') continue;
          for (const file of [verdict.granting.path, asked]) await writeFile(file, 'written').catch(() => {});
        }
        assert.deepEqual(await contents(outside), before);
        assert.deepEqual((await readdir(tree.root)).toSorted(), ['away', 'work']);
      }),
      { numRuns: RUNS },
    );
  });

  it('lead where the same tree leads when it is only described', async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.array(asked, { minLength: 4, maxLength: 12 }), async (made, paths) => {
        await using tree = await plant(made);
        const described = createVirtualPaths(await describeTree(tree.root));
        for (const written of paths) {
          const asked = path.resolve(tree.workspace, written.replace('@', tree.root));
          assert.equal(await described.resolve(asked), await canonicalPath(asked), asked);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

async function describeTree(root: string): Promise<{ files: string[]; symlinks: Record<string, string> }> {
  const files: string[] = [];
  const symlinks: Record<string, string> = {};
  for await (const { at, kind } of below(root)) {
    if (kind === 'link') symlinks[at] = await readlink(at);
    else files.push(kind === 'folder' ? `${at}/` : at);
  }
  return { files, symlinks };
}

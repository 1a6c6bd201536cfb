// What a repository is about, asked of git itself without letting the repository run anything.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Clock, Git, GitState } from '../core/ports.ts';
import { findGit, runGit, type GitOutput, type GitPlaces } from './git-process.ts';

export interface GitOptions extends GitPlaces {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Before the folder is trusted nothing is looked at. */
  readonly isTrusted: () => boolean;
}

const FRESH_MS = 30_000;
const MAX_LISTED = 20;
const COMMITS = 5;

/** What is known of one working tree; `state` never rejects. */
interface Asked {
  readonly at: number;
  /** Resolves when the first processes have been started. */
  readonly begun: Promise<{ readonly state: Promise<GitState | undefined> }>;
}

export interface GitAtWork extends Git {
  /** Resolves as soon as git works on what `state` will say, or has nothing to work on. Never rejects. */
  begin(folder: string): Promise<void>;
}

export function createGit(options: GitOptions): GitAtWork {
  const known = new Map<string, Asked>();
  let program: Promise<string | undefined> | undefined;

  async function ask(folder: string): Promise<Asked | undefined> {
    if (!options.isTrusted()) return undefined;
    const top = await topFolder(folder);
    if (top === undefined) return undefined;
    const now = options.clock.monotonic();
    const cached = known.get(top);
    if (cached && now - cached.at < FRESH_MS) return cached;
    program ??= findGit(options).catch(() => undefined);
    const begun = program.then((found) => ({
      state: found === undefined ? Promise.resolve(undefined) : readState(found, top, options).catch(() => undefined),
    }));
    const asked = { at: now, begun };
    known.set(top, asked);
    return asked;
  }

  return {
    async state(folder) {
      return (await (await ask(folder))?.begun)?.state;
    },
    async begin(folder) {
      await (
        await ask(folder)
      )?.begun;
    },
  };
}

/**
 * The nearest folder that holds a `.git`. Git's own search would also take a folder that merely looks like a bare repository, and
 * would believe settings about where the working tree is.
 */
async function topFolder(folder: string): Promise<string | undefined> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const found = await stat(path.join(at, '.git')).catch(() => undefined);
    if (found?.isFile()) return at;
    if (found?.isDirectory() && (await isReadable(path.join(at, '.git', 'HEAD')))) return at;
    if (at === path.dirname(at)) return undefined;
  }
}

async function isReadable(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return (
    found !== undefined &&
    found.isFile() &&
    (await readFile(file).then(
      () => true,
      () => false,
    ))
  );
}

async function readState(program: string, top: string, places: GitPlaces): Promise<GitState | undefined> {
  const run = (args: readonly string[], settings: readonly [string, string][] = []): Promise<GitOutput> =>
    runGit(program, top, args, places, settings);
  const filters = run(['config', '-z', '--name-only', '--get-regexp', String.raw`^filter\.`]);
  const [head, refs, log, changes] = await Promise.all([
    run(['symbolic-ref', '-q', '--short', 'HEAD']),
    run([
      'for-each-ref',
      '--format=%(refname)%09%(symref)',
      'refs/remotes/origin/HEAD',
      'refs/heads/main',
      'refs/heads/master',
    ]),
    run(['log', `-${COMMITS}`, '-z', '--no-show-signature', '--no-notes', '--no-patch', '--format=%h %s']),
    filters.then((found) => readChanges(run, found)),
  ]);
  // 1: on no branch. Anything else: not a repository, or one that git will not open.
  if (head.code !== 0 && head.code !== 1) return undefined;
  return {
    branch: head.code === 0 ? head.stdout.trimEnd() : undefined,
    defaultBranch: defaultBranchOf(refs),
    changes,
    commits: log.code === 0 ? log.stdout.split('\0').filter(Boolean).map(asCommit) : [],
  };
}

/**
 * Status runs the clean filter of files that look changed. The filters are switched off by name, the person's own too: some of those
 * (git-lfs) go by the repository's settings in turn.
 */
async function readChanges(
  run: (args: readonly string[], settings: readonly [string, string][]) => Promise<GitOutput>,
  filters: GitOutput,
): Promise<GitState['changes']> {
  // 1: there are none.
  if (filters.code !== 0 && filters.code !== 1) return undefined;
  const drivers = new Set(
    filters.stdout
      .split('\0')
      .filter(Boolean)
      .map((name) => name.slice(0, name.lastIndexOf('.'))),
  );
  const off = [...drivers].flatMap((driver): [string, string][] => [
    [`${driver}.clean`, ''],
    [`${driver}.smudge`, ''],
    [`${driver}.process`, ''],
    [`${driver}.required`, 'false'],
  ]);
  const flags = ['-z', '--untracked-files=normal', '--ignore-submodules=all', '--no-renames', '--no-ahead-behind'];
  const status = await run(['status', '--porcelain=v1', ...flags], off);
  if (status.code !== 0 && !status.capped) return undefined;
  const entries = status.stdout.split('\0').slice(0, -1);
  return {
    listed: entries.slice(0, MAX_LISTED).map((entry) => ({ status: entry.slice(0, 2), path: entry.slice(3) })),
    count: entries.length,
    more: status.capped,
  };
}

function defaultBranchOf(refs: GitOutput): string | undefined {
  const rows = refs.stdout.split('\n').map((line) => line.split('\t'));
  const remote = rows.find(([name]) => name === 'refs/remotes/origin/HEAD')?.[1];
  if (remote?.startsWith('refs/remotes/origin/')) return remote.slice('refs/remotes/origin/'.length);
  return rows.find(([name]) => name?.startsWith('refs/heads/'))?.[0]?.slice('refs/heads/'.length);
}

function asCommit(line: string): { hash: string; subject: string } {
  const space = line.indexOf(' ');
  return space < 0 ? { hash: line, subject: '' } : { hash: line.slice(0, space), subject: line.slice(space + 1) };
}

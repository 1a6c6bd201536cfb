// What a repository is about, asked of git itself without letting the repository run anything.
import { lstat, readFile, stat } from 'node:fs/promises';
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

interface Repository {
  /** Of the working tree. */
  readonly top: string;
  /** What its HEAD says, where it stands in a file at the usual place. */
  readonly head?: string;
}

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
    const repository = await repositoryOf(folder);
    if (repository === undefined) return undefined;
    const { top } = repository;
    const now = options.clock.monotonic();
    const cached = known.get(top);
    if (cached && now - cached.at < FRESH_MS) return cached;
    program ??= findGit(options).catch(() => undefined);
    const begun = program.then((found) => ({
      state:
        found === undefined ? Promise.resolve(undefined) : readState(found, repository, options).catch(() => undefined),
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
async function repositoryOf(folder: string): Promise<Repository | undefined> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const found = await stat(path.join(at, '.git')).catch(() => undefined);
    if (found?.isFile()) return { top: at };
    const head = found?.isDirectory() ? await readHead(path.join(at, '.git', 'HEAD')) : undefined;
    if (head !== undefined) return { top: at, head };
    if (at === path.dirname(at)) return undefined;
  }
}

/** Undefined where it cannot be read; a link, which the oldest repositories have, says nothing. */
async function readHead(file: string): Promise<string | undefined> {
  const [found, own] = await Promise.all([stat(file), lstat(file)]).catch(() => []);
  const text = found?.isFile() ? await readFile(file, 'utf8').catch(() => undefined) : undefined;
  return own?.isSymbolicLink() && text !== undefined ? '' : text;
}

/** The branch of a HEAD, null on none; undefined where only git can tell, as where references are kept in another format. */
function branchIn(head: string | undefined): string | null | undefined {
  const branch = /^ref: refs\/heads\/([^\0\r\n]+)\n?$/.exec(head ?? '')?.[1];
  if (branch !== undefined) return branch === '.invalid' ? undefined : branch;
  return /^[0-9a-f]{40,64}\n?$/.test(head ?? '') ? null : undefined;
}

async function readState(program: string, { top, head }: Repository, places: GitPlaces): Promise<GitState | undefined> {
  const run: Run = (args, settings = []) => runGit(program, top, args, places, settings);
  const filters = run(['config', '-z', '--name-only', '--get-regexp', String.raw`^filter\.`]);
  const known = branchIn(head);
  const [branch, refs, log, changes] = await Promise.all([
    known === undefined ? askBranch(run) : known,
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
  // Not a repository, or one that git will not open.
  if (refs.code !== 0 || branch === undefined) return undefined;
  return {
    branch: branch ?? undefined,
    defaultBranch: defaultBranchOf(refs),
    changes,
    commits: log.code === 0 ? log.stdout.split('\0').filter(Boolean).map(asCommit) : [],
  };
}

type Run = (args: readonly string[], settings?: readonly [string, string][]) => Promise<GitOutput>;

/** Null on no branch, undefined where git does not say. */
async function askBranch(run: Run): Promise<string | null | undefined> {
  const { code, stdout } = await run(['symbolic-ref', '-q', '--short', 'HEAD']);
  if (code === 1) return null;
  return code === 0 ? stdout.trimEnd() : undefined;
}

/**
 * Status runs the clean filter of files that look changed. The filters are switched off by name, the person's own too: some of those
 * (git-lfs) go by the repository's settings in turn.
 */
async function readChanges(run: Run, filters: GitOutput): Promise<GitState['changes']> {
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

// Saves the rules that a person wants from now on into the repository's local settings, comments and all else kept.
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { applyEdits, modify, parseTree, findNodeAtLocation, getNodeValue, type ParseError } from 'jsonc-parser';
import type { RuleStore } from '../core/ports.ts';
import { repositoryRoots } from './repository-roots.ts';

const LOCK_WAIT_MS = 5000;
const LOCK_STALE_MS = 10_000;

export interface SavedRulesOptions {
  /** The workspace's folder, absolute; undefined: there is none. */
  readonly root: string | undefined;
  readonly home: string;
  /** The file's rules count only in a trusted folder; elsewhere none are saved. */
  readonly isTrusted: () => boolean;
}

/**
 * Writes `.claude/settings.local.json` of the repository's main worktree, so that all its worktrees share it; of the folder where there
 * is no repository, or its top is somebody else's.
 */
export function createSavedRules({ root, home, isTrusted }: SavedRulesOptions): RuleStore {
  let keeping: Promise<string> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const place = async (folder: string): Promise<string> =>
    (await repositoryRoots(folder, home)).findLast(({ own }) => own)?.path ?? folder;
  const keeper = (folder: string): Promise<string> => (keeping ??= place(folder));
  return {
    file: async () => (root === undefined || !isTrusted() ? undefined : fileIn(await keeper(root))),
    add(rules) {
      const turn = last.then(async () => {
        if (root === undefined) throw new Error('There is no folder open to save it for.');
        const folder = await keeper(root);
        return addRules(folder, fileIn(folder), rules);
      });
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

function fileIn(folder: string): string {
  return path.join(folder, '.claude', 'settings.local.json');
}

async function addRules(root: string, file: string, rules: readonly string[]): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true });
  // A repository may hold a link of this name: what the person allows must not be written elsewhere.
  if ((await realpath(folder)) !== path.join(await realpath(root), '.claude')) {
    throw new Error(`${folder} is a link to another place. Replace it by a folder, then save the rule again.`);
  }
  await alone(file, async () => {
    const before = await readRules(file);
    const draft = await writeDraft(file, withRules(before.text ?? '{}\n', rules, file), before.mode);
    await rename(draft, file).catch((error: unknown) => failed(draft, file, error));
  });
}

/** One window at a time changes the file, so that none takes away what another saved. */
async function alone(file: string, work: () => Promise<void>): Promise<void> {
  const lock = `${file}.lock`;
  const giveUp = Date.now() + LOCK_WAIT_MS;
  while (!(await isLockTaken(lock))) {
    if (Date.now() > giveUp)
      throw new Error(`${file} is being changed by another window. Save the rule again in a moment.`);
    await delay(20);
  }
  try {
    await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function isLockTaken(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const held = await lstat(lock).catch(() => undefined);
    // Left behind by a window that was killed.
    if (held && Date.now() - held.mtimeMs > LOCK_STALE_MS) await rm(lock, { force: true });
    return false;
  }
}

/** No text: there is no file yet. */
async function readRules(file: string): Promise<{ text?: string; mode: number }> {
  try {
    const found = await lstat(file);
    if (!found.isFile()) throw new Error('it is a link or no file. Replace it by a plain file');
    return { text: await readFile(file, 'utf8'), mode: found.mode & 0o777 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { mode: 0o600 };
    const { message } = error as Error;
    throw new Error(`${file} could not be read: ${message}.`, { cause: error });
  }
}

function withRules(written: string, rules: readonly string[], file: string): string {
  const mark = written.startsWith('\ufeff') ? '\ufeff' : '';
  const text = written.slice(mark.length);
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || tree?.type !== 'object') {
    throw new Error(`${file} is not valid JSON. Correct it, then save the rule again.`);
  }
  const node = findNodeAtLocation(tree, ['permissions', 'allow']);
  if (node && node.type !== 'array') throw new Error(`permissions.allow in ${file} is not a list. Correct it first.`);
  const known = node ? (getNodeValue(node) as unknown[]) : [];
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const formattingOptions = { insertSpaces: true, tabSize: 2, insertFinalNewline: true, eol };
  const changed = rules
    .filter((rule) => !known.includes(rule))
    .reduce((now, rule, index) => {
      const place = ['permissions', 'allow', known.length + index];
      return applyEdits(now, modify(now, place, rule, { formattingOptions, isArrayInsertion: true }));
    }, text);
  return mark + changed;
}

/** Beside the file, so that taking it over is one step: the file is the old one or the new one, never half. */
async function writeDraft(file: string, text: string, mode: number): Promise<string> {
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return draft;
  } catch (error) {
    return failed(draft, file, error);
  }
}

async function failed(draft: string, file: string, error: unknown): Promise<never> {
  await rm(draft, { force: true });
  throw new Error(`${file} could not be written: ${error instanceof Error ? error.message : String(error)}.`);
}

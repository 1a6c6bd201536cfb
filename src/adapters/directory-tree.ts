// The folders and files of the workspace at a glance, the shallow ones first, without what ignore files leave out.
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { visibleText } from '../core/permissions/visible-text.ts';
import type { ContextSource } from '../core/prompt/prompt-parts.ts';
import { systemClock } from './system-clock.ts';

export interface TreeLimits {
  /** Names shown in all. Default 400. */
  readonly entries?: number;
  /** Length of the text. Default 8,000. */
  readonly chars?: number;
  /** Names shown of one folder. Default 60. */
  readonly entriesOfFolder?: number;
  /** After this no further folder is opened. Default 500. */
  readonly timeoutMs?: number;
}

/** Room for the line that says what was left out. */
const CLOSING_CHARS = 100;
const MAX_NAME_CHARS = 120;
const MAX_STARS = 5;
const MAX_IGNORE_BYTES = 256 * 1024;
const NEVER_OPENED = new Set(['node_modules', '.hg', '.svn']);
const IGNORE_FILES = ['.gitignore', '.ignore'];

interface Level {
  readonly folder: string;
  readonly rules: Ignore;
}

interface Folder {
  readonly path: string;
  /** From the root with slashes; empty for the root itself. */
  readonly shown: string;
  readonly levels: readonly Level[];
}

interface Entry {
  readonly name: string;
  readonly kind: 'folder' | 'file' | 'link';
}

/** A picture of the start of a session: one line a folder, breadth first. Links are shown and not followed. */
export function directoryTreeSource(root: string, limits: TreeLimits = {}): ContextSource {
  return { name: 'directory-tree', followed: false, read: () => readTree(root, limits) };
}

/** Undefined for a folder that is empty or cannot be read. Never rejects. */
async function readTree(root: string, limits: TreeLimits): Promise<string | undefined> {
  const { entries = 400, chars = 8_000, entriesOfFolder = 60, timeoutMs = 500 } = limits;
  const until = systemClock.monotonic() + timeoutMs;
  const lines: string[] = [];
  const queue: Folder[] = [{ path: root, shown: '', levels: await outerLevels(root) }];
  let entriesLeft = entries;
  let charsLeft = chars - CLOSING_CHARS;
  let hidden = 0;
  for (;;) {
    const folder = queue[0];
    if (!folder || entriesLeft <= 0 || systemClock.monotonic() > until) break;
    const { names, folders, count } = await readFolder(folder);
    const shown = fitNames(folder, names.slice(0, Math.min(entriesOfFolder, entriesLeft)), count, charsLeft);
    if (!shown) break;
    queue.shift();
    if (count === 0) continue;
    lines.push(describe(folder, shown, count));
    charsLeft -= describe(folder, shown, count).length + 1;
    entriesLeft -= shown.length;
    hidden += count - shown.length;
    queue.push(...folders);
  }
  if (lines.length === 0) return undefined;
  const left = [
    ...(queue.length > 0 ? [`${queue.length} folders were not opened`] : []),
    ...(hidden > 0 ? [`${hidden} names were left out`] : []),
  ];
  return [...lines, ...(left.length > 0 ? [`[${left.join(', ')}]`] : [])].join('\n');
}

/** As many of the names as the room allows; undefined when that is none of several. */
function fitNames(
  folder: Folder,
  names: readonly string[],
  count: number,
  room: number,
): readonly string[] | undefined {
  let fitting = names;
  while (fitting.length > 0 && describe(folder, fitting, count).length >= room) {
    fitting = fitting.slice(0, Math.floor(fitting.length / 2));
  }
  return fitting.length > 0 || names.length === 0 ? fitting : undefined;
}

function describe(folder: Folder, names: readonly string[], count: number): string {
  const more = count > names.length ? [`and ${count - names.length} more`] : [];
  return `${oneLine(folder.shown) || '.'}/: ${[...names, ...more].join(', ')}`;
}

async function readFolder(folder: Folder): Promise<{ names: string[]; folders: Folder[]; count: number }> {
  const found = await readdir(folder.path, { withFileTypes: true }).catch(() => []);
  const own = await levelOf(
    folder.path,
    found.map(({ name }) => name),
  );
  const levels = own ? [...folder.levels, own] : folder.levels;
  const entries = found
    .map((entry): Entry => {
      const kind = entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'file';
      return { name: entry.name, kind };
    })
    .filter(({ name, kind }) => name !== '.git' && !isIgnored(path.join(folder.path, name), kind === 'folder', levels))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return {
    count: entries.length,
    names: entries.map(({ name, kind }) => oneLine(name) + { folder: '/', file: '', link: '@' }[kind]),
    folders: entries
      .filter(({ name, kind }) => kind === 'folder' && !NEVER_OPENED.has(name))
      .map(({ name }) => ({
        path: path.join(folder.path, name),
        shown: folder.shown === '' ? name : `${folder.shown}/${name}`,
        levels,
      })),
  };
}

/** The ignore files of the folders above, up to the top of the repository, count for a folder within it. */
async function outerLevels(root: string): Promise<Level[]> {
  const levels: Level[] = [];
  for (let at = root; ; at = path.dirname(at)) {
    const level = at === root ? undefined : await levelOf(at, IGNORE_FILES);
    if (level) levels.unshift(level);
    const top = await stat(path.join(at, '.git')).catch(() => undefined);
    if (top) {
      const exclude = ignore().add(await readRules(path.join(at, '.git', 'info', 'exclude')));
      const all = [{ folder: at, rules: exclude }, ...levels];
      // Someone who opens an ignored folder wants to see it.
      const above = all.filter(({ folder }) => folder !== root);
      return isIgnored(root, true, above) ? [] : all;
    }
    // Above a folder that is in no repository, ignore files mean something else.
    if (at === path.dirname(at)) return [];
  }
}

async function levelOf(folder: string, names: readonly string[]): Promise<Level | undefined> {
  const texts = await Promise.all(
    IGNORE_FILES.filter((name) => names.includes(name)).map((name) => readRules(path.join(folder, name))),
  );
  return texts.some((text) => text !== '') ? { folder, rules: ignore().add(texts.join('\n')) } : undefined;
}

async function readRules(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile() || found.size > MAX_IGNORE_BYTES) return '';
  const text = await readFile(file, 'utf8').catch(() => '');
  // With many stars a pattern can take for ever to fail.
  return text
    .split(/\r?\n/)
    .filter((line) => (line.match(/\*+/g)?.length ?? 0) <= MAX_STARS)
    .join('\n');
}

/** The deepest file that says anything about a path decides. `file` lies below the folder of every level. */
function isIgnored(file: string, isFolder: boolean, levels: readonly Level[]): boolean {
  for (const { folder, rules } of levels.toReversed()) {
    // By hand: the general way to a relative path costs more than the rules themselves.
    const below = file.slice(folder.endsWith(path.sep) ? folder.length : folder.length + 1);
    const said = rules.test((path.sep === '/' ? below : below.replaceAll(path.sep, '/')) + (isFolder ? '/' : ''));
    if (said.ignored || said.unignored) return said.ignored;
  }
  return false;
}

function oneLine(name: string): string {
  const line = visibleText(name.replaceAll('\n', String.raw`\n`));
  return line.length > MAX_NAME_CHARS ? `${line.slice(0, MAX_NAME_CHARS)}…` : line;
}

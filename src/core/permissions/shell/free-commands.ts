// Commands that may run unasked as long as the files they name may be read, or in acceptEdits, written.
import type { SimpleCommand } from '../shell-analysis.ts';
import { readOptions, type OptionTable, type ReadOptions } from './options.ts';
import { literalWord, programName, unknownWord, type ShellWord } from './shell-word.ts';

/** Why a command needs no rule: the files it reads and writes, which are still to be judged. */
export interface FreeCommand {
  readonly reads: readonly ShellWord[];
  readonly edits: readonly ShellWord[];
  /** It goes into folders: what lies below the paths is read as well. */
  readonly recursive: boolean;
}

interface Reader extends OptionTable {
  /** The files among what is no option. Default: all. */
  readonly files?: (read: ReadOptions) => readonly ShellWord[] | undefined;
  readonly recursive?: (read: ReadOptions) => boolean;
  /** Reads the folder it runs in when no path is given. */
  readonly here?: true;
}

const has = (read: ReadOptions, ...names: string[]): boolean => read.options.some(({ name }) => names.includes(name));

const LINES = /^-\d+$/;

const READERS: Readonly<Record<string, Reader>> = {
  ls: {
    flags: 'aAbBcCdfFgGhHiklLmnNopqQrRsStuUvxXZ1',
    values: 'ITw',
    long: '--all --almost-all --human-readable --recursive --reverse --size --directory --inode --classify --full-time --group-directories-first --color --no-group --numeric-uid-gid',
    longValues: '--color --sort --time --time-style --format --ignore --width',
    anywhere: true,
    recursive: (read) => has(read, '-R', '--recursive'),
    here: true,
  },
  cat: {
    flags: 'AbeEnstTuv',
    long: '--number --number-nonblank --show-all --show-ends --show-tabs --show-nonprinting --squeeze-blank',
    anywhere: true,
  },
  pwd: { flags: 'LP', files: (read) => (read.rest.length === 0 ? [] : undefined) },
  head: {
    flags: 'qvz',
    values: 'nc',
    long: '--quiet --silent --verbose',
    longValues: '--lines --bytes',
    also: LINES,
    anywhere: true,
  },
  tail: {
    flags: 'qvz',
    values: 'nc',
    long: '--quiet --silent --verbose',
    longValues: '--lines --bytes',
    also: /^-\d+$/,
    anywhere: true,
  },
  wc: { flags: 'clmwL', long: '--bytes --chars --lines --words --max-line-length', anywhere: true },
  which: { flags: 'as', long: '--all', files: () => [] },
  stat: {
    flags: 'Lft',
    values: 'c',
    long: '--dereference --file-system --terse',
    longValues: '--format --printf',
    anywhere: true,
  },
  du: {
    flags: 'abchHkLmsSx0',
    values: 'dtB',
    long: '--all --human-readable --summarize --total --bytes --apparent-size --one-file-system',
    longValues: '--max-depth --threshold --block-size --exclude',
    anywhere: true,
    here: true,
  },
  diff: {
    flags: 'abBcdeEilnNpqrsStTuvwyZ',
    values: 'CFIUWxL',
    long: '--brief --unified --recursive --ignore-all-space --ignore-space-change --ignore-case --side-by-side --text --new-file --color --minimal --report-identical-files',
    longValues: '--unified --context --color --width --exclude --label',
    anywhere: true,
    recursive: (read) => has(read, '-r', '--recursive'),
  },
  grep: {
    flags: 'EFGPivwxcLlqsbHhnTUZzoyra',
    values: 'emABC',
    long: '--extended-regexp --fixed-strings --basic-regexp --perl-regexp --ignore-case --no-ignore-case --invert-match --word-regexp --line-regexp --count --files-with-matches --files-without-match --only-matching --quiet --silent --no-messages --line-number --with-filename --no-filename --recursive --text --color --colour --null',
    longValues:
      '--regexp --max-count --after-context --before-context --context --include --exclude --exclude-dir --color --colour',
    also: LINES,
    anywhere: true,
    files: (read) => {
      const given = has(read, '-e', '--regexp');
      if (!given && read.rest.length === 0) return undefined;
      const files = given ? read.rest : read.rest.slice(1);
      return files.length === 0 && has(read, '-r', '--recursive') ? undefined : files;
    },
    recursive: (read) => has(read, '-r', '--recursive'),
  },
  cd: { flags: 'LP', files: (read) => (read.rest.length === 1 && read.rest[0]?.text !== '-' ? read.rest : undefined) },
};

const EDITORS: Readonly<Record<string, OptionTable>> = {
  mkdir: { flags: 'pv', values: 'm', long: '--parents --verbose', longValues: '--mode', anywhere: true },
  touch: { flags: 'acm', values: 'dt', long: '--no-create', anywhere: true },
  rm: { flags: 'firRdvI', long: '--force --recursive --verbose --dir', anywhere: true },
  rmdir: { flags: 'pv', long: '--parents --verbose', anywhere: true },
  mv: { flags: 'finuv', long: '--force --interactive --no-clobber --update --verbose', anywhere: true },
  cp: {
    flags: 'afinpruvR',
    long: '--force --interactive --no-clobber --recursive --update --verbose --preserve',
    anywhere: true,
  },
  sed: {
    flags: 'nErsuz',
    long: '--quiet --silent --regexp-extended',
    also: /^-i$/,
    values: 'e',
    longValues: '--expression',
    anywhere: true,
  },
};

/** Undefined for a command that needs a rule. `edits`: whether the mode lets it write. */
export function freeCommand(part: SimpleCommand, edits: boolean): FreeCommand | undefined {
  const [head, ...rest] = part.words;
  if (!head?.literal || part.unclear !== undefined || part.exact) return undefined;
  const name = head.text;
  if (name === 'echo') return plainWords(rest) ? { reads: [], edits: [], recursive: false } : undefined;
  if (name === 'git') return plainWords(rest) ? freeGit(rest, part) : undefined;
  if (name === 'find') return plainWords(rest) ? freeFind(rest) : undefined;
  if (Object.hasOwn(READERS, name)) return freeReader(name, rest);
  if (edits && Object.hasOwn(EDITORS, name)) return freeEditor(name, rest);
  return undefined;
}

function plainWords(words: readonly ShellWord[]): boolean {
  return words.every((word) => word.literal);
}

function freeReader(name: string, rest: readonly ShellWord[]): FreeCommand | undefined {
  const reader = READERS[name]!;
  // Names that a pattern stands for are listed by ls alone; what it finds is read by none.
  const plain = rest.every((word) => word.literal || (name === 'ls' && isTamePattern(word)));
  const read = plain ? readOptions(rest, reader) : undefined;
  if (!read) return undefined;
  const files = reader.files ? reader.files(read) : read.rest;
  if (!files || files.some((file) => file.text === '')) return undefined;
  const recursive = reader.recursive?.(read) ?? false;
  const reads = files.filter((file) => file.text !== '-');
  return { reads: reader.here && files.length === 0 ? [literalWord('.')] : reads, edits: [], recursive };
}

/** A pattern behind a plain beginning, in its last name. */
function isTamePattern(word: ShellWord): boolean {
  if (!word.glob || word.splits || word.known === '' || word.known.startsWith('-')) return false;
  return !word.text.slice(word.known.length).includes('/');
}

const FIND_TESTS = new Set(
  (
    '-name -iname -path -ipath -wholename -iwholename -regex -iregex -type -maxdepth -mindepth -size -mtime -mmin -atime -amin -ctime -cmin ' +
    '-perm -user -group -newer -regextype -links -inum -printf -xtype'
  ).split(' '),
);
const FIND_FLAGS = new Set(
  '-print -print0 -prune -empty -a -and -o -or -not ! ( ) , -true -false -depth -xdev -mount -ls -quit -readable -writable -executable -P'.split(
    ' ',
  ),
);

function freeFind(rest: readonly ShellWord[]): FreeCommand | undefined {
  const start = rest.findIndex((word) => /^[-(!,]/.test(word.text) && word.text !== '-P');
  const paths = rest.slice(0, start === -1 ? undefined : start).filter((word) => word.text !== '-P');
  for (let index = start === -1 ? rest.length : start; index < rest.length; index += 1) {
    const { text } = rest[index]!;
    if (FIND_TESTS.has(text)) {
      index += 1;
      if (text === '-newer') paths.push(...rest.slice(index, index + 1));
    } else if (!FIND_FLAGS.has(text)) return undefined;
  }
  if (paths.some((path) => path.text === '')) return undefined;
  return { reads: paths.length > 0 ? paths : [literalWord('.')], edits: [], recursive: false };
}

const GIT_LOG =
  '--oneline --graph --all --decorate --stat --shortstat --numstat --name-only --name-status --summary --patch --no-patch --reverse --merges ' +
  '--no-merges --first-parent --follow --abbrev-commit --no-color --color --cached --staged --word-diff --ignore-all-space --ignore-space-change ' +
  '--check --exit-code --quiet --no-ext-diff --no-textconv --raw --full-index --binary --patch-with-stat --show-signature --no-renames --left-right --cherry-pick --date-order --topo-order --branches --tags --remotes --minimal --histogram --patience --compact-summary --no-prefix --no-decorate --source --pretty';
const GIT_LOG_VALUES =
  '--max-count --skip --since --until --after --before --author --committer --grep --format --pretty --date --diff-filter --unified --decorate ' +
  '--stat --color --abbrev --word-diff --inter-hunk-context --diff-algorithm --find-renames --no-walk';

const log: OptionTable = {
  flags: 'pusabwzizMCqcm',
  values: 'nUSGLl',
  long: GIT_LOG,
  longValues: GIT_LOG_VALUES,
  also: LINES,
  anywhere: true,
};

/** Subcommands with the options that only read. */
const GIT: Readonly<Record<string, OptionTable & { readonly list?: readonly string[]; readonly bare?: true }>> = {
  status: {
    flags: 'sbvz',
    long: '--short --branch --porcelain --long --verbose --ignored --show-stash --no-renames --ahead-behind --no-ahead-behind',
    longValues: '--porcelain --untracked-files --ignored --column',
    also: /^-u(?:no|normal|all)?$/,
    anywhere: true,
  },
  log,
  shortlog: { flags: 'nse', long: '--numbered --summary --email', longValues: '--since --until', anywhere: true },
  diff: log,
  show: log,
  blame: {
    flags: 'wlstfneMC',
    values: 'L',
    long: '--porcelain --line-porcelain --show-email',
    longValues: '--date',
    anywhere: true,
  },
  'rev-parse': {
    long: '--show-toplevel --abbrev-ref --short --verify --quiet --git-dir --is-inside-work-tree --show-prefix --show-cdup --is-bare-repository --symbolic-full-name --absolute-git-dir --git-common-dir --show-current',
    longValues: '--short --abbrev-ref',
    flags: 'q',
    anywhere: true,
  },
  'ls-files': {
    flags: 'cdmoistuvz',
    long: '--cached --deleted --modified --others --ignored --stage --exclude-standard --full-name --unmerged --error-unmatch',
    longValues: '--exclude',
    anywhere: true,
  },
  'ls-tree': { flags: 'rdtlz', long: '--name-only --name-status --full-name --full-tree', anywhere: true },
  'rev-list': { ...log, long: `${GIT_LOG} --count` },
  'merge-base': { long: '--is-ancestor --all --octopus', anywhere: true },
  describe: {
    long: '--tags --always --all --long --dirty --abbrev',
    longValues: '--abbrev --match --exclude',
    anywhere: true,
  },
  'cat-file': { flags: 'tspe', anywhere: true },
  'name-rev': { long: '--name-only --tags', anywhere: true },
  branch: {
    flags: 'avrl',
    long: '--list --all --remotes --show-current --verbose --no-color',
    list: ['-l', '--list'],
    longValues: '--contains --merged --no-merged --sort --format --points-at',
    bare: true,
    anywhere: true,
  },
  tag: {
    flags: 'l',
    values: 'n',
    long: '--list',
    list: ['-l', '--list'],
    longValues: '--contains --merged --no-merged --sort --format --points-at',
    bare: true,
    anywhere: true,
  },
  remote: { flags: 'v', long: '--verbose', bare: true, anywhere: true },
};

function freeGit(rest: readonly ShellWord[], part: SimpleCommand): FreeCommand | undefined {
  const words = rest.filter((word, index) => !(index === 0 && word.text === '--no-pager'));
  const [sub, ...more] = words;
  // Elsewhere another repository's settings may name programs to run.
  const here = part.folders?.length === 1 && part.folders[0] === '';
  if (!sub || !here || !Object.hasOwn(GIT, sub.text)) return undefined;
  const table = GIT[sub.text]!;
  const read = readOptions(more, table);
  if (!read) return undefined;
  if (table.bare && read.rest.length > 0 && !has(read, ...(table.list ?? []))) return undefined;
  const named = table.bare || /^(?:rev-parse|merge-base|describe|name-rev)$/.test(sub.text) ? [] : read.rest;
  return { reads: [literalWord('.'), ...named.flatMap(gitPaths)], edits: [], recursive: false };
}

/** What git may take for a path: the word itself, and what stands behind the colon of `HEAD:file`. */
export function gitPaths(word: ShellWord): ShellWord[] {
  const colon = word.text.indexOf(':');
  const make = (text: string): ShellWord => ({ ...word, text, known: text, bare: text });
  if (colon === -1) return word.text === '' ? [] : [word];
  const path = word.text.slice(colon + 1).replace(/^[0-3]:/, '');
  return path === '' ? [] : [make(path)];
}

function freeEditor(name: string, rest: readonly ShellWord[]): FreeCommand | undefined {
  const read = plainWords(rest) ? readOptions(rest, EDITORS[name]!) : undefined;
  if (!read) return undefined;
  if (name === 'sed') return freeSed(read);
  const files = read.rest;
  if (files.length === 0 || files.some((file) => file.text === '')) return undefined;
  if (name !== 'cp' && name !== 'mv') return { reads: [], edits: files, recursive: name === 'rm' };
  const [from, to] = [files.slice(0, -1), files.at(-1)!];
  // Into a folder a file goes by its own name.
  const inside = (file: ShellWord): ShellWord => {
    const text = `${to.text}/${programName(file.text.replace(/\/+$/, ''))}`;
    return { ...to, text, known: text, bare: text };
  };
  const places = [to, ...from.map(inside)];
  if (name === 'mv') return { reads: [], edits: [...from, ...places], recursive: true };
  // The names that a folder brings along may be protected where they go.
  const whole = has(read, '-r', '-R', '-a', '--recursive') ? [unknownWord(`all that ${name} brings along`)] : [];
  return { reads: from, edits: [...places, ...whole], recursive: true };
}

/** Only scripts that print, delete or substitute; not those that run, read or write. */
function freeSed(read: ReadOptions): FreeCommand | undefined {
  const given = read.options.flatMap(({ name, value }) =>
    name === '-e' || name === '--expression' ? [value!.text] : [],
  );
  const scripts = given.length > 0 ? given : read.rest.slice(0, 1).map(({ text }) => text);
  const files = given.length > 0 ? read.rest : read.rest.slice(1);
  const address = String.raw`(?:(?:\d+|\$|/[^/\\\n]*/)(?:,(?:\d+|\$|/[^/\\\n]*/))?)?`;
  const tame = new RegExp(
    String.raw`^${address}(?:[pd]|s([/|,#])(?:(?!\1)[^\\\n]|\\[^\n])*\1(?:(?!\1)[^\\\n]|\\[^\n])*\1[gpiI0-9]*)$`,
  );
  if (scripts.length === 0 || !scripts.every((script) => tame.test(script))) return undefined;
  const writes = has(read, '-i');
  return { reads: writes ? [] : files, edits: writes ? files : [], recursive: false };
}

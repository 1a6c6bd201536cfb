// The words of a command that may be files: what a Read or Edit rule forbids is forbidden to programs that a rule allows as well.
import type { SimpleCommand } from '../shell-analysis.ts';
import { gitPaths } from './free-commands.ts';
import { literalWord, programName, type ShellWord } from './shell-word.ts';

export interface MentionedFile {
  readonly word: ShellWord;
  readonly use: 'read' | 'edit';
  /** What lies below it is touched as well. */
  readonly recursive: boolean;
}

/** Programs whose plain arguments are files. */
const FILE_PROGRAMS: ReadonlyMap<string, 'read' | 'edit' | 'both'> = new Map(
  (
    [
      [
        'read',
        'cat head tail grep egrep fgrep rg ag ack less more nl tac sort uniq wc diff cmp stat od xxd hexdump strings base64 awk gawk cut paste ' +
          'join comm fold rev column file md5sum sha1sum sha256sum source . bat jq yq vi vim nano view type gc bash sh zsh python python3 node ' +
          'ls du find cd tar zip gzip curl get-content get-childitem select-string import-csv get-filehash get-item sls gci dir',
      ],
      [
        'edit',
        'rm rmdir mkdir touch tee truncate shred unlink chmod chown ln set-content add-content out-file clear-content remove-item new-item ' +
          'tee-object sc ac clc ni del erase rd ri',
      ],
      ['both', 'cp mv sed dd rsync scp install patch copy-item move-item rename-item copy move cpi mi ren rni'],
    ] as const
  ).flatMap(([use, names]) => names.split(' ').map((name) => [name, use] as const)),
);

/** Programs that go into folders, with the options that make them; null: always. */
const RECURSIVE: ReadonlyMap<string, RegExp | null> = new Map([
  ...['rg', 'ag', 'ack', 'tar', 'zip'].map((name) => [name, null] as const),
  ...['grep', 'egrep', 'fgrep'].map(
    (name) => [name, /^(?:-[a-zA-Z]*[rR]|--(?:dereference-)?recursive|-d|--directories)/] as const,
  ),
  ...['cp', 'scp', 'rsync', 'diff', 'rm', 'chmod', 'chown'].map(
    (name) => [name, /^(?:-[a-zA-Z]*[rRa]|--(?:recursive|archive))/] as const,
  ),
  ...['copy-item', 'move-item', 'remove-item', 'get-childitem', 'copy', 'cpi', 'del', 'ri'].map(
    (name) => [name, /^-r/i] as const,
  ),
]);

/** Those that search the folder they run in when none is named. */
const SEARCHERS: ReadonlySet<string> = new Set(['rg', 'ag', 'ack', 'grep', 'egrep', 'fgrep']);

export function mentionedFiles(part: SimpleCommand): readonly MentionedFile[] {
  const [head, ...rest] = part.words;
  const name = head
    ? programName(head.text.replaceAll('\\', '/'))
        .replace(/\.exe$/i, '')
        .toLowerCase()
    : '';
  if (name === 'git') return mentionedByGit(rest);
  const use = FILE_PROGRAMS.get(name);
  if (!use) return [];
  const deep = RECURSIVE.get(name);
  const recursive = deep === null || (deep !== undefined && rest.some((word) => deep.test(word.text)));
  const words = rest.flatMap(fileIn);
  if (recursive && SEARCHERS.has(name)) words.push(literalWord('.'));
  const uses = use === 'both' ? (['read', 'edit'] as const) : [use];
  return words.flatMap((word) => uses.map((use) => ({ word, use, recursive })));
}

function mentionedByGit(rest: readonly ShellWord[]): MentionedFile[] {
  const words = rest.filter((word) => !word.text.startsWith('-'));
  const recursive = words[0]?.text === 'grep';
  const named = words.slice(1).flatMap(gitPaths);
  return [...named, ...(recursive ? [literalWord('.')] : [])].map((word) => ({ word, use: 'read', recursive }));
}

/** The word itself, or what stands behind `--file=`, `if=`, `-Path:` or `@`. */
function fileIn(word: ShellWord): ShellWord[] {
  const value = /^(?:-[^=:]*[=:]|[a-z]+=|@)([^]+)$/.exec(word.text)?.[1];
  // Bash reads `if=~/x` as it reads an assignment.
  const tilde = /=~(?:\/|$)/.test(word.source);
  if (value !== undefined) return [{ ...word, text: value, known: value, tilde }];
  return word.text.startsWith('-') || word.text === '' ? [] : [word];
}

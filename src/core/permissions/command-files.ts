// The files that a command reads and writes as far as the shell can tell: for the gate, which judges them like those of a file tool.
import { freeCommand } from './shell/free-commands.ts';
import { joinFolder } from './shell/folders.ts';
import { mentionedFiles } from './shell/mentioned-files.ts';
import type { ShellWord } from './shell/shell-word.ts';
import type { ShellAnalysis, SimpleCommand } from './shell-analysis.ts';

export interface CommandFile {
  readonly use: 'read' | 'edit';
  /**
   * Absolute, `~/…` or `~` for home, or from the folder that the command starts in. Undefined when nobody can tell; then nothing may be
   * allowed that needs it.
   */
  readonly path: string | undefined;
  /** As it stands in the command. */
  readonly shown: string;
  /**
   * `allow`: the command may only run unasked if this access by itself would be. `forbid`: only rules that deny or ask speak about it,
   * since a rule allows the command; where the path cannot be told, any such rule makes the command ask.
   */
  readonly need: 'allow' | 'forbid';
  /** What lies below the path is touched as well: a rule about something in there counts. */
  readonly recursive: boolean;
  /** A redirection: the shell itself opens it. */
  readonly redirection: boolean;
}

const HARMLESS = /^\/dev\/(?:null|stdout|stderr)$/;
const HARMLESS_INPUT = /^\/dev\/(?:null|stdin)$/;

/** `free`: parts that no rule names, which run because of what they are; their files need to be allowed. */
export function commandFiles(
  analysis: ShellAnalysis,
  free: ReadonlySet<SimpleCommand>,
  options: { readonly edits: boolean },
): readonly CommandFile[] {
  const files = analysis.parts.flatMap((part) => {
    const plain = analysis.language === 'powershell' ? withSlashes(part) : part;
    return [...redirected(plain), ...argumentFiles(plain, free.has(part), options.edits)];
  });
  const seen = new Set<string>();
  return files.filter(({ use, path, shown, need, recursive }) => {
    const key = [use, path ?? `\0${shown}`, need, recursive].join('\n');
    return !seen.has(key) && seen.add(key);
  });
}

/** PowerShell takes either slash. */
function withSlashes(part: SimpleCommand): SimpleCommand {
  return {
    ...part,
    words: part.words.map(withSlash),
    redirections: part.redirections.map((one) => (one.target ? { ...one, target: withSlash(one.target) } : one)),
  };
}

/** Patterns are patterns within quotes too. */
function withSlash(word: ShellWord): ShellWord {
  const text = word.text.replaceAll('\\', '/');
  const glob = word.glob || /[*?[]/.test(text);
  return { ...word, text, known: glob ? '' : word.known.replaceAll('\\', '/'), glob, literal: word.literal && !glob };
}

function redirected(part: SimpleCommand): CommandFile[] {
  return part.redirections.flatMap(({ use, target, folders }) => {
    if (use === 'none' || !target) return [];
    const harmless = use === 'edit' ? HARMLESS : HARMLESS_INPUT;
    if (target.literal && harmless.test(target.text)) return [];
    const paths =
      target.text.startsWith('/dev/tcp/') || target.text.startsWith('/dev/udp/')
        ? [undefined]
        : pathsOf(target, folders);
    return paths.map((path) => ({
      use,
      path,
      shown: target.source,
      need: 'allow' as const,
      recursive: false,
      redirection: true,
    }));
  });
}

function argumentFiles(part: SimpleCommand, free: boolean, edits: boolean): CommandFile[] {
  const found = free ? freeCommand(part, edits) : undefined;
  const make = (
    use: CommandFile['use'],
    word: ShellWord,
    need: CommandFile['need'],
    recursive = found?.recursive ?? false,
  ): CommandFile[] =>
    pathsOf(word, part.folders).map((path) => ({
      use,
      path,
      shown: word.source,
      need,
      recursive,
      redirection: false,
    }));
  if (found) {
    return [
      ...found.reads.flatMap((word) => make('read', word, 'allow')),
      ...found.edits.flatMap((word) => make('edit', word, 'allow')),
    ];
  }
  // A pattern may stand for any name in its folder, so that nothing is known about it here.
  return mentionedFiles(part).flatMap(({ word, use, recursive }) =>
    make(use, word.glob ? { ...word, splits: true } : word, 'forbid', recursive),
  );
}

/** One for each folder that the command may run in. */
function pathsOf(word: ShellWord, folders: readonly string[] | undefined): (string | undefined)[] {
  // A pattern is judged by the folder that it looks into.
  const pattern = word.glob && !word.splits && word.known !== '';
  if (!word.literal && !pattern) return [undefined];
  const plain = pattern ? word.known.slice(0, word.known.lastIndexOf('/') + 1) || '.' : word.text;
  if (plain === '') return [undefined];
  const anchored = plain.startsWith('/') || word.tilde;
  const from = folders ?? (anchored ? [''] : undefined);
  if (!from) return [undefined];
  return [...new Set(from.map((folder) => pathFrom(folder, plain, word.tilde)))];
}

function pathFrom(folder: string, plain: string, tilde: boolean): string | undefined {
  if (tilde || !plain.startsWith('~')) {
    const joined = joinFolder(folder, plain);
    return joined === '' ? '.' : joined;
  }
  // A quoted tilde is a name like any other, and keeps a dot that says so.
  const joined = joinFolder(folder, `./${plain}`);
  return folder === '' && joined !== undefined ? `./${joined}` : joined;
}

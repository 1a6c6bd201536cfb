// A word of a shell command as the program would get it, with what is known about its parts that only the shell can work out.

export interface ShellWord {
  /** After quote removal. What the shell expands stands in it as it is written: `$HOME/x`. */
  readonly text: string;
  /** The program gets exactly `text`, as one word. */
  readonly literal: boolean;
  /** An expansion outside quotes: it may become no word or several. */
  readonly splits: boolean;
  /** A file pattern (`*`, `?`, `[`). Such a word is not literal. */
  readonly glob: boolean;
  /** It starts with an unquoted `~` or `~/`: the home folder. */
  readonly tilde: boolean;
  /** What of it is literal up to the first expansion or pattern. */
  readonly known: string;
  /** As it stands in the command. */
  readonly source: string;
  /** With the expansions left out and `$IFS` as a space: what it is if they are empty. Only deny and ask rules look at it. */
  readonly bare: string;
}

/** A word that stands for itself. */
export function literalWord(text: string): ShellWord {
  return { text, literal: true, splits: false, glob: false, tilde: false, known: text, source: text, bare: text };
}

/** A word that nothing is known about, nor how many there are: what `xargs` reads. `name` is how it is shown. */
export function unknownWord(name: string): ShellWord {
  return { ...literalWord(name), literal: false, splits: true, known: '', bare: '' };
}

/** Surely one word or several that all start with the same plain character: never an option by surprise. */
export function isFixed(word: ShellWord): boolean {
  return word.literal || (!word.splits && word.known !== '' && !word.known.startsWith('-'));
}

export interface ShellAssignment {
  readonly name: string;
  readonly value: ShellWord;
}

export interface ShellRedirection {
  readonly operator: string;
  /** Undefined for descriptors (`2>&1`) and texts (`<<<`). */
  readonly target?: ShellWord;
  readonly use: 'read' | 'edit' | 'none';
  /** Where a relative target may start from; see `SimpleCommand.folders`. */
  readonly folders?: readonly string[];
}

/** Names of the shell that, unquoted and at the head, are not commands. */
export const RESERVED = new Set(
  '! { } [[ ]] if then elif else fi for select while until do done case esac in function time coproc'.split(' '),
);

export const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)(\[[^\]]*\])?\+?=/;

/** The name of a program without its folder. */
export function programName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}

/** The assignment that a word before the command is; undefined for any other word. */
export function assignmentOf(word: ShellWord): ShellAssignment | undefined {
  const found = ASSIGNMENT.exec(word.source);
  if (!found) return undefined;
  const value = {
    ...word,
    text: word.text.slice(word.text.indexOf('=') + 1),
    source: word.source.slice(found[0].length),
  };
  return { name: found[1]! + (found[2] ?? ''), value };
}

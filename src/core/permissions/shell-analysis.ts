// Reads a shell command into its simple commands at every level. What it cannot read for certain it says, and no rule may allow that.
import { BashReader } from './shell/bash-reader.ts';
import { looseRuns } from './shell/loose-runs.ts';
import { plainTree } from './shell/plain-tree.ts';
import { readPowerShell } from './shell/powershell-reader.ts';
import type { ShellGrammar, ShellLanguage } from './shell/shell-grammar.ts';
import { literalWord, type ShellAssignment, type ShellRedirection, type ShellWord } from './shell/shell-word.ts';
import { hasHiddenCharacters } from './visible-text.ts';

export interface SimpleCommand {
  /** The name and its arguments. Empty for redirections and assignments that stand alone. */
  readonly words: readonly ShellWord[];
  readonly assignments: readonly ShellAssignment[];
  readonly redirections: readonly ShellRedirection[];
  /** As it stands in the command, or in the script that it is part of. */
  readonly text: string;
  /** The command that runs this one, by its name: `sudo`. */
  readonly via?: string;
  /** It runs what follows and changes nothing by itself: a rule about that is enough. */
  readonly transparent?: boolean;
  /** Only a rule without a wildcard, or for the whole tool, may allow it. */
  readonly exact?: boolean;
  /** Why no rule may allow it. */
  readonly unclear?: string;
  /** May not be a command at all: only deny and ask rules look at it. */
  readonly guess?: boolean;
  /**
   * The folders that it may run in, as paths from the folder where the command starts (`''`), absolute, or `~/…`. Undefined: unknown.
   */
  readonly folders?: readonly string[];
}

export interface ShellAnalysis {
  readonly language: ShellLanguage;
  readonly command: string;
  /** Every command that may run, in order, nested ones and those behind wrappers too; guesses last. */
  readonly parts: readonly SimpleCommand[];
  /** Nothing runs that is not in `parts`. Only then may a rule allow the command. */
  readonly complete: boolean;
  /** Why not, for the person: "it ends inside a quote". */
  readonly reason?: string;
  /** Nothing could be read: `parts` are guesses. */
  readonly unread?: boolean;
}

/** The reason of an analysis without a grammar. */
export const NO_GRAMMAR = 'the shell grammar could not be loaded';

/**
 * Analyses the text as the shell would read it. Looks at text of any length as a whole; never rejects. The grammar is loaded for the first
 * command that is not plain.
 */
export async function analyzeCommand(
  command: string,
  grammar: ShellGrammar | undefined,
  language: ShellLanguage = 'bash',
): Promise<ShellAnalysis> {
  const found = (language === 'bash' && readPlain(command)) || (await readByGrammar(command, grammar, language));
  const hidden = hasHiddenCharacters(command) ? 'it contains characters that cannot be seen' : undefined;
  const empty = found.parts.length === 0 ? 'it is empty' : undefined;
  const reason = hidden ?? found.reason ?? empty;
  const guesses = found.mistrust ? looseRuns(command).map(guess) : [];
  const base = { language, command, parts: [...found.parts, ...guesses] };
  return reason === undefined
    ? { ...base, complete: true }
    : { ...base, complete: false, reason, unread: found.unread ?? false };
}

interface Found {
  readonly parts: readonly SimpleCommand[];
  readonly reason?: string;
  readonly mistrust?: boolean;
  readonly unread?: boolean;
}

/** Most commands need no grammar: nothing can hide in them. Undefined for the others. */
function readPlain(command: string): Found | undefined {
  if (!plainTree(command)) return undefined;
  let isPlain = true;
  const found = read(command, 'bash', (text) => {
    const tree = plainTree(text);
    isPlain &&= tree !== undefined;
    return tree;
  });
  return isPlain ? found : undefined;
}

async function readByGrammar(
  command: string,
  grammar: ShellGrammar | undefined,
  language: ShellLanguage,
): Promise<Found> {
  const parse = await grammar?.load(language).catch(() => undefined);
  return parse ? read(command, language, parse) : { parts: [], reason: NO_GRAMMAR, mistrust: true, unread: true };
}

function read(
  command: string,
  language: ShellLanguage,
  parse: NonNullable<Awaited<ReturnType<ShellGrammar['load']>>>,
): Found {
  try {
    if (language === 'powershell') return readPowerShell(command, parse);
    const reader = new BashReader(parse);
    reader.read(command);
    const { parts, reason, mistrusted: mistrust } = reader.found;
    return reason === undefined ? { parts, mistrust } : { parts, reason, mistrust };
  } catch {
    return { parts: [], reason: 'it is nested too deeply', mistrust: true, unread: true };
  }
}

function guess(words: readonly string[]): SimpleCommand {
  return { words: words.map(literalWord), assignments: [], redirections: [], text: words.join(' '), guess: true };
}

// The port to the shell grammars: the syntax tree as plain values, so that the analysis holds nothing of the parser's.

export type ShellLanguage = 'bash' | 'powershell';

export interface SyntaxNode {
  /** The grammar's name of the node; for a token without one, the token itself. */
  readonly type: string;
  readonly named: boolean;
  /** UTF-16 offsets into the text that was parsed. */
  readonly start: number;
  readonly end: number;
  readonly children: readonly SyntaxNode[];
}

export interface SyntaxTree {
  readonly root: SyntaxNode;
  /** The parser had to guess: something is missing or could not be placed. */
  readonly broken: boolean;
}

/** Undefined when the text could not be parsed at all. Never throws. */
export type ShellParser = (text: string) => SyntaxTree | undefined;

export interface ShellGrammar {
  /** Loads a grammar once; later calls answer at once. Undefined when it cannot be loaded. Never rejects. */
  load(language: ShellLanguage): Promise<ShellParser | undefined>;
}

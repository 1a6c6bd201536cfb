// The contract of what the editor knows about code: problems, symbols, places, renames, code actions.

/** Lines and columns count from 1, columns in UTF-16 units. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** Where something stands: a file by its absolute path, any other document by its address (`virtual`). */
export interface CodePlace extends TextPosition {
  readonly path: string;
  readonly virtual: boolean;
}

export type ProblemSeverity = 'error' | 'warning' | 'info' | 'hint';

export interface CodeProblem extends TextPosition {
  readonly severity: ProblemSeverity;
  readonly message: string;
  /** Who found it and its code: "ts 2322". May be empty. */
  readonly source: string;
}

/** All problems of one document. An empty list: it was looked at and nothing was found, as far as the editor tells. */
export interface FileProblems {
  /** As in `CodePlace`; files by their canonical path. */
  readonly path: string;
  readonly virtual: boolean;
  readonly problems: readonly CodeProblem[];
}

export interface CodeSymbol extends CodePlace {
  readonly name: string;
  /** "function", "class". */
  readonly kind: string;
  /** Last line. */
  readonly endLine: number;
  /** How deep in an outline: 0 at the top. */
  readonly depth: number;
  /** What it belongs to; may be empty. */
  readonly container: string;
}

/** A document's text as the editor holds it, and as it would be. */
export interface TextChangePlan {
  /** As in `CodePlace`. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** Places that change. */
  readonly count: number;
}

export interface ChangePlan {
  readonly files: readonly TextChangePlan[];
  /** What it would do beside changing the text of files, in words: "rename or move files". Not done by `apply`. */
  readonly beyond: readonly string[];
}

export interface OfferedAction {
  readonly title: string;
  /** "quickfix", "refactor.extract"; may be empty. */
  readonly kind: string;
  /** Why it cannot be done now. */
  readonly disabled?: string;
  readonly change: ChangePlan;
  /** A command of an extension that belongs to it, run after the change. `run` rejects with `ServiceError`. */
  readonly command?: { readonly id: string; readonly input: string; run(signal: AbortSignal): Promise<void> };
}

/** `unsupported`: no provider, `detail` is the language. `refused`: `detail` is what the editor says. `stale`: `detail` is the file. */
export type ServiceFailure = 'unsupported' | 'timeout' | 'stopped' | 'refused' | 'stale';

export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly reason: ServiceFailure;
  readonly detail: string;
  constructor(reason: ServiceFailure, detail = '') {
    super(`${reason} ${detail}`.trim());
    this.reason = reason;
    this.detail = detail;
  }
}

/**
 * What the editor's language extensions answer. Paths in are canonical. Methods reject with `ServiceError` and nothing else, after 10
 * seconds at the latest, and end with the signal. Calls may overlap; callers serialise `apply`.
 */
export interface LanguageServices {
  /** Why answers may be poor here, as a sentence: Restricted Mode, a virtual workspace. */
  restriction(): string | undefined;
  /** What is known now of all documents: those with problems, and the open ones without. Never rejects. */
  knownProblems(): Promise<readonly FileProblems[]>;
  /**
   * Problems of these files once they have settled. Files that are not open are opened without being shown, so that language servers look
   * at them. `edited`: they have just changed, so old answers do not count. Waits no longer than `patienceMs`. Never rejects; leaves
   * out what cannot be opened.
   */
  settledProblems(
    paths: readonly string[],
    options: { readonly edited: boolean; readonly patienceMs: number; readonly signal: AbortSignal },
  ): Promise<readonly FileProblems[]>;
  /** Depth first. */
  outline(path: string, signal: AbortSignal): Promise<readonly CodeSymbol[]>;
  findSymbols(query: string, signal: AbortSignal): Promise<readonly CodeSymbol[]>;
  definitions(path: string, position: TextPosition, signal: AbortSignal): Promise<readonly CodePlace[]>;
  references(path: string, position: TextPosition, signal: AbortSignal): Promise<readonly CodePlace[]>;
  /** Markdown. */
  hover(path: string, position: TextPosition, signal: AbortSignal): Promise<readonly string[]>;
  /** Changes nothing. */
  planRename(path: string, position: TextPosition, newName: string, signal: AbortSignal): Promise<ChangePlan>;
  /** What is offered on a line. Changes nothing. */
  codeActions(path: string, line: number, signal: AbortSignal): Promise<readonly OfferedAction[]>;
  /**
   * Changes all files at once, in one step that can be undone, and saves those that had no unsaved changes. Nothing is changed when one
   * of them no longer reads as `before`. Returns the paths of those that are left unsaved.
   */
  apply(files: readonly Omit<TextChangePlan, 'count'>[]): Promise<readonly string[]>;
}

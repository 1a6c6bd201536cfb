// The part of the editor's git extension that is used, and how it is reached.
import * as vscode from 'vscode';
import { isWithin } from '../locations.ts';

export interface Repository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
  readonly state: {
    readonly indexChanges: readonly Change[];
    readonly workingTreeChanges: readonly Change[];
    /** Missing in older editors; filled when untracked files are shown apart. */
    readonly untrackedChanges?: readonly Change[];
  };
  /** Of what is staged, or else of what is not. */
  diff(staged: boolean): Promise<string>;
  /** A file as it is in a commit or, as `:1`, in a stage of the index. */
  show(ref: string, path: string): Promise<string>;
  log(options: { maxEntries: number }): Promise<readonly { readonly message: string }[]>;
}

interface Change {
  readonly uri: vscode.Uri;
  readonly status: number;
}

/** The extension's number for a file that git does not know. */
const UNTRACKED = 7;

interface GitExtension {
  getAPI(version: 1): { readonly repositories: readonly Repository[] };
}

/** Those that are open; none when git is off, missing or not to be trusted here. */
export async function gitRepositories(): Promise<readonly Repository[]> {
  const git = vscode.extensions.getExtension<GitExtension>('vscode.git');
  if (!git) return [];
  try {
    return (await git.activate()).getAPI(1).repositories;
  } catch {
    // It is switched off in the settings.
    return [];
  }
}

/** The innermost one that holds the file. */
export async function repositoryOf(file: vscode.Uri): Promise<Repository | undefined> {
  const holding = (await gitRepositories()).filter(({ rootUri }) => isWithin(rootUri.fsPath, file.fsPath));
  return holding.toSorted((a, b) => b.rootUri.fsPath.length - a.rootUri.fsPath.length)[0];
}

/** Relative to the repository's folder, each once. */
export function untrackedFiles({ rootUri, state }: Repository): string[] {
  const changes = [...state.workingTreeChanges, ...(state.untrackedChanges ?? [])];
  const paths = changes.filter(({ status }) => status === UNTRACKED).map(({ uri }) => uri.path);
  return [...new Set(paths)].map((path) => path.slice(rootUri.path.length + 1));
}

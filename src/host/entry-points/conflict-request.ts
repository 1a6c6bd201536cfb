// Makes the chips of a merge conflict from wherever it was asked about: a code lens, the light bulb, source control.
import * as vscode from 'vscode';
import type { Attachment } from '../../shared/view-model.ts';
import { MAX_CHIP } from '../attachments.ts';
import { toPath } from '../locations.ts';
import { conflictText, findConflicts, type Conflict } from './conflicts.ts';
import { repositoryOf } from './git-repositories.ts';

/** More conflicts than these are left for the model to read. */
const MAX_CHIPS = 20;

export const RESOLVE_PROMPT =
  'Resolve the merge conflict: keep what each side wants to achieve and take the markers out. Look at how the code around it is used first. ' +
  'Where the sides contradict each other, ask me which one to follow. Do not stage or commit anything.';

/** A file and, for one conflict alone, a line of it (1-based). */
export interface ConflictPlace {
  readonly uri: vscode.Uri;
  readonly line?: number;
}

/** What the editor passes: an address with a line, or the entries of the source control view; without any, the active editor's file. */
export function conflictPlaces(args: readonly unknown[]): ConflictPlace[] {
  const [first, second] = args;
  if (first instanceof vscode.Uri) return [{ uri: first, ...(typeof second === 'number' ? { line: second } : {}) }];
  const resources = args
    .flat()
    .map((entry) => (entry as Partial<vscode.SourceControlResourceState> | null)?.resourceUri);
  const uris = resources.filter((uri) => uri instanceof vscode.Uri);
  if (uris.length > 0) return [...new Map(uris.map((uri) => [uri.toString(), { uri }])).values()];
  const editor = vscode.window.activeTextEditor;
  return editor ? [{ uri: editor.document.uri }] : [];
}

/** One chip for each conflict and, where the file does not tell what both sides began with, one with the common file. */
export async function conflictChips({ uri, line }: ConflictPlace): Promise<Attachment[]> {
  const document = await vscode.workspace.openTextDocument(uri);
  const all = findConflicts(document.getText());
  const wanted =
    line === undefined ? all : all.filter(({ startLine, endLine }) => startLine <= line && line <= endLine);
  const chosen = wanted.slice(0, MAX_CHIPS);
  const name = vscode.workspace.asRelativePath(uri, false);
  const chips = chosen.map((conflict) => conflictChip(uri, name, conflict));
  const base = chosen.some((conflict) => !conflict.base) ? await commonFile(uri) : undefined;
  if (base !== undefined) {
    chips.push({
      kind: 'file',
      label: vscode.l10n.t('{0} (before both)', name),
      text: `${name} as both sides began with it:\n${base}`,
    });
  }
  return chips;
}

function conflictChip(uri: vscode.Uri, name: string, conflict: Conflict): Attachment {
  const { startLine, endLine } = conflict;
  const text = conflictText(name, conflict);
  return {
    kind: 'selection',
    label: `${name}:${startLine}-${endLine}`,
    path: toPath(uri),
    startLine,
    endLine,
    text:
      text.length > MAX_CHIP ? `${text.slice(0, MAX_CHIP)}\n[The conflict goes on; read the file for the rest.]` : text,
  };
}

/** Undefined when git does not have it, or when it is too long to be of use. */
async function commonFile(uri: vscode.Uri): Promise<string | undefined> {
  try {
    const text = await (await repositoryOf(uri))?.show(':1', uri.fsPath);
    return text !== undefined && text.length <= MAX_CHIP ? text : undefined;
  } catch {
    // Both sides have added the file: they began with nothing.
    return undefined;
  }
}

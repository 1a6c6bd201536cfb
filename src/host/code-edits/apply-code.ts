// Applies a block of code from an answer as an edit: placed in its file, shown in the review, and written only when the person accepts it.
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { isProtectedPath } from '../../core/permissions/protected-paths.ts';
import { FileError, type EditReviewer, type FileSystem, type TextFile } from '../../core/ports.ts';
import { isAllowed } from '../entry-points/restricted.ts';
import type { Log } from '../log.ts';
import { toPath, toUri } from '../locations.ts';
import { leavesOut, placeCode, type Place, type Selected } from './placed-code.ts';

export interface ApplyCodeParts {
  readonly files: FileSystem;
  /** The path of a name in the workspace, there or not; undefined outside it, links followed. */
  readonly inside: (name: string) => Promise<string | undefined>;
  readonly review: EditReviewer;
  readonly log: Log;
}

export interface CodeBlock {
  readonly code: string;
  /** The file that the answer names for it; without one it belongs to the active editor's. */
  readonly path?: string | undefined;
}

/** Resolves when the review has ended. What cannot be done is told to the person. */
export async function applyCode(block: CodeBlock, parts: ApplyCodeParts): Promise<void> {
  if (!isAllowed(vscode.l10n.t('Applying code'))) return;
  const path = await targetOf(block.path, parts);
  if (path === undefined) return;
  const problem = obstacle(block.code, [path, (await parts.files.resolve(path)) ?? path]);
  if (problem !== undefined) return tell(problem);
  try {
    const base = await readIfThere(path, parts.files);
    const { after, place } = placeCode(base?.text, withoutName(block.code, base?.text, path), selectionIn(path));
    if (after === base?.text) return tell(vscode.l10n.t('{0} says this already.', basename(path)));
    const proposal = { requestId: randomUUID(), path, before: base?.text, after, facts: [placeWords(place)] };
    const verdict = await parts.review.review(proposal, new AbortController().signal);
    if (verdict.decision === 'accept') await write(path, verdict.after, base, parts.files);
  } catch (error) {
    parts.log.error('A block of code could not be applied.', error);
    const isStale = error instanceof FileError && error.reason === 'stale';
    tell(
      isStale
        ? vscode.l10n.t('{0} was changed meanwhile, so nothing was written. Apply the code again.', basename(path))
        : vscode.l10n.t('{0} could not be changed. The log says why; nothing was written.', basename(path)),
    );
  }
}

async function targetOf(name: string | undefined, { inside, files }: ApplyCodeParts): Promise<string | undefined> {
  if (name === undefined) return activePath(inside);
  const path = await inside(name);
  if (path === undefined) {
    tell(
      vscode.l10n.t(
        '{0} is not in this workspace, so the code was not applied. Insert it at the cursor instead.',
        name,
      ),
    );
    return undefined;
  }
  if (await files.stat(path)) return path;
  // Answers often give the name alone.
  const found = /[\\/]/.test(name) ? [] : await vscode.workspace.findFiles(`**/${name}`, undefined, 2);
  return (found.length === 1 && (await inside(toPath(found[0]!)))) || path;
}

async function activePath(inside: ApplyCodeParts['inside']): Promise<string | undefined> {
  const uri = vscode.window.activeTextEditor?.document.uri ?? activeTabUri();
  const path = uri && (await inside(toPath(uri)));
  if (path === undefined) tell(vscode.l10n.t('Open the file that the code belongs to, then apply it again.'));
  return path;
}

/** The panel in an editor tab takes the place of the active editor; a text in a tab is found all the same. */
function activeTabUri(): vscode.Uri | undefined {
  const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
  return input instanceof vscode.TabInputText ? input.uri : undefined;
}

/** `forms` are the path as it was named and as it is once links are followed. */
function obstacle(code: string, forms: readonly [string, string]): string | undefined {
  if (forms.some((path) => isProtectedPath(path, homedir()))) {
    return vscode.l10n.t(
      '{0} decides what other programs run, so code is not applied to it. Edit it by hand.',
      basename(forms[0]),
    );
  }
  if (!leavesOut(code)) return undefined;
  return vscode.l10n.t('The code leaves parts out (“…”), so it cannot be applied as it is. Ask for the whole of it.');
}

async function readIfThere(path: string, files: FileSystem): Promise<TextFile | undefined> {
  if (!(await files.stat(path))) return undefined;
  // Open in the editor, the edit can be undone there.
  await vscode.workspace.openTextDocument(toUri(path));
  return files.readText(path);
}

/** A first line that only names the file is the answer's, not the file's. */
function withoutName(code: string, before: string | undefined, path: string): string {
  const [first = '', ...rest] = code.split('\n');
  const isName = /^\s*(?:\/\/|#|--|;|\/\*|<!--)/.test(first) && first.includes(basename(path)) && first.length < 200;
  return isName && !before?.includes(first.trim()) && rest.length > 0 ? rest.join('\n') : code;
}

/** The cursor counts only where the person sees it. */
function selectionIn(path: string): Selected | undefined {
  const editor = vscode.window.visibleTextEditors.find(
    ({ document }) => document.uri.toString() === toUri(path).toString(),
  );
  if (!editor) return undefined;
  const { document, selection } = editor;
  return { start: document.offsetAt(selection.start), end: document.offsetAt(selection.end) };
}

async function write(path: string, after: string, base: TextFile | undefined, files: FileSystem): Promise<void> {
  if (base) {
    await files.writeText(path, after, base);
  } else {
    const edit = new vscode.WorkspaceEdit();
    // Told apart from a write to disk, making a file can be undone in the explorer.
    edit.createFile(toUri(path), { contents: new TextEncoder().encode(after) });
    if (!(await vscode.workspace.applyEdit(edit))) throw new FileError('stale', `${path} is there already.`);
  }
  await vscode.window.showTextDocument(toUri(path), { preview: false });
}

function placeWords(place: Place): string {
  switch (place.kind) {
    case 'new':
      return vscode.l10n.t('the whole file');
    case 'whole':
      return vscode.l10n.t('replaces the whole file');
    case 'selection':
      return vscode.l10n.t('replaces the selection');
    case 'lines':
      return vscode.l10n.t('replaces lines {0}–{1}', place.first, place.last);
    case 'cursor':
      return vscode.l10n.t('at line {0}', place.line);
    case 'end':
      return vscode.l10n.t('at the end');
    default:
      return place satisfies never;
  }
}

function tell(message: string): void {
  void vscode.window.showInformationMessage(message);
}

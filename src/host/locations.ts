// Translates between the paths that the agent works with and the editor's addresses, for folders on disk and virtual ones.
import path from 'node:path';
import * as vscode from 'vscode';

/** The first folder of the workspace: where sessions work. Undefined when no folder is open. */
export function workingFolder(): vscode.WorkspaceFolder | undefined {
  return vscode.workspace.workspaceFolders?.[0];
}

export function isVirtual(folder: vscode.WorkspaceFolder): boolean {
  return folder.uri.scheme !== 'file';
}

/** The address of an absolute path. */
export function toUri(absolute: string): vscode.Uri {
  const folder = workingFolder();
  return folder && isVirtual(folder) ? folder.uri.with({ path: absolute }) : vscode.Uri.file(absolute);
}

/** The path that the agent uses for an address. */
export function toPath(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.path;
}

/** Absolute, from an absolute path or one relative to the working folder; undefined when it leaves every folder of the workspace. */
export function insideWorkspace(name: string): string | undefined {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const [first] = folders;
  if (!first || name.includes('\0')) return undefined;
  const absolute = flavour().resolve(toPath(first.uri), name);
  return folders.some(({ uri }) => isWithin(toPath(uri), absolute)) ? absolute : undefined;
}

/** Whether the folder is, or holds, this path; both absolute. Links are not followed. */
export function isWithin(folder: string, absolute: string): boolean {
  const paths = flavour();
  const rest = paths.relative(folder, absolute);
  return rest !== '..' && !rest.startsWith(`..${paths.sep}`) && !paths.isAbsolute(rest);
}

function flavour(): typeof path.posix {
  const folder = workingFolder();
  return folder && isVirtual(folder) ? path.posix : path;
}

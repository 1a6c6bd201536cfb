// Lists the files and folders of the workspace, ignored ones left out; kept for a moment while somebody types.
import path from 'node:path';
import * as vscode from 'vscode';
import type { Search } from '../../core/ports.ts';
import { isVirtual, toPath, workingFolder } from '../locations.ts';

export interface WorkspaceEntry {
  readonly kind: 'file' | 'folder';
  /** Relative to its workspace folder with forward slashes, the folder's name before it where there are several; a folder ends in one. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/** More files than these are not looked through. */
const MAX_FILES = 100_000;
const FRESH_MS = 10_000;

export class WorkspaceFiles {
  readonly #search: Pick<Search, 'glob'>;
  #listed: { readonly at: number; readonly entries: Promise<readonly WorkspaceEntry[]> } | undefined;

  /** `search` is asked for folders on disk alone. */
  constructor(search: Pick<Search, 'glob'>) {
    this.#search = search;
  }

  /** Files first, the newest before the others; then their folders. */
  entries(): Promise<readonly WorkspaceEntry[]> {
    const now = performance.now();
    if (!this.#listed || now - this.#listed.at > FRESH_MS) {
      const entries = this.#list();
      // What could not be listed is tried again.
      entries.catch(() => (this.#listed = undefined));
      this.#listed = { at: now, entries };
    }
    return this.#listed.entries;
  }

  async #list(): Promise<readonly WorkspaceEntry[]> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const first = workingFolder();
    const virtual = first !== undefined && isVirtual(first);
    const several = folders.length > 1;
    const all = await Promise.all(
      folders.map(async (folder) => {
        const files = virtual ? await findFiles(folder) : await this.#filesIn(toPath(folder.uri));
        return entriesOf(toPath(folder.uri), several ? `${folder.name}/` : '', files, virtual ? '/' : path.sep);
      }),
    );
    return [...all.flatMap(({ files }) => files), ...all.flatMap((each) => each.folders)];
  }

  async #filesIn(folder: string): Promise<readonly string[]> {
    const query = { pattern: '**/*', path: folder, limit: MAX_FILES };
    return (await this.#search.glob(query, new AbortController().signal)).lines;
  }
}

async function findFiles(folder: vscode.WorkspaceFolder): Promise<readonly string[]> {
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, '**/*'), undefined, MAX_FILES);
  return found.map(toPath);
}

function entriesOf(root: string, prefix: string, files: readonly string[], separator: string) {
  const base = root.endsWith(separator) ? root : root + separator;
  const nameOf = (file: string) => file.slice(base.length).replaceAll(separator, '/');
  const folders = new Set<string>();
  const found = files
    .filter((file) => file.startsWith(base))
    .map((file): WorkspaceEntry => {
      const name = nameOf(file);
      for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
        const folder = name.slice(0, end);
        if (folders.has(folder)) break;
        folders.add(folder);
      }
      return { kind: 'file', name: prefix + name, path: file };
    });
  return {
    files: found,
    folders: [...folders].map((name): WorkspaceEntry => ({
      kind: 'folder',
      name: `${prefix}${name}/`,
      path: base + name.replaceAll('/', separator),
    })),
  };
}

// Finds the editor's own address of a canonical path, and the canonical path of an address: folders may be opened through links.
import * as vscode from 'vscode';
import { namesWithin } from '../../core/permissions/lexical-path.ts';
import type { CodePlace } from '../../core/tools/editor/language-services.ts';
import { isVirtual, toPath, toUri, workingFolder } from '../locations.ts';

export interface Addresses {
  /** As an open document spells it, else as its workspace folder does. */
  uriOf(canonical: string): Promise<vscode.Uri>;
  pathOf(uri: vscode.Uri): Promise<Pick<CodePlace, 'path' | 'virtual'>>;
}

type Resolve = (path: string) => Promise<string | undefined>;

export function createAddresses(resolve: Resolve): Addresses {
  const known = new Map<string, Promise<string>>();

  function canonical(path: string): Promise<string> {
    const resolving = known.get(path) ?? resolve(path).then((resolved) => resolved ?? path);
    known.set(path, resolving);
    // Links change seldom, but they do.
    if (known.size > 2_000) known.clear();
    return resolving;
  }

  return {
    async uriOf(path) {
      for (const { uri, isClosed } of vscode.workspace.textDocuments) {
        if (!isClosed && isFile(uri) && (await canonical(toPath(uri))) === path) return uri;
      }
      for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
        const names = namesWithin(path, await canonical(toPath(uri)));
        if (names) return vscode.Uri.joinPath(uri, ...names);
      }
      return toUri(path);
    },

    async pathOf(uri) {
      return isFile(uri)
        ? { path: await canonical(toPath(uri)), virtual: false }
        : { path: uri.toString(true), virtual: true };
    },
  };
}

/** Of the file system that the agent works on. */
function isFile({ scheme }: vscode.Uri): boolean {
  const folder = workingFolder();
  return scheme === (folder && isVirtual(folder) ? folder.uri.scheme : 'file');
}

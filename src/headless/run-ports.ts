// What the command line gives the tools: Node's own files, search, pages of PDFs and the web.
import { createLazySearch } from '../adapters/lazy-search.ts';
import { NodeFileSystem } from '../adapters/node-file-system.ts';
import { createPdfPages } from '../adapters/pdf-pages.ts';
import { createWebAccess } from '../adapters/web-access.ts';
import { version } from './version.ts';

/** Starts nothing. Folders are absolute. */
export function createRunPorts({ cwd, additionalFolders }: { cwd: string; additionalFolders: readonly string[] }) {
  const workspace = [cwd, ...additionalFolders];
  return {
    cwd,
    workspace,
    files: new NodeFileSystem(),
    search: createLazySearch({ workspace }),
    pdf: createPdfPages(),
    web: createWebAccess({ version: version() }),
  };
}

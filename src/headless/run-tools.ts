// The tools of the command line, over Node's own files and processes.
import { createLazySearch } from '../adapters/lazy-search.ts';
import { NodeFileSystem } from '../adapters/node-file-system.ts';
import { ShellRunner } from '../adapters/shell-runner.ts';
import type { FileSystem, ResultStore } from '../core/ports.ts';
import { createTools } from '../core/tools/create-tools.ts';
import { createShellState, type ShellState } from '../core/tools/shell/shell-state.ts';
import type { Tool } from '../core/tools/tool.ts';

export interface RunTools {
  readonly files: FileSystem;
  /** To be disposed of. */
  readonly processes: ShellRunner;
  readonly shell: ShellState;
  /** In the order in which the model is told about them. */
  readonly tools: readonly Tool[];
}

/** Starts nothing. Folders are absolute. */
export function createRunTools(options: {
  readonly cwd: string;
  readonly additionalFolders: readonly string[];
  readonly results?: ResultStore;
}): RunTools {
  const { cwd, additionalFolders, results } = options;
  const workspace = [cwd, ...additionalFolders];
  const files = new NodeFileSystem();
  const processes = new ShellRunner();
  const shell = createShellState(cwd);
  const search = createLazySearch({ workspace });
  const tools = createTools({ files, search, processes, shell, workspace, ...(results ? { results } : {}) });
  return { files, processes, shell, tools };
}

// The tools of a session, over its ports.
import type { FileSystem, ProcessRunner, ResultStore, Search } from '../ports.ts';
import { createBashTool } from './shell/bash-tool.ts';
import { createEditTool } from './files/edit-tool.ts';
import { createFileState, type FileState } from './files/file-state.ts';
import { createGlobTool } from './search/glob-tool.ts';
import { createGrepTool } from './search/grep-tool.ts';
import { withBoundedResults } from './large-results.ts';
import { createReadTool } from './files/read-tool.ts';
import type { ShellState } from './shell/shell-state.ts';
import type { Tool } from './tool.ts';
import { createWriteTool } from './files/write-tool.ts';

export interface ToolPorts {
  readonly files: FileSystem;
  readonly search: Search;
  readonly processes: ProcessRunner;
  /** Where the session's shell stands; the caller may show it. */
  readonly shell: ShellState;
  /** The workspace's folders, absolute. */
  readonly workspace: readonly string[];
  /** What the model has seen of which file. Default: nothing yet. */
  readonly fileState?: FileState;
  /** Keeps results that are too long for a request. Default: what does not fit is left out. */
  readonly results?: ResultStore;
}

/** In the order in which the model is told about them: always the same, so that its prompt cache holds. */
export function createTools(ports: ToolPorts): readonly Tool[] {
  const { files, search, fileState = createFileState() } = ports;
  const tools = [
    createReadTool({ files, fileState }),
    createEditTool({ files, fileState }),
    createWriteTool({ files, fileState }),
    createGlobTool({ files, search }),
    createGrepTool({ files, search }),
    createBashTool(ports),
  ];
  return tools.map((tool) => withBoundedResults(tool, ports.results));
}

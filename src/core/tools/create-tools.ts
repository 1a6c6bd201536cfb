// The tools of a session, over its ports.
import type { FileSystem, ProcessRunner, Search } from '../ports.ts';
import { createBashTool } from './bash-tool.ts';
import { createEditTool } from './edit-tool.ts';
import { createFileState, type FileState } from './file-state.ts';
import { createGlobTool } from './glob-tool.ts';
import { createGrepTool } from './grep-tool.ts';
import { createReadTool } from './read-tool.ts';
import type { ShellState } from './shell-state.ts';
import type { Tool } from './tool.ts';
import { createWriteTool } from './write-tool.ts';

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
}

/** In the order in which the model is told about them: always the same, so that its prompt cache holds. */
export function createTools(ports: ToolPorts): readonly Tool[] {
  const { files, search, fileState = createFileState() } = ports;
  return [
    createReadTool({ files, fileState }),
    createEditTool({ files, fileState }),
    createWriteTool({ files, fileState }),
    createGlobTool({ files, search }),
    createGrepTool({ files, search }),
    createBashTool(ports),
  ];
}

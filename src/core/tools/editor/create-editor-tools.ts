// The tools that the editor gives the model, over its ports.
import type { FileSystem } from '../../ports.ts';
import type { EditJournal } from '../../review/edit-journal.ts';
import type { Tool } from '../tool.ts';
import { createCodeActionsTool } from './code-actions-tool.ts';
import { createDiagnosticsTool } from './diagnostics-tool.ts';
import type { EditorTasks } from './editor-tasks.ts';
import type { LanguageServices } from './language-services.ts';
import { createNavigationTools } from './navigation-tools.ts';
import { createRenameTool } from './rename-tool.ts';
import { createRunTaskTool } from './run-task-tool.ts';
import { createRunTestsTool } from './run-tests-tool.ts';
import { createSymbolsTool } from './symbols-tool.ts';

export interface EditorToolPorts {
  readonly files: FileSystem;
  /** The workspace's folders, absolute. */
  readonly workspace: readonly string[];
  readonly language: LanguageServices;
  readonly tasks: EditorTasks;
  /** Is told of changes that land without a review. Default: nobody is. */
  readonly edits?: EditJournal;
}

/** Always the same, in the same order. Tools of other extensions are made by `createExtensionTools`. */
export function createEditorTools(ports: EditorToolPorts): readonly Tool[] {
  return [
    createDiagnosticsTool(ports),
    createSymbolsTool(ports),
    ...createNavigationTools(ports),
    createRenameTool(ports),
    createCodeActionsTool(ports),
    createRunTaskTool(ports),
    createRunTestsTool(ports),
  ];
}

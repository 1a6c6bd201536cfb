// The tools of a session or of one of its agents, over the ports of its front.
import type { ModeState } from '../permissions/mode.ts';
import type { SandboxPolicy } from '../permissions/sandbox-policy.ts';
import type { FileSystem, ProcessRunner, ResultStore, Search } from '../ports.ts';
import type { EditJournal } from '../review/edit-journal.ts';
import type { SideModel } from '../engine/side-model.ts';
import type { BackgroundTasks } from './background-tasks.ts';
import { createCallTool } from './discovery/call-tool.ts';
import { createToolSearchTool } from './discovery/tool-search-tool.ts';
import { createEditorTools, type EditorToolPorts } from './editor/create-editor-tools.ts';
import { createExtensionTools, type ExtensionToolHost } from './editor/extension-tools.ts';
import { createEditTool } from './files/edit-tool.ts';
import { createFileState, type FileState } from './files/file-state.ts';
import { createMultiEditTool } from './files/multi-edit-tool.ts';
import { createNotebookEditTool, type OpenNotebooks } from './files/notebook-edit-tool.ts';
import type { PdfPages } from './files/read-pdf.ts';
import { createReadTool } from './files/read-tool.ts';
import { createWriteTool } from './files/write-tool.ts';
import { withBoundedResults } from './large-results.ts';
import { createAskUserQuestionTool } from './planning/ask-user-question-tool.ts';
import { createEnterPlanModeTool } from './planning/enter-plan-mode-tool.ts';
import { createExitPlanModeTool } from './planning/exit-plan-mode-tool.ts';
import type { PlanReviewer, Questioner } from './planning/person-ports.ts';
import { createTaskTools } from './planning/task-tools.ts';
import type { TodoList } from './planning/todo-list.ts';
import { createTodoWriteTool } from './planning/todo-write-tool.ts';
import { createGlobTool } from './search/glob-tool.ts';
import { createGrepTool } from './search/grep-tool.ts';
import { createBashTool } from './shell/bash-tool.ts';
import type { CommandMirror } from './shell/command-mirror.ts';
import { createPowershellTool } from './shell/powershell-tool.ts';
import type { ShellState } from './shell/shell-state.ts';
import { createTaskOutputTool } from './shell/task-output-tool.ts';
import { createTaskStopTool } from './shell/task-stop-tool.ts';
import type { Tool } from './tool.ts';
import type { WebAccess } from './web/web-access.ts';
import { createWebFetchTool } from './web/web-fetch-tool.ts';
import { createWebSearchTool } from './web/web-search-tool.ts';

/** What is left out here is not offered to the model. */
export interface ToolPorts {
  readonly files: FileSystem;
  /** The workspace's folders, absolute. */
  readonly workspace: readonly string[];
  /** What the model has seen of which file. Default: nothing yet. */
  readonly fileState?: FileState;
  /** Is told of edits that land without a review. Default: nobody is. */
  readonly edits?: EditJournal;
  /** Keeps results that are too long for a request. Default: what does not fit is left out. */
  readonly results?: ResultStore;
  readonly pdf?: PdfPages;
  /** The notebook editors of the front. */
  readonly notebooks?: OpenNotebooks;
  readonly search?: Search;
  readonly commands?: {
    readonly processes: ProcessRunner;
    /** Where the shell stands; the caller may show it. */
    readonly shell: ShellState;
    readonly language: 'bash' | 'powershell';
    readonly tasks?: BackgroundTasks;
    readonly mirror?: CommandMirror;
    /** Commands run in a sandbox, unless the model asks for more and the person agrees. Default: there is none. */
    readonly sandbox?: Pick<SandboxPolicy, 'mode' | 'hosts'>;
  };
  readonly web?: { readonly access: WebAccess; readonly side: SideModel };
  readonly planning?: {
    readonly todos: TodoList;
    readonly mode: ModeState;
    readonly questioner: Questioner;
    readonly planReviewer: PlanReviewer;
  };
  readonly editor?: Pick<EditorToolPorts, 'language' | 'tasks'> & { readonly extensions: ExtensionToolHost };
}

/**
 * In the order in which the model is told about them: always the same, so that its prompt cache holds. `others` come before those that
 * search among all of them.
 */
export function createTools(ports: ToolPorts, others: readonly Tool[] = []): readonly Tool[] {
  const tools = [
    ...[...fileTools(ports), ...commandTools(ports)].map((tool) => ({ ...tool, isLocal: true })),
    ...webTools(ports),
    ...planningTools(ports),
    ...(ports.editor ? createEditorTools({ ...ports, ...ports.editor }) : []),
    ...others,
  ];
  const extensions = ports.editor?.extensions;
  if (extensions) tools.push(...createExtensionTools(extensions, new Set(tools.map(({ name }) => name))));
  const all = (): readonly Tool[] => tools;
  const found = [...tools, createToolSearchTool({ tools: all }), createCallTool({ tools: all })];
  return found.map((tool) => withBoundedResults(tool, ports.results));
}

function fileTools(ports: ToolPorts): readonly Tool[] {
  const { files, search, notebooks, edits, fileState = createFileState() } = ports;
  const writing = { files, fileState, ...(edits ? { edits } : {}) };
  return [
    createReadTool({ ...ports, fileState }),
    createEditTool(writing),
    createMultiEditTool(writing),
    createWriteTool(writing),
    createNotebookEditTool({ ...writing, ...(notebooks ? { notebooks } : {}) }),
    ...(search ? [createGlobTool({ files, search }), createGrepTool({ files, search })] : []),
  ];
}

function commandTools({ commands, files, workspace, results }: ToolPorts): readonly Tool[] {
  if (!commands) return [];
  const { language, tasks } = commands;
  const options = { ...commands, files, workspace, ...(results ? { results } : {}) };
  return [
    language === 'powershell' ? createPowershellTool(options) : createBashTool(options),
    ...(tasks ? [createTaskOutputTool({ tasks }), createTaskStopTool({ tasks })] : []),
  ];
}

function webTools({ web }: ToolPorts): readonly Tool[] {
  if (!web) return [];
  const { access, side } = web;
  return [createWebFetchTool({ web: access, side }), createWebSearchTool({ side })];
}

function planningTools({ planning }: ToolPorts): readonly Tool[] {
  if (!planning) return [];
  const { todos: list, mode, questioner, planReviewer: reviewer } = planning;
  return [
    createTodoWriteTool({ list }),
    createAskUserQuestionTool({ questioner }),
    createEnterPlanModeTool({ mode }),
    createExitPlanModeTool({ mode, reviewer }),
    ...createTaskTools({ list }),
  ];
}

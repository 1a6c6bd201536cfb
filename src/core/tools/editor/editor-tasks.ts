// The contract of the editor's tasks: what a workspace offers to run, and a run of one of them.

export interface EditorTask {
  /** Tells it from the others; the same as long as the workspace's files are. */
  readonly id: string;
  readonly name: string;
  /** Who offers it: "Workspace", "npm". */
  readonly source: string;
  readonly group: 'build' | 'test' | 'other';
  /** The default of its group. */
  readonly isDefault: boolean;
  /** All of what is run; undefined when that is known to an extension alone, or it is made of other tasks. */
  readonly command: string | undefined;
}

export interface TaskRun {
  readonly ended: 'exit' | 'timeout' | 'abort';
  /** Undefined when the task does not tell. */
  readonly exitCode: number | undefined;
  /** Of its terminal, control sequences included, head and tail where it is long; undefined where it cannot be read. */
  readonly output: string | undefined;
}

/** The tasks of the workspace. Calls may overlap. */
export interface EditorTasks {
  /** Why none can be run here, as a sentence: Restricted Mode. */
  restriction(): string | undefined;
  /** In the editor's order. Rejects with `ServiceError`. */
  list(signal: AbortSignal): Promise<readonly EditorTask[]>;
  /**
   * Runs it in a terminal of the editor and waits for the end of its process. At the time-out and on abort it is ended. Rejects with
   * `ServiceError`: `stale` when the task is not the one that was listed any more.
   */
  run(
    task: EditorTask,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal; readonly onOutput: (text: string) => void },
  ): Promise<TaskRun>;
}

// The contract of work that goes on after its call was answered: commands and agents in the background.

export interface BackgroundWork {
  /** Ended by `stop` and by `dispose`. */
  readonly signal: AbortSignal;
  /** Adds to the task's output. A promise is to be waited for before more is added. */
  write(text: string): Promise<void> | undefined;
}

export interface BackgroundTaskView {
  readonly id: string;
  readonly kind: 'command' | 'agent';
  /** The command, or what the agent was asked for in a few words. */
  readonly title: string;
  readonly state: 'running' | 'done' | 'failed' | 'stopped';
  /** How it ended, in one sentence: "Exit code 0". Empty while it runs. */
  readonly ending: string;
}

/** The work that one session has in the background. Owned by the session; `dispose` ends all of it. */
export interface BackgroundTasks {
  /**
   * Starts work and returns its id at once. Throws `ToolError` when too many run already. `run` resolves to how it ended; what it throws
   * counts as failed.
   */
  start(task: {
    readonly kind: BackgroundTaskView['kind'];
    readonly title: string;
    run(work: BackgroundWork): Promise<{ readonly ok: boolean; readonly ending: string }>;
  }): string;
  /** Undefined: there is no such task. */
  find(id: string): BackgroundTaskView | undefined;
  list(): readonly BackgroundTaskView[];
  /** What came since the last reading, bounded, with a line in place of what was left out. The end of a task that is read is no news. */
  read(id: string): Promise<string>;
  /** Resolves when the task has ended, after `ms`, or when the signal aborts. */
  wait(id: string, ms: number, signal: AbortSignal): Promise<void>;
  /** Ends it and all that it started; resolves when it has ended. False: it had ended before. */
  stop(id: string): Promise<boolean>;
  /** What the model has not been told yet: tasks that ended since the last call, a sentence each. */
  takeNews(): readonly string[];
  dispose(): void;
}

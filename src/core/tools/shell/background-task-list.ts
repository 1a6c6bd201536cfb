// The work that one session has in the background: its number, its output, its end.
import type { Clock, ResultStore } from '../../ports.ts';
import type { BackgroundTasks, BackgroundTaskView } from '../background-tasks.ts';
import { KeptOutput } from '../kept-output.ts';
import { ToolError } from '../tool.ts';
import { CappedText } from './capped-text.ts';
import { MAX_OUTPUT_CHARS, shownOutput } from './shown-output.ts';

const DEFAULT_MAX_RUNNING = 8;
/** Ended tasks that can still be asked about. */
const MAX_ENDED = 32;
/** Kept of what was not read yet: control sequences take room that the model does not see. */
const MAX_UNREAD_CHARS = 64 * 1024;
const MAX_TITLE_CHARS = 80;

export interface BackgroundTaskListOptions {
  readonly clock: Pick<Clock, 'sleep'>;
  /** Ids that no earlier run of the session has given. */
  readonly newId: () => string;
  /** Keeps output that is too long to be read at once. Default: its middle is left out. */
  readonly results?: ResultStore;
  /** Default 8. */
  readonly maxRunning?: number;
}

/** To be disposed of before the runner of the commands. */
export function createBackgroundTasks(options: BackgroundTaskListOptions): BackgroundTasks {
  const { clock, maxRunning = DEFAULT_MAX_RUNNING } = options;
  const tasks = new Map<string, Task>();
  let disposed = false;

  function freshId(): string {
    for (;;) {
      const id = options.newId().slice(0, 8);
      if (!tasks.has(id)) return id;
    }
  }

  function dropOldest(): void {
    const ended = [...tasks.values()].filter(({ view }) => view.state !== 'running');
    for (const task of ended.slice(0, Math.max(0, ended.length - MAX_ENDED))) {
      tasks.delete(task.view.id);
      task.discard();
    }
  }

  return {
    start(given) {
      if (disposed) throw new ToolError('The session is being closed: nothing more is started in it.');
      const running = [...tasks.values()].filter(({ view }) => view.state === 'running');
      if (running.length >= maxRunning) {
        const ids = running.map(({ view }) => view.id).join(', ');
        throw new ToolError(
          `${maxRunning} tasks run in the background already, the most at once (${ids}). End one with TaskStop, or wait for one with TaskOutput; then start this one again.`,
        );
      }
      const task = new Task(freshId(), given, options.results);
      tasks.set(task.view.id, task);
      void task.ended.then(dropOldest);
      return task.view.id;
    },
    find: (id) => tasks.get(id)?.view,
    list: () => [...tasks.values()].map(({ view }) => view),
    read: async (id) => (await tasks.get(id)?.read()) ?? '',
    async wait(id, ms, signal) {
      const task = tasks.get(id);
      if (!task) return;
      const over = new AbortController();
      await Promise.race([task.ended, clock.sleep(ms, AbortSignal.any([signal, over.signal]))]);
      over.abort();
    },
    async stop(id) {
      const task = tasks.get(id);
      if (task?.view.state !== 'running') return false;
      await task.stop();
      return true;
    },
    takeNews: () => [...tasks.values()].filter((task) => task.isNews()).map((task) => task.tell()),
    dispose() {
      disposed = true;
      for (const task of tasks.values()) {
        void task.stop();
        task.discard();
      }
    },
  };
}

class Task {
  view: BackgroundTaskView;
  readonly ended: Promise<void>;
  private readonly controller = new AbortController();
  private unread = new CappedText(MAX_UNREAD_CHARS);
  private kept: KeptOutput;
  private told = false;
  private discarded = false;
  private readonly results: ResultStore | undefined;

  constructor(id: string, given: Parameters<BackgroundTasks['start']>[0], results: ResultStore | undefined) {
    const { kind, title } = given;
    this.view = { id, kind, title, state: 'running', ending: '' };
    this.results = results;
    this.kept = new KeptOutput(results, MAX_OUTPUT_CHARS);
    const write = (text: string): Promise<void> | undefined => {
      if (this.discarded) return undefined;
      this.unread.add(text);
      return this.kept.add(text);
    };
    this.ended = this.follow(async () => given.run({ signal: this.controller.signal, write }));
  }

  private async follow(run: () => Promise<{ readonly ok: boolean; readonly ending: string }>): Promise<void> {
    const { ok, ending } = await run().catch((error: unknown) => ({
      ok: false,
      ending: error instanceof Error ? error.message : String(error),
    }));
    const state = this.controller.signal.aborted ? 'stopped' : ok ? 'done' : 'failed';
    this.view = { ...this.view, state, ending };
  }

  /** What came since the last reading. It is kept as a file of its own where it is long, so that the model can look at all of it. */
  async read(): Promise<string> {
    const { unread, kept } = this;
    this.unread = new CappedText(MAX_UNREAD_CHARS);
    this.kept = new KeptOutput(this.results, MAX_OUTPUT_CHARS);
    if (this.view.state !== 'running') this.told = true;
    return shownOutput(unread.text(), unread.isCut, kept);
  }

  async stop(): Promise<void> {
    this.controller.abort();
    await this.ended;
  }

  /** It has ended, and the model does not know. */
  isNews(): boolean {
    return !this.told && this.view.state !== 'running';
  }

  /** Only once. */
  tell(): string {
    this.told = true;
    const { id, kind, state, ending } = this.view;
    const oneLine = this.view.title.replace(/\s+/g, ' ').trim();
    const title = oneLine.length > MAX_TITLE_CHARS ? `${oneLine.slice(0, MAX_TITLE_CHARS)}…` : oneLine;
    const words = state === 'stopped' ? 'was stopped' : `has ended: ${ending.replace(/\.$/, '')}`;
    return `Task ${id} in the background (the ${kind} “${title}”) ${words}. TaskOutput reads what it printed.`;
  }

  /** What nobody has read will not be read any more. */
  discard(): void {
    this.discarded = true;
    void this.kept.discard();
  }
}

// The shapes that the parts of the benchmark share: agents, scenarios, and what one run gave.

/** What an agent is started with. */
export interface RunContext {
  /** The scripted server, for `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** A home folder of the agent's own, kept between its runs as a person's would be. */
  readonly home: string;
  /** The workspace: a git repository of the agent's own. */
  readonly ws: string;
  /** The Node program that runs the benchmark. */
  readonly node: string;
  readonly prompt: string;
}

/** An agent that can be measured; files given to `--add` export `{ name: agent }` by default. */
export interface Agent {
  /** Only the Messages API is served. */
  readonly api: 'anthropic';
  /** Called once, before the first run: writes configuration below `home`. */
  prep?(context: RunContext): void | Promise<void>;
  start(context: RunContext): { cmd: string; args: readonly string[]; env: Readonly<Record<string, string>> };
  /** Prints, as JSON `{"ms": n}`, how long opening the session log at `file` takes. Undefined: is not measured. */
  openLog?(context: { node: string; file: string }): { cmd: string; args: readonly string[] };
}

export type ToolName = 'Read' | 'Grep' | 'Bash' | 'Write';

export type AnswerBlock =
  | {
      readonly text: string;
      /** Milliseconds of silence after it. Default none. */
      readonly pauseAfterMs?: number;
    }
  | {
      readonly tool: ToolName;
      readonly args: Readonly<Record<string, string>>;
      /** Characters of its input in one delta. Default 32. */
      readonly deltaChars?: number;
      /** Milliseconds of silence before the last piece of its input. Default none. */
      readonly pauseInInputMs?: number;
      /** Milliseconds of silence behind the block. */
      readonly pauseAfterMs?: number;
    };

export interface Turn {
  readonly blocks: readonly AnswerBlock[];
}

/** What the server plays: the n-th request of the conversation gets the n-th turn. */
export interface Play {
  /** Stands in the prompt; requests without it get a word and are not counted. */
  readonly marker: string;
  readonly turns: readonly Turn[];
  /** Folder whose new files the server notes the time of. */
  readonly marks?: string;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly prompt: string;
  /** Poll the memory of all processes of the run. */
  readonly memory?: boolean;
  /** `ws`: the workspace; `file(n)`: the n-th small file in it. */
  turns(ws: string, file: (n: number) => string): readonly Turn[];
  /** Before each run: removes what the last one left. Returns the folder for marks, if any. */
  prepare?(ws: string, file: (n: number) => string): Promise<string | undefined>;
  figures(run: RunResult): Figures | Promise<Figures>;
}

/** Times in milliseconds on the machine's monotonic clock. */
export interface ServedRequest {
  readonly arrivedAt: number;
  /** The last byte of the answer was handed to the socket. */
  readonly endedAt: number;
  /** The end of each tool call's block was handed to the socket. */
  readonly callsSentAt: readonly number[];
  readonly body: string;
  /** Processor time of the agent's process from the start of this answer to the arrival of the next request. */
  readonly cpuMs?: number | undefined;
}

export interface ServerLog {
  readonly requests: readonly ServedRequest[];
  /** Requests outside of the conversation. */
  readonly side: number;
  /** When each mark was made, by its name. */
  readonly marks: Readonly<Record<string, number>>;
}

export interface RunResult extends ServerLog {
  readonly startedAt: number;
  readonly exitedAt: number;
  readonly exitCode: number;
  /** Of all processes together; undefined where it was not polled. */
  readonly peakMb: number | undefined;
  readonly file: (n: number) => string;
}

/** By name; `undefined` where the agent or the system does not give it. */
export type Figures = Readonly<Record<string, number | undefined>>;

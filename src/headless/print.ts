// One `capstan -p` run: reads what is asked, runs it, prints what was asked for, says how it ended.
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { SessionLockedError } from '../core/sessions/session-log.ts';
import type { UserInput } from '../core/events.ts';
import type { Git } from '../core/ports.ts';
import { createAgent, type Agent, type AgentOptions } from './agent.ts';
import { ArgumentsError } from './arguments-error.ts';
import { NO_KEY, readConnection } from './connection.ts';
import type { GivenSettings } from './given-settings.ts';
import { homeFolder, isTrustedFolder } from './home-folder.ts';
import { watchInterrupts } from './interrupts.ts';
import { createOutput, type TurnEnd } from './output.ts';
import type { PrintArguments } from './print-arguments.ts';
import { createProgressLine } from './progress-line.ts';
import { exitStatus, resultLine, type ResultReason } from './result-line.ts';
import { TurnTotals } from './run-totals.ts';
import { denialWords, eventWords, failureWords } from './run-words.ts';
import { settleHeap } from './settle-heap.ts';
import { Spending } from './spending.ts';
import { createStreams, readAll, type Streams } from './standard-streams.ts';

/** `git`: at work already. Returns the exit status when everything is written. Throws `ArgumentsError`. */
export async function print(args: PrintArguments, git: Git | undefined): Promise<number> {
  settleHeap();
  const { env, stdin, stdout, stderr } = process;
  const streams = createStreams(stdout, stderr);
  const warn = (message: string): void => streams.err(`capstan: ${message}\n`);
  const connection = readConnection(env);
  if (!connection) return refuse(args, streams, 'authentication', NO_KEY);
  await checkFolders(args);
  const text = args.inputFormat === 'text' ? (args.prompt ?? (await readPrompt())) : undefined;
  let agent: Agent;
  try {
    agent = await openAgent(args, git, warn);
  } catch (error) {
    if (error instanceof SessionLockedError) return refuse(args, streams, 'unknown', error.message);
    throw error;
  }
  const messages =
    text === undefined
      ? (await import('./input-messages.ts')).readMessages(stdin, warn)
      : [{ id: randomUUID(), text, attachments: [] } satisfies UserInput];
  const run = new PrintRun(args, agent, streams, warn);
  return run.through(messages);

  async function readPrompt(): Promise<string> {
    if (stdin.isTTY) throw new ArgumentsError('There is no prompt. Give one with -p "prompt", or on standard input.');
    const piped = await readAll(stdin);
    if (piped.trim() === '')
      throw new ArgumentsError('Standard input holds no prompt. Give one there, or with -p "prompt".');
    return piped;
  }
}

async function checkFolders({ cwd, additionalFolders }: PrintArguments): Promise<void> {
  for (const folder of [cwd, ...additionalFolders]) {
    const found = await stat(folder).catch(() => undefined);
    if (!found?.isDirectory()) throw new ArgumentsError(`${folder} is not a folder. Name one that exists.`);
  }
}

async function openAgent(args: PrintArguments, git: Git | undefined, warn: (message: string) => void): Promise<Agent> {
  const home = homeFolder(process.env);
  const given = await givenSettings(args, warn);
  const { allow = [], ask = [], deny = [], additionalDirectories = [] } = given.permissions ?? {};
  const options: AgentOptions = {
    ...args,
    model: args.model ?? given.model,
    additionalFolders: [...args.additionalFolders, ...additionalDirectories],
    permissions: {
      mode: modeOf(args, given),
      ...(args.approve ? { approve: args.approve } : {}),
      allow: [...args.allowedTools, ...allow],
      ask,
      deny: [...args.disallowedTools, ...deny],
    },
    trusted: args.trust || (await isTrustedFolder(home, args.cwd)),
    home,
    onWarning: warn,
  };
  return createAgent(options, git);
}

function modeOf(args: PrintArguments, given: GivenSettings) {
  return args.permissionMode ?? given.permissions?.defaultMode;
}

async function givenSettings(
  { settings, cwd }: PrintArguments,
  warn: (message: string) => void,
): Promise<GivenSettings> {
  if (settings === undefined) return {};
  const { readGivenSettings } = await import('./given-settings.ts');
  return readGivenSettings(settings, cwd, warn);
}

/** Ends a run before it began: one sentence, and the result line where one is expected. */
async function refuse(
  { outputFormat, sessionId }: PrintArguments,
  streams: Streams,
  reason: ResultReason,
  message: string,
): Promise<number> {
  streams.err(`capstan: ${message}\n`);
  const facts = {
    sessionId: sessionId ?? randomUUID(),
    totals: new TurnTotals(),
    spending: new Spending(''),
    apiDurationMs: 0,
  };
  const error = { reason, message, retryable: false };
  const line = { ...resultLine(facts), error, uuid: randomUUID() };
  if (outputFormat !== 'text') streams.out(`${JSON.stringify(line)}\n`);
  await streams.drained();
  return exitStatus(error);
}

class PrintRun {
  private readonly output;
  private readonly progress;
  /** Aborted when no further message is to be begun. */
  private readonly ended = new AbortController();
  private status = 0;
  /** Resolves when no turn runs. */
  private idle: Promise<void> = Promise.resolve();

  private readonly agent: Agent;
  private readonly streams: Streams;
  private readonly warn: (message: string) => void;

  constructor(args: PrintArguments, agent: Agent, streams: Streams, warn: (message: string) => void) {
    this.agent = agent;
    this.streams = streams;
    const terminal = process.stderr.isTTY && args.outputFormat !== 'stream-json';
    this.progress = terminal ? createProgressLine(streams.err, () => process.stderr.columns || 80) : undefined;
    this.warn = (message) => {
      this.progress?.clear();
      warn(message);
    };
    this.output = createOutput({
      format: args.outputFormat,
      partialMessages: args.partialMessages,
      sessionId: agent.sessionId,
      cwd: args.cwd,
      model: agent.model,
      tools: agent.tools,
      permissionMode: agent.permissionMode,
      apiKeySource: readConnection(process.env)?.keySource ?? 'none',
      spending: agent.spending,
      write: streams.out,
    });
  }

  async through(messages: Iterable<UserInput> | AsyncIterable<UserInput>): Promise<number> {
    const { agent, streams, ended } = this;
    const end = (): void => {
      ended.abort();
      agent.stop();
    };
    // Whatever way the process ends, nothing that it started outlives it.
    process.once('exit', () => agent.endProcesses());
    const interrupts = watchInterrupts(end);
    streams.onClosed(end);
    this.output.start();
    await Promise.race([this.runAll(messages), aborted(ended.signal).then(() => this.idle)]);
    if (interrupts.status !== undefined) this.status = interrupts.status;
    await Promise.all([agent.dispose(), streams.drained()]);
    return this.status;
  }

  private async runAll(messages: Iterable<UserInput> | AsyncIterable<UserInput>): Promise<void> {
    for await (const message of messages) {
      if (this.ended.signal.aborted) return;
      this.idle = this.runOne(message);
      await this.idle;
    }
  }

  private async runOne(message: UserInput): Promise<void> {
    const { agent, output, progress } = this;
    const waitedBefore = agent.apiDurationMs;
    let taken = false;
    for await (const event of agent.run(message)) {
      taken = true;
      output.take(event);
      progress?.take(event);
      const words = progress && event.type !== 'notice' ? undefined : eventWords(event);
      if (words !== undefined) this.warn(words);
    }
    if (!taken) return this.warn(`The message ${message.id} was taken before and is not run again.`);
    progress?.clear();
    this.tell(output.endTurn(agent.apiDurationMs - waitedBefore));
    return undefined;
  }

  private tell({ status, error, totals }: TurnEnd): void {
    this.status = status;
    // A signal needs no words, and a closed pipe ends the run quietly.
    const quiet = this.ended.signal.aborted && error?.reason === 'interrupted';
    for (const words of denialWords(totals)) this.warn(words);
    if (error && !quiet) this.warn(failureWords(error));
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

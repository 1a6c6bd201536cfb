// The options of `capstan -p`, read and checked against one another.
import path from 'node:path';
import { ArgumentsError } from './arguments-error.ts';
import type { ApprovalStrategy } from '../core/permissions/approval-strategy.ts';
import { sandboxModes, type SandboxMode } from '../core/permissions/sandbox-policy.ts';
import { readApproval } from './read-approval.ts';
import { efforts, thinkingModes, type Effort, type ThinkingMode } from '../core/ports.ts';
import { permissionModes, type PermissionMode } from '../core/permissions/mode.ts';
import { splitRules } from './split-rules.ts';

export const inputFormats = ['text', 'stream-json'] as const;
export type InputFormat = (typeof inputFormats)[number];

export const outputFormats = ['text', 'json', 'stream-json'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** Where the conversation comes from. `continue`: the newest of the folder. */
export type SessionOrigin =
  | { readonly kind: 'new' }
  | { readonly kind: 'continue' }
  /** The start of an id is enough. */
  | { readonly kind: 'resume'; readonly id: string };

/** One `capstan -p` run. Paths are absolute. */
export interface PrintArguments {
  readonly command: 'print';
  /** Undefined: it comes on standard input. */
  readonly prompt: string | undefined;
  readonly inputFormat: InputFormat;
  readonly outputFormat: OutputFormat;
  readonly partialMessages: boolean;
  readonly model: string | undefined;
  /** Stands in when the model stays overloaded or failing. */
  readonly fallbackModel: string | undefined;
  readonly effort: Effort | undefined;
  readonly thinking: ThinkingMode | undefined;
  readonly permissionMode: PermissionMode | undefined;
  readonly sandbox: SandboxMode | undefined;
  readonly sandboxHosts: readonly string[];
  /** Decides what no rule speaks about. */
  readonly approve: ApprovalStrategy | undefined;
  /** A file's path, or the settings themselves as JSON. */
  readonly settings: string | undefined;
  readonly cwd: string;
  readonly additionalFolders: readonly string[];
  readonly allowedTools: readonly string[];
  readonly disallowedTools: readonly string[];
  readonly maxTurns: number | undefined;
  readonly maxRetries: number | undefined;
  readonly maxBudgetUsd: number | undefined;
  readonly appendSystemPrompt: string | undefined;
  readonly trust: boolean;
  readonly origin: SessionOrigin;
  /** Goes on in a copy. */
  readonly fork: boolean;
  /** The id of a new session or of the copy. */
  readonly sessionId: string | undefined;
  /** Keep nothing on disk. */
  readonly ephemeral: boolean;
}

export const printOptions = {
  print: { type: 'boolean', short: 'p' },
  'input-format': { type: 'string' },
  'output-format': { type: 'string' },
  'include-partial-messages': { type: 'boolean' },
  model: { type: 'string' },
  'fallback-model': { type: 'string' },
  effort: { type: 'string' },
  thinking: { type: 'string' },
  'permission-mode': { type: 'string' },
  approve: { type: 'string' },
  sandbox: { type: 'string' },
  'sandbox-allow-host': { type: 'string', multiple: true },
  settings: { type: 'string' },
  cwd: { type: 'string' },
  'add-dir': { type: 'string', multiple: true },
  'allowed-tools': { type: 'string', multiple: true },
  'disallowed-tools': { type: 'string', multiple: true },
  'max-turns': { type: 'string' },
  'max-retries': { type: 'string' },
  'max-budget-usd': { type: 'string' },
  'append-system-prompt': { type: 'string' },
  trust: { type: 'boolean' },
  continue: { type: 'boolean', short: 'c' },
  resume: { type: 'string', short: 'r' },
  'fork-session': { type: 'boolean' },
  'session-id': { type: 'string' },
  'no-session': { type: 'boolean' },
} as const;

type Option = keyof typeof printOptions;
type Values = {
  readonly [Name in Option]?:
    | ((typeof printOptions)[Name] extends { multiple: true }
        ? readonly string[]
        : (typeof printOptions)[Name] extends { type: 'boolean' }
          ? boolean
          : string)
    | undefined;
};

/** Throws `ArgumentsError`. */
export function readPrintArguments(values: Values, positionals: readonly string[], here: string): PrintArguments {
  const cwd = path.resolve(here, values.cwd ?? '');
  const formats = readFormats(values);
  return {
    command: 'print',
    prompt: readPrompt(positionals, formats.inputFormat),
    ...formats,
    model: notEmpty('--model', values.model),
    fallbackModel: notEmpty('--fallback-model', values['fallback-model']),
    effort: oneOf('--effort', values.effort, efforts),
    thinking: oneOf('--thinking', values.thinking, thinkingModes),
    sandbox: oneOf('--sandbox', values.sandbox, sandboxModes),
    sandboxHosts: values['sandbox-allow-host'] ?? [],
    approve: values.approve === undefined ? undefined : readApproval(values.approve),
    permissionMode: oneOf('--permission-mode', values['permission-mode'], permissionModes),
    settings: notEmpty('--settings', values.settings),
    cwd,
    additionalFolders: (values['add-dir'] ?? []).map((folder) => path.resolve(here, folder)),
    allowedTools: (values['allowed-tools'] ?? []).flatMap(splitRules),
    disallowedTools: (values['disallowed-tools'] ?? []).flatMap(splitRules),
    maxTurns: count('--max-turns', values['max-turns'], 1),
    maxRetries: count('--max-retries', values['max-retries'], 0),
    maxBudgetUsd: dollars('--max-budget-usd', values['max-budget-usd']),
    appendSystemPrompt: values['append-system-prompt'],
    trust: values.trust ?? false,
    ...readSession(values),
  };
}

function readFormats(values: Values): Pick<PrintArguments, 'inputFormat' | 'outputFormat' | 'partialMessages'> {
  const inputFormat = oneOf('--input-format', values['input-format'], inputFormats) ?? 'text';
  const outputFormat = oneOf('--output-format', values['output-format'], outputFormats) ?? 'text';
  const partialMessages = values['include-partial-messages'] ?? false;
  if (inputFormat === 'stream-json' && outputFormat !== 'stream-json') {
    throw new ArgumentsError(
      '--input-format stream-json needs --output-format stream-json: each message gets its lines.',
    );
  }
  if (partialMessages && outputFormat !== 'stream-json') {
    throw new ArgumentsError('--include-partial-messages needs --output-format stream-json.');
  }
  return { inputFormat, outputFormat, partialMessages };
}

function readPrompt(positionals: readonly string[], inputFormat: InputFormat): string | undefined {
  const [prompt, ...rest] = positionals;
  if (rest.length > 0) throw new ArgumentsError(`Put the prompt in quotes: -p "${positionals.join(' ')}".`);
  if (prompt === undefined) return undefined;
  if (inputFormat === 'stream-json') {
    throw new ArgumentsError(
      'With --input-format stream-json the messages come on standard input: leave the prompt out.',
    );
  }
  if (prompt.trim() === '') throw new ArgumentsError('The prompt is empty. Say what to do: -p "prompt".');
  return prompt;
}

const SESSION_ID = /^[A-Za-z0-9_-]{1,100}$/;

function readSession(values: Values): Pick<PrintArguments, 'origin' | 'fork' | 'sessionId' | 'ephemeral'> {
  const resume = notEmpty('--resume', values.resume);
  const sessionId = values['session-id'];
  const fork = values['fork-session'] ?? false;
  if (resume !== undefined && values.continue) throw new ArgumentsError('Use --continue or --resume, not both.');
  const origin: SessionOrigin =
    resume !== undefined ? { kind: 'resume', id: resume } : { kind: values.continue ? 'continue' : 'new' };
  if (fork && origin.kind === 'new') throw new ArgumentsError('--fork-session needs --continue or --resume ID.');
  if (sessionId !== undefined && origin.kind !== 'new' && !fork) {
    throw new ArgumentsError('--session-id names a new session: leave it out, or add --fork-session.');
  }
  for (const id of [resume, sessionId]) {
    if (id !== undefined && !SESSION_ID.test(id)) {
      throw new ArgumentsError(`"${id}" is not a session id: at most 100 letters, digits, - and _.`);
    }
  }
  return { origin, fork, sessionId, ephemeral: values['no-session'] ?? false };
}

function count(name: string, value: string | undefined, least: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value) && Number(value) >= least) return Number(value);
  throw new ArgumentsError(`${name} takes a whole number from ${least} on, not "${value}".`);
}

function dollars(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d*\.?\d+$/.test(value) && Number(value) > 0) return Number(value);
  throw new ArgumentsError(`${name} takes an amount of US dollars above 0, for instance 0.50, not "${value}".`);
}

function notEmpty(name: string, value: string | undefined): string | undefined {
  if (value?.trim() === '') throw new ArgumentsError(`${name} needs a value.`);
  return value;
}

function oneOf<T extends string>(name: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  const found = allowed.find((other) => other === value);
  if (value === undefined || found !== undefined) return found;
  throw new ArgumentsError(`${name} knows ${allowed.join(', ')}, not "${value}".`);
}

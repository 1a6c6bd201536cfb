// The command line: what was asked for, or why it cannot be read. Loads nothing beyond Node's own parser.
import path from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { permissionModes, type PermissionMode } from '../core/permissions/mode.ts';
import { ArgumentsError } from './arguments-error.ts';
import { readPrintArguments, printOptions, type PrintArguments } from './print-arguments.ts';

export const helpTopics = ['capstan', 'context', 'permissions', 'sessions'] as const;
export type HelpTopic = (typeof helpTopics)[number];

export const exportFormats = ['md', 'json', 'html'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** One of the `capstan sessions` verbs. `id` may be the start of one. */
export type SessionsArguments = { readonly command: 'sessions' } & (
  | { readonly verb: 'list' }
  | { readonly verb: 'show'; readonly id: string }
  | { readonly verb: 'verify'; readonly id: string }
  | { readonly verb: 'export'; readonly id: string; readonly format: ExportFormat }
);

/** `capstan context`. */
export interface ContextArguments {
  readonly command: 'context';
  /** Absolute. */
  readonly cwd: string;
  readonly model: string | undefined;
  readonly trust: boolean;
  readonly json: boolean;
}

/** `capstan permissions check`. Without `tool`, questions come as JSON lines on standard input. */
export interface PermissionsArguments {
  readonly command: 'permissions';
  /** Absolute. */
  readonly cwd: string;
  readonly trust: boolean;
  readonly mode: PermissionMode;
  readonly tool: string | undefined;
  /** What the shell tool runs. */
  readonly shellCommand: string | undefined;
  readonly path: string | undefined;
  readonly url: string | undefined;
}

export type Arguments =
  | PermissionsArguments
  | PrintArguments
  | ContextArguments
  | SessionsArguments
  | { readonly command: 'help'; readonly topic: HelpTopic }
  | { readonly command: 'version' };

/** `argv` without the program's own name; `cwd` absolute. Throws `ArgumentsError`. */
export function readArguments(argv: readonly string[], cwd: string): Arguments {
  if (argv[0] === 'sessions') return readSessions(argv.slice(1));
  if (argv[0] === 'context') return readContext(argv.slice(1), cwd);
  if (argv[0] === 'permissions') return readPermissions(argv.slice(1), cwd);
  if (argv[0] === 'help') return { command: 'help', topic: oneOf('capstan help', argv[1] ?? 'capstan', helpTopics) };
  const { values, positionals } = parse(argv, { ...common, ...printOptions });
  if (values.help) return { command: 'help', topic: 'capstan' };
  if (values.version) return { command: 'version' };
  if (!values.print) {
    throw new ArgumentsError('Say what to do with -p "prompt". capstan --help shows all options.');
  }
  return readPrintArguments(values, positionals, cwd);
}

const common = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

const verbs = ['list', 'show', 'export', 'verify'] as const;

function readSessions(argv: readonly string[]): Arguments {
  const { values, positionals } = parse(argv, { help: common.help, format: { type: 'string' } });
  if (values.help) return { command: 'help', topic: 'sessions' };
  const [name, id, ...rest] = positionals;
  if (name === undefined) throw new ArgumentsError(`Say what to do with the sessions: ${verbs.join(', ')}.`);
  const verb = oneOf('capstan sessions', name, verbs);
  const extra = verb === 'list' ? (id ?? rest[0]) : rest[0];
  if (extra !== undefined) throw new ArgumentsError(`capstan sessions ${verb} takes no "${extra}".`);
  if (values.format !== undefined && verb !== 'export') {
    throw new ArgumentsError(`--format belongs to capstan sessions export, not to ${verb}.`);
  }
  if (verb === 'list') return { command: 'sessions', verb };
  if (!id) throw new ArgumentsError(`Name the session: capstan sessions ${verb} ID. capstan sessions list shows them.`);
  if (verb !== 'export') return { command: 'sessions', verb, id };
  return { command: 'sessions', verb, id, format: oneOf('--format', values.format ?? 'md', exportFormats) };
}

const contextOptions = {
  help: common.help,
  cwd: { type: 'string' },
  model: { type: 'string' },
  trust: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

function readContext(argv: readonly string[], here: string): Arguments {
  const { values, positionals } = parse(argv, contextOptions);
  if (values.help) return { command: 'help', topic: 'context' };
  const [extra] = positionals;
  if (extra !== undefined) throw new ArgumentsError(`capstan context takes no "${extra}". Name a folder with --cwd.`);
  if (values.model?.trim() === '') throw new ArgumentsError('--model needs a value.');
  return {
    command: 'context',
    cwd: path.resolve(here, values.cwd ?? ''),
    model: values.model,
    trust: values.trust ?? false,
    json: values.json ?? false,
  };
}

const permissionsOptions = {
  help: common.help,
  cwd: { type: 'string' },
  trust: { type: 'boolean' },
  mode: { type: 'string' },
  tool: { type: 'string' },
  command: { type: 'string' },
  path: { type: 'string' },
  url: { type: 'string' },
} as const;

function readPermissions(argv: readonly string[], here: string): Arguments {
  const { values, positionals } = parse(argv, permissionsOptions);
  if (values.help) return { command: 'help', topic: 'permissions' };
  const [verb, extra] = positionals;
  if (verb !== 'check' || extra !== undefined) {
    throw new ArgumentsError('capstan permissions knows one verb: check. capstan permissions --help shows how.');
  }
  return {
    command: 'permissions',
    cwd: path.resolve(here, values.cwd ?? ''),
    trust: values.trust ?? false,
    mode: oneOf('--mode', values.mode ?? 'default', permissionModes),
    tool: values.tool,
    shellCommand: values.command,
    path: values.path,
    url: values.url,
  };
}

function parse<Options extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new ArgumentsError(wordsOf(error));
  }
}

/** Node's words are for developers. */
function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const option = /'(-[^\s'<]+)/.exec(message)?.[1] ?? '';
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
      return `There is no option ${option}. capstan --help shows all; text that begins with - goes behind --, as in: -p -- "${option} …".`;
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE': {
      const long = /--[\w-]+/.exec(message)?.[0] ?? option;
      return message.includes('does not take an argument') ? `${long} takes no value.` : `${long} needs a value.`;
    }
    default:
      return message;
  }
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((other) => other === value);
  if (found === undefined) throw new ArgumentsError(`${name} knows ${allowed.join(', ')}, not "${value}".`);
  return found;
}

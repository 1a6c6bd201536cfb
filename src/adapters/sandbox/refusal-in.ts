// Tells from a command's output whether the sandbox was in its way: systems refuse with the errors they have for many other reasons.
import { namesWithin } from '../../core/permissions/lexical-path.ts';
import { isProtectedPath } from '../../core/permissions/protected-paths.ts';

export interface EndedCommand {
  readonly output: string;
  readonly exitCode: number | undefined;
  /** Connections that the runtime knows it refused. */
  readonly refused: readonly string[];
  /** Places that cannot be read, absolute. */
  readonly secrets: readonly string[];
}

/** Hardly ever said outside a sandbox: told even where the command went on and succeeded. */
const READ_ONLY = /read-only file system|\bEROFS\b/i;

const NOT_PERMITTED = /operation not permitted|\bEPERM\b|device or resource busy|\bEBUSY\b/i;

const NO_NETWORK = new RegExp(
  [
    'could not resolve (?:host|proxy)|temporary failure in name resolution|name or service not known|nodename nor servname',
    'no address associated|network is unreachable|could not connect|failed to connect|connection refused|connect tunnel failed',
    'unable to resolve|unable to access .https?:',
    String.raw`\b(?:ENETUNREACH|EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ENETDOWN)\b|blocked-by-sandbox`,
  ].join('|'),
  'i',
);

/** Said of what is not there, or not the person's, as well: counted where the name is one that the sandbox keeps. */
const KEPT_AWAY = /permission denied|no such file|not a directory|cannot (?:create|overwrite)|\bEACCES\b|\bENOENT\b/i;

const MAX_LINE = 200;

/** The line that shows it in a sentence, or undefined. */
export function refusalIn({ output, exitCode, refused, secrets }: EndedCommand): string | undefined {
  const [connection] = refused;
  if (connection !== undefined) return sentence('a connection to a host that is not allowed', connection);
  const lines = output.split('\n');
  const find = (pattern: RegExp): string | undefined => lines.find((line) => pattern.test(line));
  const written = find(READ_ONLY);
  if (written !== undefined) return sentence('a write outside the workspace or to a protected name', written);
  if (exitCode === 0) return undefined;
  const kept = lines.find((line) => KEPT_AWAY.test(line) && namesKept(line, secrets));
  if (kept !== undefined) return sentence('access to a secret or protected name', kept);
  const network = find(NO_NETWORK);
  if (network !== undefined) return sentence('a connection', network);
  const forbidden = find(NOT_PERMITTED);
  return forbidden === undefined ? undefined : sentence('this', forbidden);
}

function sentence(what: string, line: string): string {
  const shown = line.trim();
  return `The sandbox has probably refused ${what}: ${shown.length > MAX_LINE ? `${shown.slice(0, MAX_LINE)}…` : shown}`;
}

function namesKept(line: string, secrets: readonly string[]): boolean {
  return line
    .split(/[\s'"‘’“”`:;,()]+/)
    .some(
      (word) =>
        (word.startsWith('/') && secrets.some((secret) => namesWithin(word, secret) !== undefined)) ||
        (/[./]/.test(word) && isProtectedPath(word.startsWith('/') ? word : `/${word}`, '/no/home')),
    );
}

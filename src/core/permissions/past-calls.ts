// What a rule would have done to the calls of past sessions: shown before the rule is saved.
import { t } from '../../shared/l10n.ts';
import type { Access } from './access.ts';
import { resolvePath } from './lexical-path.ts';
import { parseRule, type Rule } from './rules.ts';
import type { Verdict } from './verdict.ts';
import { visibleText } from './visible-text.ts';

/** Most past calls that are looked at, the latest first. */
export const MAX_PAST_CALLS = 500;
const MAX_EXAMPLES = 5;
const MAX_EXAMPLE = 60;

/** Longest that the reading and the judging of past calls may take, in milliseconds; the first half is for the reading. */
const MAX_MS = 300;

/** A `tool_use` block of a session log. */
export interface PastToolUse {
  readonly name: string;
  readonly input: unknown;
  /** The person said no to it. Default false. */
  readonly denied?: boolean;
}

export interface PastCall {
  readonly access: Access;
  /** The person said no to it. */
  readonly denied: boolean;
}

/** Calls of past sessions, the latest last. When the signal aborts it answers with those that it has. */
export type PastCalls = (signal: AbortSignal) => Promise<readonly PastCall[]>;

export interface PastEffect {
  /** How many were looked at. */
  readonly looked: number;
  /** How many of them were asked about under today's rules and would run unasked with the new ones. */
  readonly freed: number;
  /** How many of the freed the person had said no to. */
  readonly denied: number;
  /** Some of the freed, each once, as a person reads them, those that were denied first. At most 5. */
  readonly examples: readonly string[];
  /** There are more than those. */
  readonly others: boolean;
}

const READERS = new Set(['Read', 'Glob', 'Grep']);
const WRITERS = new Set(['Edit', 'Write', 'MultiEdit', 'NotebookEdit']);

/** What calls asked for, the latest 500 in their order; `cwd` (absolute) is where their session worked. Odd input is left out. */
export function pastCallsOf(uses: readonly PastToolUse[], cwd: string): readonly PastCall[] {
  return uses
    .flatMap((use) => {
      const access = accessOf(use, cwd);
      return access ? [{ access, denied: use.denied ?? false }] : [];
    })
    .slice(-MAX_PAST_CALLS);
}

function accessOf({ name: tool, input }: PastToolUse, cwd: string): Access | undefined {
  const field = (key: string): string | undefined => {
    const value = typeof input === 'object' && input !== null ? (input as Record<string, unknown>)[key] : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  if (tool === 'Bash' || tool === 'PowerShell') {
    const command = field('command');
    if (command === undefined) return undefined;
    const { dangerouslyDisableSandbox } = input as { dangerouslyDisableSandbox?: unknown };
    const unsandboxed = dangerouslyDisableSandbox === true ? { unsandboxed: true } : {};
    return { kind: 'command', tool, command, cwd, ...unsandboxed };
  }
  if (tool === 'WebFetch') {
    const url = field('url');
    return url === undefined ? undefined : { kind: 'web', tool, url };
  }
  const kind = READERS.has(tool) ? 'read' : WRITERS.has(tool) ? 'edit' : undefined;
  const path = field('file_path') ?? field('notebook_path') ?? field('path') ?? (kind === 'read' ? cwd : undefined);
  return kind === undefined || path === undefined ? undefined : { kind, tool, path: resolvePath(cwd, path) };
}

/**
 * Judges each call with and without the new rules, the latest first, until all are seen or `signal` aborts; then it answers for those
 * it has seen. Never rejects if `judge` does not.
 */
export async function pastEffect(
  calls: readonly PastCall[],
  judge: (access: Access, withNewRules: boolean) => Promise<Pick<Verdict, 'decision'>>,
  signal: AbortSignal,
): Promise<PastEffect> {
  const known = new Map<string, boolean>();
  const freed: PastCall[] = [];
  let looked = 0;
  for (const call of calls.slice(-MAX_PAST_CALLS).toReversed()) {
    if (signal.aborted) break;
    const key = JSON.stringify(call.access);
    const newly = known.get(key) ?? (await isFreed(call.access, judge));
    known.set(key, newly);
    looked += 1;
    if (newly) freed.push(call);
  }
  const graveFirst = freed.toSorted((left, right) => Number(right.denied) - Number(left.denied));
  const names = [...new Set(graveFirst.map(({ access }) => nameOf(access)))];
  const denied = freed.filter((call) => call.denied).length;
  const examples = names.slice(0, MAX_EXAMPLES);
  return { looked, freed: freed.length, denied, examples, others: names.length > examples.length };
}

/** What allow rules would have done, in words; undefined when there is nothing to tell, or nothing known in time. Never rejects. */
export async function tellPastEffect(
  texts: readonly string[],
  pastCalls: PastCalls,
  judge: (access: Access, adding: readonly Rule[]) => Promise<Pick<Verdict, 'decision'>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const late = AbortSignal.any([signal, AbortSignal.timeout(MAX_MS)]);
  const source = { scope: 'session', file: '', root: '/' } as const;
  const added = texts.flatMap((text) => {
    const parsed = parseRule('allow', text, source);
    return 'rule' in parsed ? [parsed.rule] : [];
  });
  try {
    const reading = pastCalls(AbortSignal.any([late, AbortSignal.timeout(MAX_MS / 2)]));
    const calls = await unlessAborted(reading, late);
    if (!calls) return undefined;
    return effectWords(await pastEffect(calls, (access, adding) => judge(access, adding ? added : []), late));
  } catch {
    return undefined;
  }
}

/** Undefined once it is too late. */
async function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  const tooLate = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  return Promise.race([value, tooLate]);
}

async function isFreed(call: Access, judge: Parameters<typeof pastEffect>[1]): Promise<boolean> {
  if ((await judge(call, true)).decision !== 'allow') return false;
  return (await judge(call, false)).decision === 'ask';
}

/** Sentences, without the last one's end; undefined when there is nothing to tell. */
export function effectWords({ looked, freed, denied, examples, others }: PastEffect): string | undefined {
  if (looked === 0) return undefined;
  if (freed === 0) {
    return looked === 1
      ? t('It would have changed nothing for the last call')
      : t('It would have changed nothing for the last {0} calls', looked);
  }
  const names = others ? t('{0} and others', examples.join(', ')) : examples.join(', ');
  const asked =
    freed === 1
      ? looked === 1
        ? t('The last call, which was asked about, would have run unasked: {0}', names)
        : t('Of the last {0} calls, 1 that was asked about would have run unasked: {1}', looked, names)
      : t('Of the last {0} calls, {1} that were asked about would have run unasked: {2}', looked, freed, names);
  if (denied === 0) return asked;
  const all = freed === 1 ? t('You said no to it') : t('You said no to all of them');
  return `${asked}. ${denied === freed ? all : t('You said no to {0} of them', denied)}`;
}

function nameOf(call: Access): string {
  const text = textOf(call).replaceAll(/\s+/g, ' ');
  const short = text.length > MAX_EXAMPLE ? `${text.slice(0, MAX_EXAMPLE)}…` : text;
  return visibleText(call.kind === 'command' ? `\`${short}\`` : `${call.tool} ${short}`);
}

function textOf(call: Access): string {
  switch (call.kind) {
    case 'read':
    case 'edit':
      return call.path;
    case 'command':
      return call.command;
    case 'web':
      return call.url;
    case 'action':
      return call.subject;
    case 'internal':
      return call.specifier ?? '';
    default:
      return call satisfies never;
  }
}

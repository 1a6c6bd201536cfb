// What a rule would have done to the calls of past sessions: shown before the rule is saved.
import type { Access } from './access.ts';
import { resolvePath } from './lexical-path.ts';
import type { Verdict } from './verdict.ts';
import { visibleText } from './visible-text.ts';

/** Most past calls that are looked at, the latest first. */
export const MAX_PAST_CALLS = 500;
const MAX_EXAMPLES = 5;
const MAX_EXAMPLE = 60;

/** A `tool_use` block of a session log. */
export interface PastToolUse {
  readonly name: string;
  readonly input: unknown;
}

export interface PastEffect {
  /** How many were looked at. */
  readonly looked: number;
  /** How many of them were asked about under today's rules and would run unasked with the new ones. */
  readonly freed: number;
  /** Some of those, each once, as a person reads them. At most 5. */
  readonly examples: readonly string[];
  /** There are more than those. */
  readonly others: boolean;
}

const READERS = new Set(['Read', 'Glob', 'Grep']);
const WRITERS = new Set(['Edit', 'Write', 'MultiEdit', 'NotebookEdit']);

/** The accesses that calls asked for, the latest 500 in their order; `cwd` (absolute) is where their session worked. Odd input is left out. */
export function pastAccesses(uses: readonly PastToolUse[], cwd: string): readonly Access[] {
  return uses.flatMap((use) => accessOf(use, cwd) ?? []).slice(-MAX_PAST_CALLS);
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
  calls: readonly Access[],
  judge: (access: Access, withNewRules: boolean) => Promise<Pick<Verdict, 'decision'>>,
  signal: AbortSignal,
): Promise<PastEffect> {
  const known = new Map<string, boolean>();
  const examples: string[] = [];
  let [looked, freed, others] = [0, 0, false];
  for (const call of calls.slice(-MAX_PAST_CALLS).toReversed()) {
    if (signal.aborted) break;
    const key = JSON.stringify(call);
    const newly = known.get(key) ?? (await isFreed(call, judge));
    if (newly && !known.has(key)) {
      if (examples.length < MAX_EXAMPLES) examples.push(nameOf(call));
      else others = true;
    }
    known.set(key, newly);
    looked += 1;
    if (newly) freed += 1;
  }
  return { looked, freed, examples, others };
}

async function isFreed(call: Access, judge: Parameters<typeof pastEffect>[1]): Promise<boolean> {
  if ((await judge(call, true)).decision !== 'allow') return false;
  return (await judge(call, false)).decision === 'ask';
}

/** One line; undefined when there is nothing to tell. */
export function effectWords({ looked, freed, examples, others }: PastEffect): string | undefined {
  if (looked === 0) return undefined;
  const of = looked === 1 ? 'the last call' : `the last ${looked} calls`;
  if (freed === 0) return `It would have changed nothing for ${of}`;
  const more = others ? ' and others' : '';
  return `Of ${of}, ${freed} that ${freed === 1 ? 'was' : 'were'} asked about would have run unasked: ${examples.join(', ')}${more}`;
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

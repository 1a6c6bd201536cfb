// Permission rules: `Tool` and `Tool(specifier)` as settings files write them, parsed once.
import type { PermissionMode } from './mode.ts';

export type RuleBehavior = 'allow' | 'ask' | 'deny';

export interface RuleSource {
  readonly scope: 'managed' | 'command line' | 'local' | 'project' | 'user' | 'session';
  /** Where a person finds it: the absolute path of the settings file. */
  readonly file: string;
  /** What a pattern that starts with one slash hangs from, absolute. */
  readonly root: string;
}

export interface Rule {
  readonly behavior: RuleBehavior;
  /** As it stands in the file. */
  readonly text: string;
  readonly tool: string;
  /** Undefined when the rule covers the whole tool. */
  readonly specifier: string | undefined;
  readonly source: RuleSource;
  /** 1-based. */
  readonly line?: number;
}

/** A rule or a file that could not be understood: it grants nothing, and the person is told once. */
export interface RuleProblem {
  readonly file: string;
  readonly line?: number;
  readonly message: string;
}

export interface RuleSet {
  readonly rules: readonly Rule[];
  readonly problems: readonly RuleProblem[];
  /** Folders beside the workspace that count as inside it, absolute. */
  readonly additionalFolders: readonly string[];
  /** The mode that sessions begin in, by the nearest file that may say so. */
  readonly defaultMode?: PermissionMode;
  /** A policy of the machine or the person forbids the mode that asks nothing. Default false. */
  readonly bypassForbidden?: boolean;
}

export const emptyRuleSet: RuleSet = { rules: [], problems: [], additionalFolders: [] };

const READERS = new Set(['Read', 'Glob', 'Grep', 'Diagnostics', 'Symbols', 'Definition', 'References', 'Hover']);
const WRITERS = new Set(['Edit', 'Write', 'MultiEdit', 'NotebookEdit', 'Rename', 'CodeActions']);
/** Tools that are judged by a name, if by anything: a host, a task, a kind of agent. */
const OTHERS = new Set(
  (
    'WebFetch WebSearch Agent Task TaskOutput TaskStop TaskCreate TaskUpdate TaskGet TaskList TodoWrite AskUserQuestion EnterPlanMode ' +
    'ExitPlanMode ToolSearch CallTool Skill Cd RunTests RunTask ExtensionTool'
  ).split(' '),
);
const SHELLS = new Set(['Bash', 'PowerShell']);

/** Parses one rule. `line` is the 1-based line in the source's file. */
export function parseRule(
  behavior: RuleBehavior,
  text: unknown,
  source: RuleSource,
  line?: number,
): { rule: Rule } | { problem: RuleProblem } {
  const at = line === undefined ? {} : { line };
  const refuse = (message: string): { problem: RuleProblem } => ({ problem: { file: source.file, ...at, message } });
  if (typeof text !== 'string') return refuse('A permission rule must be text. It is ignored.');
  const match = /^([A-Za-z][A-Za-z0-9_-]*|\*|mcp__[A-Za-z0-9_*-]+)(?:\(([^]*)\))?$/.exec(text.trim());
  if (!match) return refuse(`"${text}" is not a permission rule: write Tool or Tool(pattern). It is ignored.`);
  const [, tool = '', specifier] = match;
  const problem = specifierProblem(behavior, tool, specifier);
  if (problem !== undefined) return refuse(`"${text}" ${problem} It is ignored.`);
  const whole = specifier === undefined || specifier === '*' || (READERS.has(tool) && specifier === '**');
  return { rule: { behavior, text: text.trim(), tool, specifier: whole ? undefined : specifier, source, ...at } };
}

function specifierProblem(behavior: RuleBehavior, tool: string, specifier: string | undefined): string | undefined {
  if (tool.includes('*') && (behavior === 'allow' || specifier !== undefined)) {
    return 'names its tool with a wildcard, which only deny and ask rules without a pattern may do.';
  }
  const known =
    [SHELLS, READERS, WRITERS, OTHERS].some((tools) => tools.has(tool)) || /^mcp__.+/.test(tool) || tool.includes('*');
  if (!known) return 'names a tool that does not exist.';
  if (specifier === undefined) return undefined;
  if (specifier.trim() === '') return 'has an empty pattern.';
  if (/[\0\n\r]/.test(specifier)) return 'has a line break or a NUL character in its pattern.';
  const byPath = READERS.has(tool) || WRITERS.has(tool);
  if (byPath && specifier.startsWith('!')) return 'has a negated pattern.';
  if (byPath && behavior === 'allow' && tool !== 'Read' && tool !== 'Edit') {
    return `has a path: write ${WRITERS.has(tool) ? 'Edit' : 'Read'}(…), which covers ${tool} as well.`;
  }
  return undefined;
}

/**
 * Whether the rule speaks about calls of `tool` at all. `Edit` covers every tool that writes files, and allows reading what may be
 * edited; `Read` covers every tool that reads them, and forbids editing what may not be read.
 */
export function coversTool(rule: Pick<Rule, 'behavior' | 'tool'>, tool: string): boolean {
  if (rule.tool === tool || (rule.tool === 'Task' && tool === 'Agent')) return true;
  if (rule.tool.includes('*')) return globOf(rule.tool).test(tool);
  if (rule.tool === 'Read') return READERS.has(tool) || (WRITERS.has(tool) && rule.behavior === 'deny');
  if (rule.tool === 'Edit') return WRITERS.has(tool) || (READERS.has(tool) && rule.behavior === 'allow');
  return false;
}

function globOf(text: string): RegExp {
  return new RegExp(`^${text.split('*').map(escapeRegExp).join('[^]*')}$`);
}

export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}

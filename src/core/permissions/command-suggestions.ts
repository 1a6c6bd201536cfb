// The rules that would allow a command from now on: narrow enough that a person can see what they cover.
import type { CommandJudgement, PartJudgement } from './command-rules.ts';
import { parseRule } from './rules.ts';
import type { ShellAnalysis, SimpleCommand } from './shell-analysis.ts';

const MAX_RULES = 5;

/** Tools whose second word says what they do: a rule for those two covers any arguments. Not where the arguments may be any program. */
const SUBCOMMANDS: Readonly<Record<string, string>> = {
  npm: 'test ci ls outdated audit',
  pnpm: 'test ls outdated audit build lint',
  yarn: 'test build lint',
  bun: 'test',
  git: 'add commit status log diff show blame fetch pull branch tag stash switch merge cherry-pick revert mv worktree describe ls-files rev-parse',
  cargo: 'build check test clippy fmt doc bench tree',
  go: 'build test vet fmt mod list doc',
  docker: 'build ps images logs inspect pull',
  dotnet: 'build test restore format',
  gradle: 'build test check assemble clean',
  './gradlew': 'build test check assemble clean',
  mvn: 'compile test package verify clean',
  gh: 'issue pr repo release run',
};

/** Those that take the name of a script or target. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  npm: ['run'],
  pnpm: ['run'],
  yarn: ['run'],
  bun: ['run'],
  python: ['-m'],
  python3: ['-m'],
  docker: ['compose'],
};

const PLAIN = /^[\w@%+:./,=-]+$/;
const NAME = /^[\w@%+./][\w@%+:./-]*$/;

/**
 * One rule for each part that asks by default, at most 5. Undefined where rules for the parts could not be enough. What comes back is
 * to be proved: the caller judges the command with it.
 */
export function suggestedRules(
  tool: string,
  analysis: ShellAnalysis,
  { parts }: CommandJudgement,
): readonly string[] | undefined {
  if (!analysis.complete || parts.some(({ part }) => part.unclear !== undefined)) return undefined;
  const asking = parts.filter(({ decision, part }) => decision !== 'allow' && !part.guess);
  if (asking.some((one) => !canBeAllowed(one))) return undefined;
  const texts = new Set(asking.map(({ part }) => specifierOf(part)));
  if (texts.has(undefined) || texts.size > MAX_RULES) return undefined;
  const rules = [...texts].map((text) => `${tool}(${text})`);
  return rules.every((rule) => reads(rule)) ? rules : undefined;
}

function canBeAllowed({ decision, rule, part }: PartJudgement): boolean {
  return decision === 'ask' && rule === undefined && !part.transparent && part.words.length > 0;
}

function specifierOf(part: SimpleCommand): string | undefined {
  const prefix = part.exact || part.assignments.length > 0 ? undefined : prefixOf(part);
  return prefix === undefined ? exactText(part) : `${prefix}:*`;
}

function prefixOf({ words }: SimpleCommand): string | undefined {
  const [head, second, third] = words.map((word) => (word.literal ? word.text : undefined));
  if (head === undefined || second === undefined) return undefined;
  if (NAMED[head]?.includes(second)) {
    return third !== undefined && NAME.test(third) ? `${head} ${second} ${third}` : undefined;
  }
  if (head === 'make') return words.length === 2 && NAME.test(second) ? `make ${second}` : undefined;
  return SUBCOMMANDS[head]?.split(' ').includes(second) ? `${head} ${second}` : undefined;
}

/** Every word as it is. None where a word is expanded or would be taken for a wildcard. */
function exactText({ words, assignments }: SimpleCommand): string | undefined {
  const values = assignments.map(({ value }) => value);
  if (![...words, ...values].every((word) => word.literal)) return undefined;
  const set = assignments.map(({ name, value }) => `${name}=${value.text}`);
  const text = [...set, ...words.map((word) => word.text)].join(' ');
  // An empty or odd word at the end would not be read back as it is.
  const odd = text !== text.trim() || /[*\n\r\0]/.test(text) || text.endsWith(':');
  return odd || (set.length > 0 && !set.every((one) => PLAIN.test(one))) ? undefined : text;
}

/** The settings file would be read as it was meant. */
function reads(rule: string): boolean {
  const parsed = parseRule('allow', rule, { scope: 'session', file: '', root: '/' });
  return 'rule' in parsed && parsed.rule.text === rule && parsed.rule.specifier !== undefined;
}

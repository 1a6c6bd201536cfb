// Judges a shell command by the rules: deny and ask look at every form they can find, allow needs every part to be plain and named.
import { coversTool, escapeRegExp, type Rule, type RuleBehavior } from './rules.ts';
import { commandHeads, type ShellAnalysis, type SimpleCommand } from './shell-analysis.ts';

/** What the rules say about a call, and which of them says it. */
export interface Judgement {
  readonly decision: RuleBehavior;
  readonly rule: Rule;
}

const patterns = new WeakMap<Rule, RegExp>();

/** `prefix:*` and `prefix *` match the prefix alone or before white space; other stars any text; the rest is literal. */
function patternOf(rule: Rule): RegExp {
  const known = patterns.get(rule);
  if (known) return known;
  const text = rule.specifier ?? '*';
  const prefix = /^([^]*?)(?::\*| \*)$/.exec(text)?.[1];
  const body = (prefix ?? text).split('*').map(escapeRegExp).join('[^]*');
  const pattern = new RegExp(`^${body}${prefix === undefined ? '' : String.raw`(?:\s[^]*)?`}$`);
  patterns.set(rule, pattern);
  return pattern;
}

function matchesWords(rule: Rule, words: readonly string[]): boolean {
  return rule.specifier === undefined || patternOf(rule).test(words.join(' '));
}

/** For deny and ask: any spelling of any head counts, the name without its folder too. */
function mayConcern(rule: Rule, part: SimpleCommand): boolean {
  if (rule.specifier === undefined) return true;
  return commandHeads(part).some((words) => {
    const name = words[0] ?? '';
    const bare = name.slice(name.lastIndexOf('/') + 1);
    return matchesWords(rule, words) || (bare !== name && matchesWords(rule, [bare, ...words.slice(1)]));
  });
}

function surelyCovers(rule: Rule, part: SimpleCommand): boolean {
  return matchesWords(rule, part.words) || rule.specifier === part.text;
}

/** `tool` is the shell tool's name. Undefined when the rules do not decide: the default, which is to ask. */
export function judgeCommand(
  rules: readonly Rule[],
  tool: string,
  command: string,
  analysis: ShellAnalysis,
): Judgement | undefined {
  const ours = rules.filter((rule) => coversTool(rule, tool));
  const whole: SimpleCommand = { words: [command.trim()], text: command.trim() };
  for (const decision of ['deny', 'ask'] as const) {
    const rule = ours.find(
      (rule) =>
        rule.behavior === decision &&
        (surelyCovers(rule, whole) || analysis.parts.some((part) => mayConcern(rule, part))),
    );
    if (rule) return { decision, rule };
  }
  if (!analysis.complete) return undefined;
  const allows = ours.filter((rule) => rule.behavior === 'allow');
  const proofs = analysis.parts.map((part) => allows.find((rule) => surelyCovers(rule, part)));
  const [rule] = proofs;
  return rule && proofs.every((proof) => proof !== undefined) ? { decision: 'allow', rule } : undefined;
}

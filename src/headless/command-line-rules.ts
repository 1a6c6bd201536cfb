// The permission rules that the command line gives: allowed and disallowed tools.
import { parseRule, type Rule, type RuleBehavior } from '../core/permissions/rules.ts';
import { ArgumentsError } from './arguments-error.ts';

export interface CommandLineRules {
  readonly allow: readonly string[];
  readonly ask?: readonly string[];
  readonly deny: readonly string[];
  /** What relative patterns hang from, absolute. */
  readonly here: string;
}

/** Throws `ArgumentsError` for a rule that cannot be understood: one that forbids must not be passed over. */
export function commandLineRules({ allow, ask = [], deny, here }: CommandLineRules): Rule[] {
  return [
    ...allow.map((text) => toRule('allow', text, '--allowed-tools', here)),
    ...ask.map((text) => toRule('ask', text, 'permissions.ask', here)),
    ...deny.map((text) => toRule('deny', text, '--disallowed-tools', here)),
  ];
}

function toRule(behavior: RuleBehavior, text: string, option: string, root: string): Rule {
  const parsed = parseRule(behavior, text, { scope: 'command line', file: option, root });
  if ('rule' in parsed) return parsed.rule;
  throw new ArgumentsError(`${option}: ${parsed.problem.message.replace(/ It is ignored\.$/, '')}`);
}

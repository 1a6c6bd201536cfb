// The permission rules that the command line gives: allowed and disallowed tools, and those that a mode stands for.
import { parseRule, type Rule, type RuleBehavior } from '../core/permissions/rules.ts';
import { ArgumentsError } from './arguments-error.ts';
import type { PermissionMode } from './permission-mode.ts';

export interface CommandLineRules {
  readonly mode: PermissionMode;
  readonly allow: readonly string[];
  readonly ask?: readonly string[];
  readonly deny: readonly string[];
  /** The workspace's folders, absolute; the first is what relative patterns hang from. */
  readonly folders: readonly string[];
}

/** Throws `ArgumentsError` for a rule that cannot be understood: one that forbids must not be passed over. */
export function commandLineRules({ mode, allow, ask = [], deny, folders }: CommandLineRules): Rule[] {
  const here = folders[0] ?? '/';
  return [
    ...allow.map((text) => toRule('allow', text, '--allowed-tools', here)),
    ...ask.map((text) => toRule('ask', text, 'permissions.ask', here)),
    ...deny.map((text) => toRule('deny', text, '--disallowed-tools', here)),
    // Protected files stay protected: no rule that allows reaches them.
    ...(mode === 'acceptEdits'
      ? folders.map((folder) => toRule('allow', 'Edit(/**)', '--permission-mode acceptEdits', folder))
      : []),
  ];
}

function toRule(behavior: RuleBehavior, text: string, option: string, root: string): Rule {
  const parsed = parseRule(behavior, text, { scope: 'command line', file: option, root });
  if ('rule' in parsed) return parsed.rule;
  throw new ArgumentsError(`${option}: ${parsed.problem.message.replace(/ It is ignored\.$/, '')}`);
}

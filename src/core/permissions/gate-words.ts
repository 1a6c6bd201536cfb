// The gate's words: facts for the person who decides, reasons for the model that was refused.
import type { Authorization } from './access.ts';
import type { Rule } from './rules.ts';
import { t } from '../../shared/l10n.ts';

export type Denial = Extract<Authorization, { decision: 'deny' }>;

export function deniedByRule(what: string, rule: Rule): Denial {
  return {
    decision: 'deny',
    by: 'rule',
    reason: `${what} is forbidden by the permission rule ${describeRule(rule)}. Do not look for a way around it: go on without, or ask the person to change the rule.`,
    note: t('Denied by {0}', describeRule(rule)),
  };
}

/** By the answer to a question. */
export function denied(what: string, { words, by }: { readonly words?: string; readonly by?: 'nobody' }): Denial {
  return by === 'nobody' ? deniedByNobody(what, words) : deniedByPerson(what, words);
}

function deniedByNobody(what: string, words: string | undefined): Denial {
  const next =
    words?.trim() || 'Do not try it again or in another form: go on without, and say at the end what was left undone.';
  return {
    decision: 'deny',
    by: 'default',
    reason: `Nobody is there to ask, and no rule allows this: ${what}. ${next}`,
    note: t('Denied: nobody was there to ask'),
  };
}

function deniedByPerson(what: string, words: string | undefined): Denial {
  const said = words?.trim();
  const reason = said
    ? `The person did not allow this: ${what}. They said: "${said}". Take that into account before you go on.`
    : `The person did not allow this: ${what}. Do not try it again or in another form; ask what they would like instead, or go on without.`;
  return { decision: 'deny', by: 'person', reason, note: said ? t('Denied: {0}', said) : t('Denied') };
}

export function interrupted(what: string): Denial {
  return {
    decision: 'deny',
    by: 'default',
    reason: `Interrupted before it was decided: ${what}. Nothing was done.`,
    note: t('Interrupted before it was decided'),
  };
}

/** In plan mode nothing is changed. */
export function deniedByPlan(what: string): Denial {
  return {
    decision: 'deny',
    by: 'default',
    reason: `Plan mode changes nothing, so this was not done: ${what}. Look around with Read, Glob, Grep and commands that only read; when the plan is ready, put it before the person with ExitPlanMode.`,
    note: t('Denied: plan mode changes nothing'),
  };
}

/** By the strategy that answers in the person's place. */
export function deniedByStrategy(what: string): Denial {
  return {
    decision: 'deny',
    by: 'default',
    reason: `The approval strategy of this run does not allow this: ${what}. Do not try it again or in another form: go on without, and say at the end what was left undone.`,
    note: t('Denied by the approval strategy'),
  };
}

/** In a mode that asks nobody. */
export function deniedByMode(what: string): Denial {
  return {
    decision: 'deny',
    by: 'default',
    reason: `This session asks nobody, and no rule allows this: ${what}. Do not try it again or in another form: go on without, and say at the end what was left undone.`,
    note: t('Denied: no rule allows it, and this mode asks nobody'),
  };
}

/** A call that cannot be judged; `problem` is a sentence. */
export function unjudgeable(problem: string): Denial {
  return { decision: 'deny', by: 'default', reason: `${problem} Nothing was done.`, note: problem };
}

export function readOnly(path: string): Denial {
  return unjudgeable(`${path} holds what was kept of earlier results and is not changed. Write to another place.`);
}

export function unresolvable(path: string): Denial {
  return unjudgeable(
    `It cannot be told where ${path} really leads (a loop of links, or a folder that may not be read), so it is not allowed. Use another path.`,
  );
}

export function moved(path: string): Denial {
  return unjudgeable(
    `${path} led somewhere else by the time it was allowed, as a link on the way was changed. Look at the folder again before you retry.`,
  );
}

/** "Asked by the rule Bash(git push:*) in …:4". */
export function ruleFact(rule: Rule | undefined): string[] {
  return rule ? [t('Asked by the rule {0}', describeRule(rule))] : [];
}

/** Among a question's facts, where the path lies outside. */
export function leavesWorkspace(): string {
  return t('Leaves the workspace');
}

/** What the fact about a command's part begins with; `number` from 1. */
export function partLabel(number: number): string {
  return `${t('Part {0}', number)}: `;
}

/** "Bash(rm:*) in /home/me/.claude/settings.json:4". */
export function describeRule(rule: Rule): string {
  return `${rule.text} in ${rule.source.file}${rule.line === undefined ? '' : `:${rule.line}`}`;
}

// A verdict in words for a person: what is decided, by which rule in which file and line, and each part of a command.
import { describeRule, partLabel } from './gate-words.ts';
import type { Verdict } from './verdict.ts';
import { visibleText } from './visible-text.ts';
import { t } from '../../shared/l10n.ts';

/** Several lines. `effect`: what the rules that are offered would have done to past calls, without its end. */
export function explainVerdict(verdict: Verdict, effect?: string): string {
  const { rule, parts = [] } = verdict;
  const decided = { allow: t('Allowed'), ask: t('You are asked'), deny: t('Denied') }[verdict.decision];
  const reason = verdict.decision === 'deny' ? verdict.denial.note : verdict.reason;
  // The parts have lines of their own, with more on them.
  const facts =
    verdict.decision === 'ask'
      ? verdict.asking.facts.filter((fact) => !parts.some((_, index) => fact.startsWith(partLabel(index + 1))))
      : [];
  const suggestions = verdict.decision === 'ask' ? verdict.suggestions : [];
  return [
    `${decided}: ${visibleText(reason)}`,
    ...(rule ? [t('Rule: {0} {1} ({2})', rule.behavior, describeRule(rule), rule.source.scope)] : []),
    ...(parts.length > 1
      ? parts.map(
          ({ command, decision, rule, reason }) =>
            `  ${decision}  ${visibleText(command)}  (${rule ? describeRule(rule) : visibleText(reason)})`,
        )
      : []),
    ...facts.map((fact) => `• ${visibleText(fact)}`),
    ...(suggestions.length > 0 ? [t('To allow it from now on: {0}', suggestions.join(', '))] : []),
    ...(effect === undefined ? [] : [`  ${visibleText(effect)}.`]),
  ].join('\n');
}

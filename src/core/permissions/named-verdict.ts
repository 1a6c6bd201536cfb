// Judges what has a name rather than a path or a command: a host, a task of the editor, a tool of another extension, a subagent.
import * as words from './gate-words.ts';
import { judgeNamed } from './named-rules.ts';
import type { Rule } from './rules.ts';
import { denyVerdict, type AskingText, type NamedAccess, type Verdict } from './verdict.ts';
import { visibleText } from './visible-text.ts';
import { t } from '../../shared/l10n.ts';

interface Named {
  /** What the specifier of a rule may match. */
  readonly names: readonly string[];
  readonly asking: AskingText;
  readonly session: { readonly key: string; readonly words: string };
  /** The rule that would allow it from now on. */
  readonly suggestion?: string;
  /** Runs where no rule speaks. */
  readonly unasked: boolean;
}

export function judgeNamedAccess(access: NamedAccess, rules: readonly Rule[]): Verdict {
  const named = describe(access);
  if (typeof named === 'string') return denyVerdict(words.unjudgeable(named));
  const { asking, session, suggestion, unasked } = named;
  const judged = judgeNamed(rules, access.tool, named.names);
  const rule = judged ? { rule: judged.rule } : {};
  if (judged?.decision === 'deny') return denyVerdict(words.deniedByRule(asking.what, judged.rule), judged.rule);
  const granting = { path: '', access };
  if (judged?.decision === 'allow') {
    return {
      decision: 'allow',
      by: 'rule',
      reason: t('Allowed by {0}', words.describeRule(judged.rule)),
      granting,
      ...rule,
    };
  }
  if (!judged && unasked) return { decision: 'allow', by: 'default', reason: t('Changes nothing outside'), granting };
  return {
    decision: 'ask',
    because: judged ? 'rule' : 'default',
    reason: judged ? t('Asked by {0}', words.describeRule(judged.rule)) : t('No rule speaks for it'),
    asking: { ...asking, facts: [...asking.facts, ...words.ruleFact(judged?.rule)] },
    granting,
    ...(judged ? {} : { session: { scope: { kind: 'named', key: session.key }, words: session.words } }),
    suggestions: judged || suggestion === undefined ? [] : [suggestion],
    ...rule,
  };
}

/** A sentence where the call cannot be judged. */
function describe(access: NamedAccess): Named | string {
  switch (access.kind) {
    case 'web':
      return describeWeb(access);
    case 'action':
      return describeAction(access);
    case 'internal': {
      const { tool, specifier } = access;
      const name = specifier === undefined ? tool : `${tool} ${specifier}`;
      const asking = { what: name, title: t('Use {0}', tool), subject: visibleText(name), facts: [] };
      const names = specifier === undefined ? [] : [specifier];
      return { names, asking, session: { key: `internal ${name}`, words: visibleText(name) }, unasked: true };
    }
    default:
      return access satisfies never;
  }
}

function describeWeb({ tool, url, purpose }: Extract<NamedAccess, { kind: 'web' }>): Named | string {
  const host = URL.canParse(url) ? new URL(url).hostname.toLowerCase() : '';
  if (host === '') return `"${visibleText(url)}" is not the address of a page.`;
  return {
    names: [`domain:${host}`],
    asking: {
      what: `${tool} ${visibleText(url)}`,
      title: t('Fetch a page'),
      subject: visibleText(url),
      facts: [t('Contacts {0}', visibleText(host))],
      ...(purpose === undefined ? {} : { purpose: visibleText(purpose) }),
    },
    session: { key: `web ${host}`, words: `fetching pages from ${visibleText(host)}` },
    suggestion: `${tool}(domain:${host})`,
    unasked: false,
  };
}

function describeAction(access: Extract<NamedAccess, { kind: 'action' }>): Named {
  const { tool, title, subject, specifier, purpose, readOnly = false } = access;
  const plain = specifier !== undefined && /^[\w .:@/-]+$/.test(specifier);
  return {
    names: specifier === undefined ? [] : [specifier],
    asking: {
      what: `${tool} ${visibleText(subject)}`,
      title,
      subject: visibleText(subject),
      facts: [],
      ...(purpose === undefined ? {} : { purpose: visibleText(purpose) }),
    },
    session: {
      key: `action ${tool} ${specifier ?? subject}`,
      words: specifier === undefined ? 'exactly this' : `${tool} ${visibleText(specifier)}`,
    },
    ...(plain ? { suggestion: `${tool}(${specifier})` } : {}),
    unasked: readOnly,
  };
}

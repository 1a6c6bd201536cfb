// Judges what has a name rather than a path or a command (a host, a kind of agent, a task): deny over ask over allow.
import type { Judgement } from './command-rules.ts';
import { coversTool, escapeRegExp, type Rule } from './rules.ts';

/** `names`: what the specifier of a rule may match, whole. Undefined when the rules do not decide. */
export function judgeNamed(rules: readonly Rule[], tool: string, names: readonly string[]): Judgement | undefined {
  const ours = rules.filter(
    (rule) =>
      coversTool(rule, tool) && (rule.specifier === undefined || names.some((name) => matches(rule.specifier!, name))),
  );
  for (const decision of ['deny', 'ask', 'allow'] as const) {
    const rule = ours.find((rule) => rule.behavior === decision);
    if (rule) return { decision, rule };
  }
  return undefined;
}

/** Hosts fold case, and a star in one stays between its dots except at the front: `*.example.org` is any depth below, not the host itself. */
function matches(specifier: string, name: string): boolean {
  const host = /^domain:(.*)$/is.exec(specifier)?.[1]?.toLowerCase();
  if (host === undefined) return new RegExp(`^${specifier.split('*').map(escapeRegExp).join('[^]*')}$`).test(name);
  if (!name.startsWith('domain:')) return false;
  const front = host.startsWith('*.');
  const rest = (front ? host.slice(1) : host).split('*').map(escapeRegExp).join('[^.]*');
  return new RegExp(`^${front ? '.+' : ''}${rest}$`).test(name.slice('domain:'.length));
}

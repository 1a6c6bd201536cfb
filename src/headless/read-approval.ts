// Reads an approval strategy from the command line: `risk:4`, `read-only`, `all(allow:Edit|Write, risk:6)`.
import * as approval from '../core/permissions/approval-strategy.ts';
import { ArgumentsError } from './arguments-error.ts';

/** Throws `ArgumentsError`. */
export function readApproval(text: string): approval.ApprovalStrategy {
  const trimmed = text.trim();
  const group = /^(all|any|majority)\((.*)\)$/s.exec(trimmed);
  if (group) {
    const parts = splitTopLevel(group[2] ?? '');
    if (parts.length === 0) throw unknown(text);
    const combine = { all: approval.all, any: approval.any, majority: approval.majority }[group[1] as 'all'];
    return combine(...parts.map(readApproval));
  }
  if (trimmed === 'deny-all') return approval.denyAll;
  if (trimmed === 'read-only') return approval.readOnly;
  const [, name, value = ''] = /^(allow|deny|risk):(.+)$/s.exec(trimmed) ?? [];
  const tools = value.split('|').map((tool) => tool.trim());
  if (name === 'allow') return approval.allowList(tools);
  if (name === 'deny') return approval.denyList(tools);
  const most = Number(value);
  if (name === 'risk' && Number.isInteger(most) && most >= 0 && most <= 10) return approval.riskThreshold(most);
  throw unknown(text);
}

function unknown(text: string): ArgumentsError {
  return new ArgumentsError(
    `--approve does not know "${text}". It takes deny-all, read-only, risk:0 to risk:10, allow:Tool|Tool, deny:Tool|Tool, and all(…), any(…), majority(…) of these.`,
  );
}

/** At the commas that are in no brackets. */
function splitTopLevel(text: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const char of text) {
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

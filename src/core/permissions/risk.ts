// How much a call could harm, from 0 (looks around) to 10 (destroys): what questions are sorted by and a threshold may go by.
import type { Access } from './access.ts';
import type { Verdict } from './verdict.ts';

/** Commands that send, publish, change the system or rewrite history. Words of the command line, so an estimate. */
const GRAVE =
  /(?:^|[\s;&|(])(?:sudo|su|doas|rm|rmdir|dd|mkfs\S*|shred|chmod|chown|kill|pkill|killall|curl|wget|ssh|scp|rsync|eval|npm\s+publish|git\s+(?:push|reset|clean|rebase|checkout|restore|stash)|remove-item|del|erase|clear-(?:content|item|disk)|format-volume|invoke-(?:expression|webrequest|restmethod)|iex|iwr|irm|stop-process|start-process|set-executionpolicy)(?:$|[\s;&|)])/i;

export function riskOf(access: Access, verdict: Verdict): number {
  if (verdict.decision === 'ask' && verdict.because === 'destructive') return 10;
  if (verdict.decision === 'ask' && (verdict.because === 'unsure' || verdict.because === 'unsandboxed')) return 9;
  const guarded = verdict.decision === 'ask' && verdict.because === 'protected';
  switch (access.kind) {
    case 'internal':
      return 0;
    case 'read':
      return verdict.decision === 'allow' ? 0 : 3;
    case 'edit':
      if (guarded) return 8;
      return verdict.decision === 'ask' && verdict.session?.scope.kind === 'edits' ? 4 : 6;
    case 'web':
      return 3;
    case 'action':
      return access.readOnly ? 1 : 5;
    case 'command':
      if (verdict.decision === 'allow' && verdict.by === 'default') return 1;
      return guarded || GRAVE.test(access.command) ? 8 : 5;
    default:
      return access satisfies never;
  }
}

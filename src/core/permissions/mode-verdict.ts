// What the session's mode makes of a verdict: plan mode changes nothing, others ask less or not at all. No mode lifts a deny.
import type { Access } from './access.ts';
import * as words from './gate-words.ts';
import type { PermissionMode } from './mode.ts';
import { denyVerdict, type AskVerdict, type Verdict } from './verdict.ts';
import { t } from '../../shared/l10n.ts';

export function underMode(verdict: Verdict, access: Access, mode: PermissionMode): Verdict {
  if (verdict.decision === 'deny') return verdict;
  switch (mode) {
    case 'default':
      return verdict;
    case 'plan':
      return changesNothing(verdict, access)
        ? verdict
        : denyVerdict(words.deniedByPlan(whatOf(verdict, access)), verdict.rule, verdict.parts);
    case 'dontAsk':
      return verdict.decision === 'ask'
        ? denyVerdict(words.deniedByMode(verdict.asking.what), verdict.rule, verdict.parts)
        : verdict;
    case 'acceptEdits':
      return verdict.decision === 'ask' && isPlainEdit(verdict)
        ? allowedByMode(verdict, t('Edits are accepted'))
        : verdict;
    case 'bypassPermissions': {
      const lifted = verdict.decision === 'ask' && (verdict.because === 'default' || verdict.because === 'protected');
      return lifted ? allowedByMode(verdict, t('Permissions are bypassed')) : verdict;
    }
    default:
      return mode satisfies never;
  }
}

function allowedByMode({ granting, parts }: AskVerdict, reason: string): Verdict {
  return { decision: 'allow', by: 'default', reason, granting, ...(parts ? { parts } : {}) };
}

/** In the workspace and not protected: what "all edits for this session" covers. */
function isPlainEdit({ because, session }: AskVerdict): boolean {
  return because === 'default' && session?.scope.kind === 'edits';
}

/** In plan mode the model looks around, asks and plans. Even a rule that allows more does not count then. */
function changesNothing(verdict: Verdict, access: Access): boolean {
  switch (access.kind) {
    case 'read':
    case 'internal':
    case 'web':
      return true;
    case 'edit':
      return false;
    case 'command':
      return verdict.decision === 'allow' && verdict.by === 'default';
    case 'action':
      return access.readOnly ?? false;
    default:
      return access satisfies never;
  }
}

function whatOf(verdict: Verdict, access: Access): string {
  if (verdict.decision === 'ask') return verdict.asking.what;
  return access.kind === 'command' ? `\`${access.command}\`` : access.tool;
}

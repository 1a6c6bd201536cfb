// What the permission modes are called, and what each means.
import * as vscode from 'vscode';
import type { PermissionMode } from '../core/permissions/mode.ts';

export interface ModeWords {
  readonly label: string;
  readonly detail: string;
}

export function modeWords(): Readonly<Record<PermissionMode, ModeWords>> {
  const { t } = vscode.l10n;
  return {
    default: {
      label: t('Ask'),
      detail: t('Reads in the workspace run; edits are reviewed, and the rest is asked about.'),
    },
    acceptEdits: {
      label: t('Accept Edits'),
      detail: t('Edits in the workspace are made without a review; the rest as before.'),
    },
    plan: { label: t('Plan'), detail: t('Nothing is changed: the model looks around and presents a plan.') },
    dontAsk: { label: t('Do Not Ask'), detail: t('What no rule allows is denied without a question.') },
    bypassPermissions: {
      label: t('Bypass Permissions'),
      detail: t(
        'Everything runs but what rules forbid or ask about, and what destroys much. For a machine of its own.',
      ),
    },
  };
}

// What the permission modes are called, and what each means.
import * as vscode from 'vscode';
import type { PermissionMode } from '../core/permissions/mode.ts';

export interface ModeWords {
  readonly label: string;
  readonly detail: string;
}

export function modeWords(): Readonly<Record<PermissionMode, ModeWords>> {
  return {
    default: {
      label: vscode.l10n.t('Ask'),
      detail: vscode.l10n.t('Reads in the workspace run; edits are reviewed, and the rest is asked about.'),
    },
    acceptEdits: {
      label: vscode.l10n.t('Accept Edits'),
      detail: vscode.l10n.t('Edits in the workspace are made without a review; the rest as before.'),
    },
    plan: {
      label: vscode.l10n.t('Plan'),
      detail: vscode.l10n.t('Nothing is changed: the model looks around and presents a plan.'),
    },
    dontAsk: {
      label: vscode.l10n.t('Do Not Ask'),
      detail: vscode.l10n.t('What no rule allows is denied without a question.'),
    },
    bypassPermissions: {
      label: vscode.l10n.t('Bypass Permissions'),
      detail: vscode.l10n.t(
        'Everything runs but what rules forbid or ask about, and what destroys much. For a machine of its own.',
      ),
    },
  };
}

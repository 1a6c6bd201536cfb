// Says in Restricted Mode what is off, and offers the way out.
import * as vscode from 'vscode';

/** Whether the folder is trusted. When it is not, the person is told that `what` ("Explaining code") is off. */
export function isAllowed(what: string): boolean {
  if (vscode.workspace.isTrusted) return true;
  const reason = vscode.l10n.t(
    '{0} is off: this folder is restricted, so nothing of it is read or sent. Trust it, then try again.',
    what,
  );
  void vscode.window.showWarningMessage(reason, vscode.l10n.t('Manage Workspace Trust')).then((pressed) => {
    if (pressed) void vscode.commands.executeCommand('workbench.trust.manage');
  });
  return false;
}

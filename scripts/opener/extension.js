// Shows Capstan when `npm start` opens the editor: a new window draws the secondary side bar with no view chosen.
import * as vscode from 'vscode';

export async function activate() {
  await vscode.commands.executeCommand('capstan.panel.focus');
}

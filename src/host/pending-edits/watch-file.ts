// Tells when a file may have changed on disk, whoever did it.
import * as vscode from 'vscode';
import { toUri } from '../locations.ts';

/** Dispose it to end. */
export function watchFile(path: string, onChange: () => void): vscode.Disposable {
  const uri = toUri(path);
  const own = uri.toString();
  // A name may hold what means something in a pattern.
  const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*');
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  const look = (changed: vscode.Uri) => {
    if (changed.toString() === own) onChange();
  };
  const listeners = [watcher.onDidChange(look), watcher.onDidCreate(look), watcher.onDidDelete(look)];
  return vscode.Disposable.from(watcher, ...listeners);
}

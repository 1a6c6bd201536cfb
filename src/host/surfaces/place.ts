// Where a surface can be: the view in the side bar, or a tab of an editor group; the same to whoever fills it.
import * as vscode from 'vscode';
import { PANEL_VIEW } from '../../shared/contributions.ts';

export interface Place {
  readonly webview: vscode.Webview;
  readonly visible: boolean;
  readonly onDidChangeVisibility: (listener: () => void) => vscode.Disposable;
  readonly onDidDispose: (listener: () => void) => vscode.Disposable;
  /** Brings it to the front, with the focus. */
  reveal(): Promise<void>;
}

export function viewPlace(view: vscode.WebviewView): Place {
  return {
    webview: view.webview,
    get visible() {
      return view.visible;
    },
    onDidChangeVisibility: (listener) => view.onDidChangeVisibility(listener),
    onDidDispose: (listener) => view.onDidDispose(listener),
    reveal: async () => void (await vscode.commands.executeCommand(`${PANEL_VIEW}.focus`)),
  };
}

export function tabPlace(panel: vscode.WebviewPanel): Place {
  return {
    webview: panel.webview,
    get visible() {
      return panel.visible;
    },
    onDidChangeVisibility: (listener) => panel.onDidChangeViewState(listener),
    onDidDispose: (listener) => panel.onDidDispose(listener),
    reveal: async () => panel.reveal(),
  };
}

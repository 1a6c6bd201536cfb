// Composition root of the editor build: registers what the manifest declares and loads the rest at the first need.
import * as vscode from 'vscode';
import {
  commands,
  CONVERSATION_TAB,
  ORIGINAL_SCHEME,
  PANEL_VIEW,
  PENDING_MEMORY,
  PLAN_SCHEME,
  PROPOSAL_SCHEME,
} from './shared/contributions.ts';
import { CodeActions } from './host/code-actions.ts';
import type { Host } from './host/compose.ts';
import { closeLeftoverTabs } from './host/leftover-tabs.ts';
import { ProposalFiles } from './host/proposal-files.ts';
import { ReadOnlyDocuments } from './host/read-only-documents.ts';
import { StatusBar } from './host/status-bar.ts';

export interface CapstanApi {
  /** How long `activate` took, in milliseconds. */
  readonly activationMs: number;
  /** The parts that have no other handle for a test; only in an extension host that was started to run tests. */
  readonly host?: () => Promise<Host>;
}

let host: Promise<Host> | undefined;

export function activate(context: vscode.ExtensionContext): CapstanApi {
  const started = performance.now();
  const { subscriptions } = context;
  const documents = new ReadOnlyDocuments();
  const proposals = new ProposalFiles();
  const statusBar = new StatusBar();
  const loadHost = () => (host ??= load());
  const load = async () => {
    try {
      const { composeHost } = await import('./host/compose.ts');
      return composeHost({ context, documents, proposals, statusBar });
    } catch (error) {
      // The next try starts afresh.
      host = undefined;
      const why = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(
        vscode.l10n.t('Capstan could not start: {0}. Reload the window to try again.', why),
      );
      throw error;
    }
  };

  subscriptions.push(
    proposals,
    statusBar,
    vscode.workspace.registerTextDocumentContentProvider(ORIGINAL_SCHEME, documents),
    vscode.workspace.onDidCloseTextDocument((document) => documents.forgetClosed(document)),
    vscode.workspace.registerFileSystemProvider(PROPOSAL_SCHEME, proposals, { isCaseSensitive: true }),
    vscode.workspace.registerFileSystemProvider(PLAN_SCHEME, proposals, { isCaseSensitive: true }),
    vscode.languages.registerCodeActionsProvider('*', new CodeActions(), CodeActions.metadata),
    vscode.window.registerWebviewViewProvider(PANEL_VIEW, {
      resolveWebviewView: async (view) => (await loadHost()).surfaces.resolveWebviewView(view),
    }),
    vscode.window.registerWebviewPanelSerializer(CONVERSATION_TAB, {
      deserializeWebviewPanel: async (panel, state) =>
        (await loadHost()).surfaces.deserializeWebviewPanel(panel, state),
    }),
    ...Object.values(commands).map((id) =>
      vscode.commands.registerCommand(id, async (...args: unknown[]) => (await loadHost()).commands[id](...args)),
    ),
  );
  void closeLeftoverTabs();
  // Edits that wait for their review are marked in the editor, whether or not the panel is opened.
  if (context.workspaceState.get(PENDING_MEMORY)) void loadHost();

  const forTests = context.extensionMode === vscode.ExtensionMode.Test ? { host: loadHost } : {};
  const activationMs = performance.now() - started;
  // For whoever develops the extension; the end-to-end tests read it.
  if (context.extensionMode !== vscode.ExtensionMode.Production)
    console.info(`Capstan started in ${activationMs.toFixed(1)} ms`);
  return { activationMs, ...forTests };
}

export async function deactivate(): Promise<void> {
  await (await host)?.dispose();
}

// "Use a Local Model": finds the servers that run on this machine, lets the person pick one and a model, and keeps both in their settings.
import * as vscode from 'vscode';
import { listModels } from '../../adapters/local-models.ts';
import { commands, settings } from '../../shared/contributions.ts';

export interface LocalServer {
  readonly name: string;
  readonly baseUrl: string;
}

/** Where servers that speak the Messages API listen unless they are told otherwise. */
const KNOWN: readonly LocalServer[] = [
  { name: 'Ollama', baseUrl: 'http://localhost:11434' },
  { name: 'LM Studio', baseUrl: 'http://localhost:1234' },
  { name: 'llama.cpp', baseUrl: 'http://localhost:8080' },
  { name: 'vLLM', baseUrl: 'http://localhost:8000' },
];

/** On one's own machine a server answers at once or is not there. */
const LOOK_MS = 1500;

interface ServerItem extends vscode.QuickPickItem {
  /** Undefined: another address. */
  readonly server: LocalServer | undefined;
  readonly models: readonly string[] | undefined;
}

/** Looks at ports of this machine only, and only when the person asks. `known`: default the common ones. */
export async function useLocalModel(known: readonly LocalServer[] = KNOWN): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('This folder is in Restricted Mode, so nothing is asked. Trust it, then try again.'),
    );
    return;
  }
  const title = vscode.l10n.t('Use a Local Model');
  const looking = lookFor(known);
  const placeHolder = vscode.l10n.t('Where does it run? It must speak the Messages API.');
  const picked = await vscode.window.showQuickPick(looking, { title, placeHolder, ignoreFocusOut: true });
  if (!picked) return;
  const baseUrl = picked.server?.baseUrl ?? (await askForAddress(title));
  if (baseUrl === undefined) return;
  const models = picked.models ?? (await listModels(baseUrl, AbortSignal.timeout(LOOK_MS)));
  const model = await askForModel(title, models ?? []);
  if (model === undefined) return;
  const configuration = vscode.workspace.getConfiguration();
  await configuration.update(settings.baseUrl.key, baseUrl, vscode.ConfigurationTarget.Global);
  await configuration.update(settings.model.key, model, vscode.ConfigurationTarget.Global);
  await vscode.commands.executeCommand(commands.testConnection);
}

/** Those that run first. */
async function lookFor(known: readonly LocalServer[]): Promise<ServerItem[]> {
  const items = await Promise.all(
    known.map(async (server): Promise<ServerItem> => {
      const models = await listModels(server.baseUrl, AbortSignal.timeout(LOOK_MS));
      const description = server.baseUrl.replace('http://', '');
      const detail =
        models === undefined
          ? vscode.l10n.t('Not running')
          : models.length === 1
            ? vscode.l10n.t('Running, with one model')
            : vscode.l10n.t('Running, with {0} models', models.length);
      return { label: server.name, description, detail, server, models };
    }),
  );
  const other: ServerItem = { label: vscode.l10n.t('Another Address…'), server: undefined, models: undefined };
  return [...items.toSorted((left, right) => Number(!left.models) - Number(!right.models)), other];
}

async function askForAddress(title: string): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('The address of the server, without /v1.'),
    placeHolder: 'http://localhost:4000',
    ignoreFocusOut: true,
    validateInput: (value) =>
      value.trim() === '' || isAddress(value) ? undefined : vscode.l10n.t('Give an http or https address.'),
  });
  return text?.trim() ? text.trim().replace(/\/+$/, '') : undefined;
}

async function askForModel(title: string, models: readonly string[]): Promise<string | undefined> {
  if (models.length > 0) {
    const placeHolder = vscode.l10n.t('Which model? It needs to be able to call tools.');
    return vscode.window.showQuickPick([...models], { title, placeHolder, ignoreFocusOut: true });
  }
  const text = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('The name of the model, as the server knows it. It needs to be able to call tools.'),
    placeHolder: 'qwen3-coder',
    ignoreFocusOut: true,
  });
  return text?.trim() || undefined;
}

function isAddress(text: string): boolean {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  return url?.protocol === 'http:' || url?.protocol === 'https:';
}

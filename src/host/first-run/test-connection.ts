// "Test Connection": one tiny request as the conversation would make it, with progress and a stop, and what it found in words.
import * as vscode from 'vscode';
import { probeConnection, type ProbeReport } from '../../adapters/connection-probe.ts';
import { commands } from '../../shared/contributions.ts';
import type { Connection } from '../connection.ts';
import type { Keys } from '../keys.ts';
import { readSettings } from '../settings.ts';
import { failedWords, reachedWords, remedyFor, type ConnectionPlace } from './connection-words.ts';

export interface TestConnectionParts {
  readonly keys: Pick<Keys, 'connection' | 'markAccepted' | 'markRefused'>;
  /** Milliseconds until the other side counts as silent. Default: half a minute; a local server may have to load the model first. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 30_000;
const LOCAL_PATIENCE_MS = 120_000;

/** The test that runs: a second wish joins it. */
let running: Promise<ProbeReport | undefined> | undefined;

/**
 * Resolves when the test has ended, to what it found; undefined when it was stopped or there was nothing to test. What is said stands
 * in a notification, which nobody waits for.
 */
export function testConnection(parts: TestConnectionParts): Promise<ProbeReport | undefined> {
  running ??= test(parts).finally(() => (running = undefined));
  return running;
}

async function test({ keys, patienceMs }: TestConnectionParts): Promise<ProbeReport | undefined> {
  if (!vscode.workspace.isTrusted) {
    const words = vscode.l10n.t('This folder is in Restricted Mode, so nothing is sent. Trust it, then test again.');
    void offer(words, vscode.l10n.t('Manage Workspace Trust'), 'workbench.trust.manage');
    return undefined;
  }
  const connection = await keys.connection();
  if (!connection.usable) {
    void tellUnusable(connection);
    return undefined;
  }
  const place = placeOf(connection.baseUrl);
  const report = await probeWithProgress(
    connection,
    place,
    patienceMs ?? (place.local ? LOCAL_PATIENCE_MS : PATIENCE_MS),
  );
  if (!report) return undefined;
  // What was reached and spoke for itself has seen the key.
  if (report.reached || report.hop === 'busy') keys.markAccepted();
  else if (report.hop === 'key') await keys.markRefused();
  void tell(report, place);
  return report;
}

function tellUnusable({ problem, reason }: Extract<Connection, { usable: false }>): Promise<void> {
  return problem === 'key'
    ? offer(reason, vscode.l10n.t('Set API Key…'), commands.setKey)
    : offer(reason, vscode.l10n.t('Settings'), commands.openSettings);
}

async function tell(report: ProbeReport, place: ConnectionPlace): Promise<void> {
  if (report.reached) {
    const open = vscode.l10n.t('Open Chat');
    const pressed = await vscode.window.showInformationMessage(reachedWords(report, place), open);
    if (pressed) await vscode.commands.executeCommand(commands.open);
    return;
  }
  const remedy = remedyFor(report.hop);
  const again = vscode.l10n.t('Test Again');
  const way =
    remedy === 'setKey' ? vscode.l10n.t('Set API Key…') : remedy === 'settings' ? vscode.l10n.t('Settings') : undefined;
  const pressed = await vscode.window.showErrorMessage(failedWords(report, place), ...(way ? [way] : []), again);
  if (pressed === undefined) return;
  const command =
    pressed === again ? commands.testConnection : remedy === 'setKey' ? commands.setKey : commands.openSettings;
  await vscode.commands.executeCommand(command);
}

async function offer(words: string, button: string, command: string): Promise<void> {
  if (await vscode.window.showWarningMessage(words, button)) await vscode.commands.executeCommand(command);
}

async function probeWithProgress(
  { baseUrl, credential }: Extract<Connection, { usable: true }>,
  { host, model }: ConnectionPlace,
  patienceMs: number,
): Promise<ProbeReport | undefined> {
  const title = vscode.l10n.t('Testing the connection to {0}', host);
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    const proxy = proxyAddress();
    const options = {
      baseUrl,
      credential,
      model,
      patienceMs,
      now: () => performance.now(),
      ...(proxy ? { proxy } : {}),
    };
    return probeConnection(options, stop.signal).catch((error: unknown) => {
      if (stop.signal.aborted) return undefined;
      throw error;
    });
  });
}

function placeOf(baseUrl: string): ConnectionPlace {
  const { host, hostname } = new URL(baseUrl);
  const local = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return { host, local, model: readSettings().model };
}

function proxyAddress(): string | undefined {
  const set = vscode.workspace.getConfiguration('http').get<string>('proxy');
  const { env } = process;
  return set || env['HTTPS_PROXY'] || env['https_proxy'] || env['HTTP_PROXY'] || env['http_proxy'] || undefined;
}

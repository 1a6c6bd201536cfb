// Reads Capstan's settings, typed, from the person's own scope alone: what a folder sets is never looked at.
import * as vscode from 'vscode';
import type { PermissionMode } from '../core/permissions/mode.ts';
import { readPrices, type PriceTable } from '../core/usage/prices.ts';
import { PRICES, SANDBOX_HOSTS, settings, type SettingName } from '../shared/contributions.ts';

type Widened<Value> = Value extends string ? string : Value extends boolean ? boolean : number;

export type Settings = { readonly [Name in SettingName]: Widened<(typeof settings)[Name]['default']> };

/** The values as they are now. A value of the wrong type counts as not set. */
export function readSettings(): Settings {
  const values = Object.entries(settings).map(([name, { key, default: fallback }]) => [name, userValue(key, fallback)]);
  return Object.fromEntries(values) as Settings;
}

/** Edits that land for a review afterwards are accepted edits: the gate judges them as it does in that mode. */
export function startingMode(): PermissionMode {
  return readSettings().review === 'pending' ? 'acceptEdits' : 'default';
}

/** The person's own prices. */
export function readPriceSetting(): PriceTable {
  return readPrices(vscode.workspace.getConfiguration().inspect<unknown>(PRICES)?.globalValue);
}

/** Hosts that sandboxed commands may reach; what is no text is left out. */
export function readSandboxHosts(): readonly string[] {
  const value = vscode.workspace.getConfiguration().inspect<unknown>(SANDBOX_HOSTS)?.globalValue;
  return Array.isArray(value) ? value.filter((host): host is string => typeof host === 'string') : [];
}

/** Calls back when one of the settings may have changed. */
export function onSettingsChanged(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('capstan')) listener();
  });
}

function userValue(key: string, fallback: string | number | boolean): string | number | boolean {
  const value = vscode.workspace.getConfiguration().inspect<unknown>(key)?.globalValue;
  if (typeof value !== typeof fallback) return fallback;
  if (typeof value === 'string') return value.trim();
  return typeof value === 'boolean' || Number.isFinite(value) ? (value as number | boolean) : fallback;
}

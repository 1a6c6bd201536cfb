// Reads Capstan's settings, typed, from the person's own scope alone: what a folder sets is never looked at.
import * as vscode from 'vscode';
import type { PermissionMode } from '../core/permissions/mode.ts';
import { readPrices, type PriceTable } from '../core/usage/prices.ts';
import { PRICES, SANDBOX_HOSTS, settings, type SettingName } from '../shared/contributions.ts';

type Widened<Value> = Value extends string ? string : Value extends boolean ? boolean : number;

export type Settings = { readonly [Name in SettingName]: Widened<(typeof settings)[Name]['default']> };

interface Read {
  readonly settings: Settings;
  readonly prices: PriceTable;
}

/** The editor copies all of its settings for each value that is asked for, and ours are asked for with every event of a turn. */
let lastRead: Read | undefined;
/** From the first read to the end of the extension host. */
let watch: vscode.Disposable | undefined;

/** The values as they are now; the same object until a setting changes. A value of the wrong type counts as not set. */
export function readSettings(): Settings {
  return read().settings;
}

/** Edits that land for a review afterwards are accepted edits: the gate judges them as it does in that mode. */
export function startingMode(): PermissionMode {
  return readSettings().review === 'pending' ? 'acceptEdits' : 'default';
}

/** The person's own prices; the same object until a setting changes. */
export function readPriceSetting(): PriceTable {
  return read().prices;
}

/** Hosts that sandboxed commands may reach; what is no text is left out. */
export function readSandboxHosts(): readonly string[] {
  const value = vscode.workspace.getConfiguration().inspect<unknown>(SANDBOX_HOSTS)?.globalValue;
  return Array.isArray(value) ? value.filter((host): host is string => typeof host === 'string') : [];
}

/** Calls back when one of the settings may have changed. */
export function onSettingsChanged(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    // Whoever listens first, none finds what was before.
    lastRead = undefined;
    if (event.affectsConfiguration('capstan')) listener();
  });
}

function read(): Read {
  watch ??= vscode.workspace.onDidChangeConfiguration(() => (lastRead = undefined));
  return (lastRead ??= readNow(vscode.workspace.getConfiguration()));
}

function readNow(configuration: vscode.WorkspaceConfiguration): Read {
  const values = Object.entries(settings).map(([name, { key, default: fallback }]) => [
    name,
    orDefault(configuration.inspect<unknown>(key)?.globalValue, fallback),
  ]);
  return {
    settings: Object.fromEntries(values) as Settings,
    prices: readPrices(configuration.inspect<unknown>(PRICES)?.globalValue),
  };
}

function orDefault(value: unknown, fallback: string | number | boolean): string | number | boolean {
  if (typeof value !== typeof fallback) return fallback;
  if (typeof value === 'string') return value.trim();
  return typeof value === 'boolean' || Number.isFinite(value) ? (value as number | boolean) : fallback;
}

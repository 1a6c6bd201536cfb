// Reads Capstan's settings, typed, from the person's own scope alone: what a folder sets is never looked at.
import * as vscode from 'vscode';
import { readPrices, type PriceTable } from '../core/usage/prices.ts';
import { PRICES, settings, type SettingName } from '../shared/contributions.ts';

export type Settings = {
  readonly [Name in SettingName]: (typeof settings)[Name]['default'] extends string ? string : number;
};

/** The values as they are now. A value of the wrong type counts as not set. */
export function readSettings(): Settings {
  const values = Object.entries(settings).map(([name, { key, default: fallback }]) => [name, userValue(key, fallback)]);
  return Object.fromEntries(values) as Settings;
}

/** The person's own prices. */
export function readPriceSetting(): PriceTable {
  return readPrices(vscode.workspace.getConfiguration().inspect<unknown>(PRICES)?.globalValue);
}

/** Calls back when one of the settings may have changed. */
export function onSettingsChanged(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('capstan')) listener();
  });
}

function userValue(key: string, fallback: string | number): string | number {
  const value = vscode.workspace.getConfiguration().inspect<unknown>(key)?.globalValue;
  if (typeof fallback === 'string') return typeof value === 'string' ? value.trim() : fallback;
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}

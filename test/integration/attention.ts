// A window that is looked at when a test says so, and notifications whose button a test presses.
import * as vscode from 'vscode';
import type { WindowAttention } from '../../src/host/window-attention.ts';
import { until } from './editor.ts';

export function createAttention() {
  const changed = new vscode.EventEmitter<void>();
  const words: string[] = [];
  let press: ((wanted: boolean) => void) | undefined;
  let isLookedAt = true;
  const port: WindowAttention = {
    isLookedAt: () => isLookedAt,
    onDidChange: changed.event,
    offer: (told) =>
      new Promise<boolean>((resolve) => {
        words.push(told);
        press = resolve;
      }),
  };
  return {
    port,
    words,
    look(now: boolean): void {
      isLookedAt = now;
      press = undefined;
      changed.fire();
    },
    press: () => press?.(true),
    /** Until a notification is up. */
    offered: () => until('a notification', () => press !== undefined),
  };
}

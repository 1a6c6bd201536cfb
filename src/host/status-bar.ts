// The item in the status bar: idle, running or waiting for the person, what runs behind, and what it has cost; a click opens the panel.
import * as vscode from 'vscode';
import { commands } from '../shared/contributions.ts';
import type { Activity } from './sessions/session-pool.ts';

export interface Status {
  /** Of all conversations together. */
  readonly activity: Activity;
  /** Conversations at work that are shown nowhere. */
  readonly behind: number;
  /** What the shown one holds and costs, one fact a line; undefined when that is nothing. */
  readonly used?: string | undefined;
  /** A budget of it is nearly or wholly used up. */
  readonly isBudgetLow?: boolean;
}

const faces = {
  idle: { text: '$(comment-discussion) Capstan', tooltip: 'Open Capstan' },
  running: { text: '$(sync~spin) Capstan', tooltip: 'Capstan is working. Click to open the conversation.' },
  waiting: { text: '$(bell-dot) Capstan needs you', tooltip: 'Capstan waits for your answer. Click to open it.' },
} satisfies Record<Activity, { text: string; tooltip: string }>;

export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('capstan.status', vscode.StatusBarAlignment.Right, 10);

  constructor() {
    this.#item.name = 'Capstan';
    this.show({ activity: 'idle', behind: 0 });
    this.#item.show();
  }

  show({ activity, behind, used, isBudgetLow = false }: Status): void {
    const { text, tooltip } = faces[activity];
    const others = behind === 1 ? '1 other conversation is at work.' : `${behind} other conversations are at work.`;
    const lines = [tooltip, ...(behind > 0 ? [others] : []), ...(used ? [used] : [])];
    this.#item.text = `${text}${behind > 0 ? ` +${behind}` : ''}${isBudgetLow ? ' $(warning)' : ''}`;
    this.#item.tooltip = lines.join('\n');
    this.#item.accessibilityInformation = { label: `Capstan, ${activity}. ${lines.join(' ')}`, role: 'button' };
    this.#item.command = activity === 'waiting' ? commands.showQuestion : commands.open;
    this.#item.backgroundColor =
      activity === 'waiting' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }

  dispose(): void {
    this.#item.dispose();
  }
}

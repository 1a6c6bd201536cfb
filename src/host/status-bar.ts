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
  /** What the shown one has cost, "$0.04"; undefined when that is nothing, or not known. */
  readonly cost?: string | undefined;
  /** A budget of it is nearly or wholly used up. */
  readonly isBudgetLow?: boolean;
}

/** Made when they are shown: what the editor has translated is not there earlier. */
const faces: Readonly<Record<Activity, () => { readonly text: string; readonly tooltip: string }>> = {
  idle: () => ({ text: '$(comment-discussion) Capstan', tooltip: vscode.l10n.t('Open Capstan') }),
  running: () => ({
    text: '$(sync~spin) Capstan',
    tooltip: vscode.l10n.t('Capstan is working. Click to open the conversation.'),
  }),
  waiting: () => ({
    text: `$(bell-dot) ${vscode.l10n.t('Capstan needs you')}`,
    tooltip: vscode.l10n.t('Capstan waits for your answer. Click to open it.'),
  }),
};

export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('capstan.status', vscode.StatusBarAlignment.Right, 10);

  constructor() {
    this.#item.name = 'Capstan';
    this.show({ activity: 'idle', behind: 0 });
    this.#item.show();
  }

  show({ activity, behind, used, cost, isBudgetLow = false }: Status): void {
    const { text, tooltip } = faces[activity]();
    const others =
      behind === 1
        ? vscode.l10n.t('1 other conversation is at work.')
        : vscode.l10n.t('{0} other conversations are at work.', String(behind));
    const lines = [tooltip, ...(behind > 0 ? [others] : []), ...(used ? [used] : [])];
    const facts = [text, behind > 0 ? `+${behind}` : '', cost ?? '', isBudgetLow ? '$(warning)' : ''];
    this.#item.text = facts.filter((fact) => fact !== '').join(' ');
    this.#item.tooltip = lines.join('\n');
    this.#item.accessibilityInformation = { label: `Capstan. ${lines.join(' ')}`, role: 'button' };
    this.#item.command = activity === 'waiting' ? commands.showQuestion : commands.open;
    this.#item.backgroundColor =
      activity === 'waiting' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }

  dispose(): void {
    this.#item.dispose();
  }
}

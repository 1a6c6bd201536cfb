// The item in the status bar: idle, running or waiting for the person; a click opens the panel.
import * as vscode from 'vscode';
import { commands } from '../shared/contributions.ts';

export type Activity = 'idle' | 'running' | 'waiting';

const faces = {
  idle: { text: '$(comment-discussion) Capstan', tooltip: 'Open Capstan' },
  running: { text: '$(sync~spin) Capstan', tooltip: 'Capstan is working. Click to open the conversation.' },
  waiting: { text: '$(bell-dot) Capstan needs you', tooltip: 'Capstan waits for your answer. Click to open it.' },
} satisfies Record<Activity, { text: string; tooltip: string }>;

export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('capstan.status', vscode.StatusBarAlignment.Right, 10);

  constructor() {
    this.#item.name = 'Capstan';
    this.show('idle');
    this.#item.show();
  }

  show(activity: Activity): void {
    const { text, tooltip } = faces[activity];
    this.#item.text = text;
    this.#item.tooltip = tooltip;
    this.#item.accessibilityInformation = { label: `Capstan, ${activity}. ${tooltip}`, role: 'button' };
    this.#item.command = activity === 'waiting' ? commands.showQuestion : commands.open;
    this.#item.backgroundColor =
      activity === 'waiting' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }

  dispose(): void {
    this.#item.dispose();
  }
}

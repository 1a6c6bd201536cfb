// Knows what stands in the way of sending a message, and offers the person the way out.
import * as vscode from 'vscode';
import { commands } from '../shared/contributions.ts';
import { TOUR_MODEL } from './first-run/with-tour.ts';
import type { Keys } from './keys.ts';
import { workingFolder } from './locations.ts';

type Obstacle = { readonly reason: string; readonly button: string; readonly command: string };

export class Remedies {
  readonly #keys: Keys;
  #offered = false;
  #keyAsked = false;

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  /** Why nothing can be sent to the model now and what to do; undefined when it can. A tour needs none. */
  async obstacle(model?: string): Promise<string | undefined> {
    return (await this.#find(model))?.reason;
  }

  /** Shows the reason with a button that removes the obstacle; nothing when there is none any more, or it is on screen already. */
  async offer(reason: string): Promise<void> {
    const obstacle = await this.#find();
    if (this.#offered || obstacle?.reason !== reason) return;
    this.#offered = true;
    try {
      if (await this.#isWished(obstacle)) await vscode.commands.executeCommand(obstacle.command);
    } finally {
      this.#offered = false;
    }
  }

  /** The first message without a key leads straight to the box that asks for one; later ones ask whether to. */
  async #isWished({ reason, button, command }: Obstacle): Promise<boolean> {
    if (command === commands.setKey && !this.#keyAsked) return (this.#keyAsked = true);
    return (await vscode.window.showWarningMessage(reason, button)) !== undefined;
  }

  async #find(model?: string): Promise<Obstacle | undefined> {
    if (!vscode.workspace.isTrusted) {
      const reason = vscode.l10n.t(
        'This folder is restricted: nothing is read, run or sent. Trust it, then send the message again.',
      );
      return { reason, button: vscode.l10n.t('Manage Workspace Trust'), command: 'workbench.trust.manage' };
    }
    if (!workingFolder()) {
      const reason = vscode.l10n.t('No folder is open. Open the folder to work in, then send the message again.');
      return { reason, button: vscode.l10n.t('Open Folder…'), command: 'workbench.action.files.openFolder' };
    }
    if (model === TOUR_MODEL) return undefined;
    const connection = await this.#keys.connection();
    if (connection.usable) return undefined;
    return connection.problem === 'key'
      ? { reason: connection.reason, button: vscode.l10n.t('Set API Key…'), command: commands.setKey }
      : { reason: connection.reason, button: vscode.l10n.t('Settings'), command: commands.openSettings };
  }
}

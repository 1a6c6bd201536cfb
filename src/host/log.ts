// The log that a person can open: a channel of the editor's output view, with secrets masked.
import { inspect } from 'node:util';
import * as vscode from 'vscode';
import { maskSecrets } from '../core/secrets/mask-secrets.ts';

export class Log implements vscode.Disposable {
  readonly #channel = vscode.window.createOutputChannel('Capstan', { log: true });
  readonly #secrets = new Set<string>();

  /** Hides this text from now on, wherever it turns up. */
  hide(secret: string): void {
    this.#secrets.add(secret);
  }

  info(message: string): void {
    this.#channel.info(maskSecrets(message, this.#secrets));
  }

  warn(message: string): void {
    this.#channel.warn(maskSecrets(message, this.#secrets));
  }

  error(message: string, error?: unknown): void {
    const cause = error instanceof Error ? (error.stack ?? error.message) : error === undefined ? '' : inspect(error);
    this.#channel.error(maskSecrets(cause ? `${message}\n${cause}` : message, this.#secrets));
  }

  show(): void {
    this.#channel.show();
  }

  dispose(): void {
    this.#channel.dispose();
  }
}

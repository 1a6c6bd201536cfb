// The person's key: asked for once, kept in the editor's secret storage, never written anywhere else.
import * as vscode from 'vscode';
import type { SecretStore } from '../core/ports.ts';
import type { Environment } from '../shared/view-model.ts';
import { chooseConnection, keyProblem, type Connection } from './connection.ts';
import type { Log } from './log.ts';

const KEY_NAME = 'capstan.apiKey';

export interface KeysParts {
  readonly secrets: SecretStore;
  /** The address in the person's settings; empty when not set. */
  readonly baseUrlSetting: () => string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

export class Keys implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  /** The key's status may be another one now. */
  readonly onDidChange = this.#changed.event;
  readonly #parts: KeysParts;
  #refused: string | undefined;

  constructor(parts: KeysParts) {
    this.#parts = parts;
  }

  /** What the next request would use. A locked store counts as empty, and is logged. */
  async connection(): Promise<Connection> {
    const connection = chooseConnection({
      stored: await this.#stored(),
      baseUrlSetting: this.#parts.baseUrlSetting(),
      env: this.#parts.env,
    });
    if (connection.usable && connection.key === 'present') this.#parts.log.hide(connection.credential.value);
    return connection;
  }

  async status(): Promise<Environment['key']> {
    const connection = await this.connection();
    if (!connection.usable) return connection.problem === 'key' ? 'missing' : 'refused';
    return connection.credential.value === this.#refused ? 'refused' : connection.key;
  }

  /** Asks for a key and keeps it. Resolves to whether there is a new one. */
  async ask(): Promise<boolean> {
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t('Capstan: Set API Key'),
      prompt: vscode.l10n.t("It is kept in the editor's secret storage and sent to the model's address alone."),
      placeHolder: 'sk-ant-…',
      password: true,
      ignoreFocusOut: true,
      validateInput: (value) => (value === '' ? undefined : keyProblem(value)),
    });
    if (text === undefined || text.trim() === '') return false;
    await this.set(text);
    return true;
  }

  async set(key: string): Promise<void> {
    this.#parts.log.hide(key.trim());
    await this.#parts.secrets.set(KEY_NAME, key.trim());
    this.#refused = undefined;
    this.#changed.fire();
  }

  async remove(): Promise<void> {
    await this.#parts.secrets.delete(KEY_NAME);
    this.#refused = undefined;
    this.#changed.fire();
  }

  /** The other side turned the current credential down; `status` says so until there is another. */
  async markRefused(): Promise<void> {
    const connection = await this.connection();
    if (!connection.usable) return;
    this.#refused = connection.credential.value;
    this.#changed.fire();
  }

  markAccepted(): void {
    if (this.#refused === undefined) return;
    this.#refused = undefined;
    this.#changed.fire();
  }

  /** Something outside (a setting, another window) may have changed the answer. */
  recheck(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #stored(): Promise<string | undefined> {
    try {
      return await this.#parts.secrets.get(KEY_NAME);
    } catch (error) {
      this.#parts.log.error('The secret storage could not be read; unlock it, or set ANTHROPIC_API_KEY.', error);
      return undefined;
    }
  }
}

/** The editor's secret storage as the core's port. */
export function createSecretStore(secrets: vscode.SecretStorage): SecretStore {
  return {
    get: async (name) => secrets.get(name),
    set: async (name, value) => secrets.store(name, value),
    delete: async (name) => secrets.delete(name),
  };
}

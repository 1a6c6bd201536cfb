// What the panel shows of the editor around it: key, trust, selection, first tasks. Kept up to date while it is asked for.
import * as vscode from 'vscode';
import { ORIGINAL_SCHEME, PROPOSAL_SCHEME } from '../shared/contributions.ts';
import type { Environment } from '../shared/view-model.ts';
import { selectionChip } from './attachments.ts';
import type { Keys } from './keys.ts';
import { onSettingsChanged, readSettings } from './settings.ts';
import { findSuggestions } from './suggestions.ts';

const SELECTION_MS = 100;
const SUGGESTIONS_MS = 1000;

export class EnvironmentWatcher implements vscode.Disposable {
  readonly #keys: Keys;
  readonly #changed = new vscode.EventEmitter<Environment>();
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly #timers = new Map<'selection' | 'suggestions', NodeJS.Timeout>();
  #current: Environment;

  constructor(keys: Keys, version: string) {
    this.#keys = keys;
    this.#current = {
      key: 'missing',
      trusted: vscode.workspace.isTrusted,
      scripted: isScripted(),
      workspaceName: vscode.workspace.name ?? '',
      suggestions: [],
      version,
      ...currentSelection(),
    };
    this.#subscriptions.push(
      keys.onDidChange(() => void this.refreshKey()),
      onSettingsChanged(() => {
        this.#set({ scripted: isScripted() });
        keys.recheck();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.#set({ trusted: true });
        this.#later('selection', 0);
        this.#later('suggestions', 0);
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.#set({ workspaceName: vscode.workspace.name ?? '' });
        this.#later('suggestions', SUGGESTIONS_MS);
      }),
      vscode.window.onDidChangeTextEditorSelection(() => this.#later('selection', SELECTION_MS)),
      vscode.window.onDidChangeActiveTextEditor(() => this.#later('selection', SELECTION_MS)),
      vscode.languages.onDidChangeDiagnostics(() => this.#later('suggestions', SUGGESTIONS_MS)),
    );
    this.#later('suggestions', 0);
  }

  get current(): Environment {
    return this.#current;
  }

  async refreshKey(): Promise<void> {
    this.#set({ key: await this.#keys.status() });
  }

  showPending(pending: Environment['pending']): void {
    const { pending: _, ...rest } = this.#current;
    this.#replace({ ...rest, ...(pending ? { pending } : {}) });
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const subscription of this.#subscriptions.splice(0)) subscription.dispose();
    this.#changed.dispose();
  }

  #later(what: 'selection' | 'suggestions', ms: number): void {
    clearTimeout(this.#timers.get(what));
    this.#timers.set(
      what,
      setTimeout(() => void this.#refresh(what), ms),
    );
  }

  async #refresh(what: 'selection' | 'suggestions'): Promise<void> {
    if (what === 'suggestions') {
      this.#set({ suggestions: vscode.workspace.isTrusted ? await findSuggestions() : [] });
      return;
    }
    const { selection: _, ...rest } = this.#current;
    this.#replace({ ...rest, ...currentSelection() });
  }

  #set(fields: Partial<Omit<Environment, 'selection'>>): void {
    this.#replace({ ...this.#current, ...fields });
  }

  #replace(environment: Environment): void {
    if (JSON.stringify(environment) === JSON.stringify(this.#current)) return;
    this.#current = environment;
    this.#changed.fire(environment);
  }
}

function isScripted(): boolean {
  return readSettings().model.startsWith('scripted');
}

function currentSelection(): Pick<Environment, 'selection'> {
  const editor = vscode.window.activeTextEditor;
  const own = editor && [ORIGINAL_SCHEME, PROPOSAL_SCHEME, 'output'].includes(editor.document.uri.scheme);
  if (!editor || own || !vscode.workspace.isTrusted) return {};
  const selection = selectionChip(editor.document, editor.selection);
  return selection ? { selection } : {};
}

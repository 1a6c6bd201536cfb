// What a person does with a conversation: open, rename, export, copy, archive, delete and bring back. Says how each ended.
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { UserInput } from '../../core/events.ts';
import type { ExportFormat } from '../../core/sessions/export/export-session.ts';
import { SessionLockedError, type SessionShelf } from '../../core/sessions/session-log.ts';
import type { Conversation } from '../conversation.ts';
import { workingFolder } from '../locations.ts';
import type { Log } from '../log.ts';
import { longWork } from '../long-work.ts';
import type { SessionPool } from './session-pool.ts';
import { fileName, quoted } from './session-words.ts';

/** A conversation, by what every list of them knows. */
export interface ListedSession {
  readonly id: string;
  readonly title: string;
}

/** Where conversations are shown. */
export interface SessionPlaces {
  isShown(id: string): boolean;
  /** Where it is shown already, or else where the person was last; with the focus. */
  open(id: string): Promise<void>;
  /** In an editor tab, with the focus. */
  openTab(id: string): Promise<void>;
  /** Where the person was last; leaves the focus where it is. */
  openInBackground(id: string): Promise<void>;
}

export interface SessionActionsParts {
  readonly pool: SessionPool;
  readonly places: SessionPlaces;
  readonly shelf: SessionShelf;
  readonly log: Log;
  /** Told of what may take a while. */
  readonly waiting?: (work: Promise<unknown>) => void;
}

const formats = (): readonly (vscode.QuickPickItem & { readonly format: ExportFormat })[] => [
  { label: 'Markdown', description: '.md', detail: vscode.l10n.t('For reading and for keeping'), format: 'md' },
  {
    label: 'HTML',
    description: '.html',
    detail: vscode.l10n.t('One page for a browser, with nothing to load'),
    format: 'html',
  },
  { label: 'JSON', description: '.json', detail: vscode.l10n.t('For a program'), format: 'json' },
];

/** What is said when it did not work: of which conversation, and why. */
const failures = {
  open: (name: string, why: string) =>
    vscode.l10n.t('{0} could not be opened: {1} Nothing was lost; try again.', name, why),
  rename: (name: string, why: string) =>
    vscode.l10n.t('{0} could not be renamed: {1} Nothing was lost; try again.', name, why),
  export: (name: string, why: string) =>
    vscode.l10n.t('{0} could not be exported: {1} Nothing was lost; try again.', name, why),
  copy: (name: string, why: string) =>
    vscode.l10n.t('{0} could not be copied: {1} Nothing was lost; try again.', name, why),
  archive: (name: string, why: string) =>
    vscode.l10n.t('{0} could not be archived: {1} Nothing was lost; try again.', name, why),
  unarchive: (name: string, why: string) =>
    vscode.l10n.t('{0} could not be taken out of the archive: {1} Nothing was lost; try again.', name, why),
  delete: (name: string, why: string) =>
    vscode.l10n.t('{0} could not be deleted: {1} Nothing was lost; try again.', name, why),
  restore: (name: string, why: string) =>
    vscode.l10n.t('{0} could not be brought back: {1} Nothing was lost; try again.', name, why),
};

export class SessionActions {
  readonly #parts: SessionActionsParts;
  /** Deleted in this window, and not brought back. */
  readonly #deleted = new Set<string>();

  constructor(parts: SessionActionsParts) {
    this.#parts = parts;
  }

  async open(session: ListedSession): Promise<void> {
    await this.#told('open', session, () => this.#parts.places.open(session.id));
  }

  async openTab(session: ListedSession): Promise<void> {
    await this.#told('open', session, () => this.#parts.places.openTab(session.id));
  }

  /** Asks for the title, unless one is given. */
  async rename(session: ListedSession, given = ''): Promise<void> {
    const title = given.trim() === '' ? await askForTitle(session) : given;
    const wished = title?.replaceAll(/\s+/g, ' ').trim();
    if (!wished || wished === session.title) return;
    const { pool, shelf } = this.#parts;
    await this.#told('rename', session, async () => {
      if (!(await pool.rename(session.id, wished))) await shelf.rename(session.id, wished);
    });
  }

  async export(session: ListedSession): Promise<void> {
    const title = vscode.l10n.t('Export {0}', quoted(session.title));
    const picked = await vscode.window.showQuickPick(formats(), {
      title,
      placeHolder: vscode.l10n.t('Keys and tokens are masked.'),
    });
    if (!picked) return;
    const { label, format } = picked;
    const folder = workingFolder()?.uri;
    const name = fileName(session.title, format);
    const target = await vscode.window.showSaveDialog({
      title,
      ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
      filters: { [label]: [format] },
    });
    if (target) await this.exportTo(session, format, target);
  }

  async exportTo(session: ListedSession, format: ExportFormat, target: vscode.Uri): Promise<void> {
    await this.#told('export', session, async () => {
      const title = vscode.l10n.t('Exporting {0}', quoted(session.title));
      const text = await longWork(title, () => this.#exported(session, format));
      if (text === undefined) return;
      await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
      const message = vscode.l10n.t(
        '{0} was exported to {1}.',
        quoted(session.title),
        vscode.workspace.asRelativePath(target),
      );
      void vscode.window.showInformationMessage(message, vscode.l10n.t('Open')).then(async (pressed) => {
        if (pressed) await vscode.commands.executeCommand('vscode.open', target);
      });
    });
  }

  async #exported(session: ListedSession, format: ExportFormat): Promise<string> {
    const entries = await this.#parts.shelf.read(session.id);
    const { exportSession } = await import('../../core/sessions/export/export-session.ts');
    return exportSession(session.id, entries, format);
  }

  /** Goes on in a copy; the original stays as it is. */
  async fork(session: ListedSession): Promise<void> {
    await this.#told('copy', session, async () => {
      const copy = randomUUID();
      await this.#parts.shelf.fork(session.id, copy);
      await this.#parts.places.open(copy);
    });
  }

  /**
   * Shows there a copy that ends before the turn, or an empty conversation where it was the first. The original stays as it is. Resolves to
   * what was said in the turn; undefined when that failed, which is told.
   */
  async forkBefore(
    session: ListedSession,
    turnId: string,
    place: Pick<Conversation, 'begin' | 'show'>,
  ): Promise<UserInput | undefined> {
    let said: UserInput | undefined;
    await this.#told('copy', session, async () => {
      const { shelf } = this.#parts;
      const entries = await shelf.read(session.id);
      const turns = entries.flatMap((entry) => (entry.type === 'turn_started' ? [entry] : []));
      const copy = randomUUID();
      if (turns[0]?.turnId === turnId) await place.begin();
      else {
        await shelf.fork(session.id, copy, turnId);
        await place.show(copy);
      }
      said = turns.find((turn) => turn.turnId === turnId)?.input;
    });
    return said;
  }

  async setArchived(session: ListedSession, archived: boolean): Promise<void> {
    const failed = archived ? 'archive' : 'unarchive';
    await this.#told(failed, session, () => this.#parts.shelf.setArchived(session.id, archived));
  }

  /** Asks first. */
  async delete(session: ListedSession): Promise<void> {
    const { pool } = this.#parts;
    const runs = pool.sessions.some(({ id, state }) => id === session.id && state !== 'idle');
    const kept = vscode.l10n.t(
      'You can bring it back until this window closes. Files that it changed stay as they are.',
    );
    const detail = runs ? `${vscode.l10n.t('It is at work, and will be stopped.')} ${kept}` : kept;
    const options = { modal: true, detail };
    const pressed = await vscode.window.showWarningMessage(
      vscode.l10n.t('Delete {0}?', quoted(session.title)),
      options,
      vscode.l10n.t('Delete'),
    );
    if (pressed !== undefined) await this.remove(session);
  }

  /** Does not ask, and says how to bring it back. */
  async remove(session: ListedSession): Promise<void> {
    const { pool, places, shelf } = this.#parts;
    await this.#told('delete', session, async () => {
      const wasShown = places.isShown(session.id);
      await pool.close(session.id);
      await shelf.remove(session.id);
      this.#deleted.add(session.id);
      const message = vscode.l10n.t(
        '{0} was deleted. You can bring it back until this window closes.',
        quoted(session.title),
      );
      void vscode.window.showInformationMessage(message, vscode.l10n.t('Undo')).then(async (pressed) => {
        if (pressed) await this.restore(session, wasShown);
      });
    });
  }

  async restore(session: ListedSession, show: boolean): Promise<void> {
    await this.#told('restore', session, async () => {
      await this.#parts.shelf.restore(session.id);
      this.#deleted.delete(session.id);
      if (show) await this.#parts.places.openInBackground(session.id);
    });
  }

  /** Another window writes it: a copy can be gone on with here. */
  async offerCopy(session: ListedSession): Promise<void> {
    const message = vscode.l10n.t(
      '{0} is open in another window. Close it there, or go on in a copy here.',
      quoted(session.title),
    );
    const pressed = await vscode.window.showWarningMessage(message, vscode.l10n.t('Open a Copy'));
    if (pressed !== undefined) await this.fork(session);
  }

  /** The window closes: what was deleted in it is gone for good. */
  async dispose(): Promise<void> {
    await Promise.all([...this.#deleted].map((id) => this.#parts.shelf.purge(id)));
  }

  /** A failure is told to the person, with what to do. */
  async #told(wish: keyof typeof failures, session: ListedSession, work: () => Promise<void>): Promise<void> {
    try {
      const working = work();
      this.#parts.waiting?.(working);
      await working;
    } catch (error) {
      if (error instanceof SessionLockedError) return void this.offerCopy(session);
      this.#parts.log.error(`The conversation ${session.id}: ${wish} failed.`, error);
      const why = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(failures[wish](quoted(session.title), why.replace(/\.?$/, '.')));
    }
  }
}

function askForTitle({ title }: ListedSession): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Rename the Conversation'),
    value: title,
    validateInput: (value) => (value.trim() === '' ? vscode.l10n.t('A title has at least one character.') : undefined),
  });
}

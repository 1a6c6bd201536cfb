// Owns the edits that landed without a review: what is still to be looked at, and keeping and undoing it. What a file says stays the file's.
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { FileError, type FileSystem, type TextFile } from '../../core/ports.ts';
import type { Reminder } from '../../core/engine/reminder.ts';
import type { EditJournal, Landed, LandingEdit } from '../../core/review/edit-journal.ts';
import {
  afterRestart,
  beginLanding,
  endLanding,
  isSettled,
  keepIn,
  noteDepartures,
  pendingHunks,
  takeNotes,
  undoIn,
  undoneAgain,
  type PendingFile,
} from '../../core/review/pending-file.ts';
import { reviewWords, type FileNotes } from '../../core/review/review-words.ts';
import type { Hunk } from '../../core/review/tracked-text.ts';
import { writeLanesOf } from '../../core/tools/files/write-lanes.ts';
import { toPath } from '../locations.ts';
import type { Log } from '../log.ts';
import { readIfThere, putText } from './file-text.ts';
import { DocumentPaths } from './document-paths.ts';
import { pendingView, type PendingView } from './pending-view.ts';
import type { PendingStore } from './pending-store.ts';
import { UndoHistory } from './undo-history.ts';
import { watchFile } from './watch-file.ts';

/** A longer text is not followed: comparing it at each key would be felt. */
const MAX_CHARS = 2_000_000;
const REFRESH_MS = 60;
/** While somebody types it is too early to say what they changed. */
const QUIET_MS = 1_500;
const REMINDER_PATIENCE_MS = 800;
const MAX_AGE_MS = 30 * 24 * 3_600_000;

export interface PendingEditsParts {
  readonly files: FileSystem;
  readonly store: PendingStore;
  readonly log: Log;
}

export interface Undone {
  readonly undone: number;
  /** Left alone, as somebody has typed in them. */
  readonly spared: number;
}

interface Entry {
  file: PendingFile;
  present: string | undefined;
  hunks: readonly Hunk[];
  typedAt: number;
  timer?: NodeJS.Timeout | undefined;
  readonly watcher: vscode.Disposable;
}

export type ChooseHunks = (hunks: readonly Hunk[]) => readonly Hunk[];

export class PendingEdits implements vscode.Disposable {
  readonly #parts: PendingEditsParts;
  readonly #entries = new Map<string, Entry>();
  readonly #paths: DocumentPaths;
  readonly #history = new UndoHistory();
  #ready: Promise<void> = Promise.resolve();
  readonly #changed = new vscode.EventEmitter<void>();
  /** What is pending may have changed. */
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions = [
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) this.#typed(document);
    }),
    vscode.workspace.onDidOpenTextDocument((document) => {
      if (this.#entries.size > 0) void this.#learn(this.#paths.learn(document));
    }),
    vscode.workspace.onDidCloseTextDocument((document) => {
      this.#later(this.pathOf(document));
      this.#paths.forget(document);
    }),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) for (const path of this.#entries.keys()) this.#later(path);
    }),
    vscode.workspace.onDidRenameFiles(({ files }) => {
      for (const { oldUri, newUri } of files) this.#move(toPath(oldUri), toPath(newUri));
    }),
  ];

  constructor(parts: PendingEditsParts) {
    this.#parts = parts;
    this.#paths = new DocumentPaths(parts.files);
  }

  /** Files with something to review, by path. */
  get files(): readonly PendingView[] {
    const views = [...this.#entries.values()]
      .filter(({ hunks }) => hunks.length > 0)
      .map(({ file, hunks }) => pendingView(file, hunks));
    return views.toSorted((one, other) => (one.file.path < other.file.path ? -1 : 1));
  }

  /** Brings back what was pending before this process; what lands meanwhile waits for it. Never rejects. */
  restore(): Promise<void> {
    return (this.#ready = this.#load().catch((error: unknown) => this.#warn('brought back', error)));
  }

  journal(session: string): EditJournal {
    return { landing: (edit) => this.#landing(edit, session) };
  }

  /** `cwd`: what the paths are shown against. */
  reminder(session: string, cwd: string): Reminder {
    return {
      take: () =>
        this.#tell(session, cwd).catch((error: unknown) => {
          this.#warn('told', error);
          return undefined;
        }),
    };
  }

  /** The path under which this document is known here, if it is. */
  pathOf(document: Pick<vscode.TextDocument, 'uri'>): string | undefined {
    const path = this.#paths.pathOf(document);
    return this.#entries.has(path) ? path : undefined;
  }

  /** As the document reads now, typed text included. */
  hunksIn(document: vscode.TextDocument): readonly Hunk[] {
    const entry = this.#entries.get(this.pathOf(document) ?? '');
    if (!entry) return [];
    const text = document.getText();
    return text === entry.present || text.length > MAX_CHARS ? entry.hunks : pendingHunks(entry.file, text);
  }

  /** Gives how many were kept. */
  async keep(path: string, choose: ChooseHunks = (hunks) => hunks): Promise<number> {
    const kept = await this.#inLane(path, async (entry, present) => {
      const chosen = choose(pendingHunks(entry.file, present.text));
      if (chosen.length > 0) await this.#set(keepIn(entry.file, present.text, chosen), present.text);
      return chosen.length;
    });
    return kept ?? 0;
  }

  /**
   * Asks nothing; the editor's own undo takes it back, also of a file that was removed as nothing but an agent's text was in it.
   * `force`: those too that somebody has typed in. Throws `FileError` when the file cannot be written; then nothing has changed.
   */
  async undo(path: string, choose: ChooseHunks = (hunks) => hunks, force = false): Promise<Undone> {
    const done = await this.#inLane(path, async (entry, present): Promise<Undone> => {
      const wanted = choose(pendingHunks(entry.file, present.text));
      const chosen = wanted.filter(({ touched }) => force || !touched);
      if (chosen.length > 0) await this.#write(entry, present, chosen);
      return { undone: chosen.length, spared: wanted.length - chosen.length };
    });
    return done ?? { undone: 0, spared: 0 };
  }

  dispose(): void {
    for (const { watcher, timer } of this.#entries.values()) {
      clearTimeout(timer);
      watcher.dispose();
    }
    this.#entries.clear();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  async #write(entry: Entry, present: TextFile, chosen: readonly Hunk[]): Promise<void> {
    const was = entry.file;
    const { file, text } = undoIn(was, present.text, chosen);
    const forgotten = this.#history.push({ file: was, text: present.text });
    // What is told meanwhile builds on it.
    entry.file = file;
    try {
      await putText(this.#parts.files, file, text, present);
    } catch (error) {
      if (entry.file === file) entry.file = was;
      throw error;
    }
    const after = await readIfThere(this.#parts.files, file.path);
    await this.#set(entry.file, after?.text);
    for (const path of forgotten) this.#later(path);
  }

  async #load(): Promise<void> {
    for (const stored of await this.#parts.store.load()) {
      const present = await this.#read(stored.path);
      const file = afterRestart(stored, present?.text);
      // What was undone or changed by hand is noted when it is told: unsaved text may not be back yet.
      const isOld = Date.now() - file.at > MAX_AGE_MS && pendingHunks(file, present?.text).length === 0;
      if (isOld || isSettled(file)) await this.#forget(file.path);
      else await this.#set(file, present?.text);
    }
  }

  async #landing(edit: LandingEdit, session: string): Promise<Landed> {
    const { path, before = '', after } = edit;
    if (Math.max(before.length, after.length) > MAX_CHARS) {
      this.#parts.log.warn(`${path} is too long to review edit by edit: the change landed as it is.`);
      return async () => undefined;
    }
    await this.#ready;
    await this.#set(beginLanding(this.#entries.get(path)?.file, edit, session, Date.now()), edit.before);
    return async (written) => {
      const entry = this.#entries.get(path);
      if (entry) await this.#set(endLanding(entry.file, written), written ?? edit.before);
    };
  }

  async #tell(session: string, cwd: string): Promise<string | undefined> {
    const mine = [...this.#entries.values()].filter(({ file }) => file.sessions.includes(session));
    if (mine.length === 0) return undefined;
    const reading = Promise.allSettled(mine.map(({ file }) => readIfThere(this.#parts.files, file.path)));
    const texts = await Promise.race([reading, sleep(REMINDER_PATIENCE_MS, undefined, { ref: false })]);
    // Next time, then.
    if (!texts) return undefined;
    const told = mine.map((entry, index) => this.#takeNotes(entry, texts[index]!, session));
    return reviewWords(told, cwd);
  }

  #takeNotes(entry: Entry, read: PromiseSettledResult<TextFile | undefined>, session: string): FileNotes {
    const isKnown = read.status === 'fulfilled' && entry.file.landing === undefined;
    const isQuiet = Date.now() - entry.typedAt > QUIET_MS;
    const present = isKnown ? read.value?.text : entry.present;
    const { file, notes } = takeNotes(isKnown && isQuiet ? noteDepartures(entry.file, present) : entry.file, session);
    if (file !== entry.file) void this.#set(file, present);
    return { path: file.path, notes };
  }

  async #inLane<Result>(
    path: string,
    work: (entry: Entry, present: TextFile) => Promise<Result>,
  ): Promise<Result | undefined> {
    return writeLanesOf(this.#parts.files)(path, async () => {
      const present = await readIfThere(this.#parts.files, path);
      const entry = this.#entries.get(path);
      if (entry && present) return work(entry, present);
      this.#later(path);
      return undefined;
    });
  }

  /** The one place where what is kept of a file changes. */
  async #set(file: PendingFile, present: string | undefined): Promise<void> {
    const { path } = file;
    const known = this.#entries.get(path);
    const hunks = pendingHunks(file, present);
    if (known) Object.assign(known, { file, present, hunks });
    else this.#add({ file, present, hunks, typedAt: 0, watcher: watchFile(path, () => this.#later(path)) });
    this.#changed.fire();
    if (!isSettled(file)) await this.#parts.store.save(file).catch((error: unknown) => this.#warn('kept', error));
    else await this.#forget(path);
  }

  #add(entry: Entry): void {
    this.#entries.set(entry.file.path, entry);
    void this.#learn(this.#paths.learnAll());
  }

  async #forget(path: string): Promise<void> {
    await this.#parts.store.remove(path).catch((error: unknown) => this.#warn('removed', error));
    const entry = this.#entries.get(path);
    // The editor's undo may bring it back.
    if (!entry || this.#history.has(path) || !isSettled(entry.file)) return;
    entry.watcher.dispose();
    clearTimeout(entry.timer);
    this.#entries.delete(path);
    this.#changed.fire();
  }

  #typed(document: vscode.TextDocument): void {
    const path = this.pathOf(document);
    const entry = path === undefined ? undefined : this.#entries.get(path);
    if (entry) entry.typedAt = Date.now();
    this.#later(path);
  }

  #later(path: string | undefined): void {
    const entry = path === undefined ? undefined : this.#entries.get(path);
    if (!entry || path === undefined) return;
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => {
      // In line with those who write: what is read must not be from before a write that has just ended.
      writeLanesOf(this.#parts.files)(path, () => this.#refresh(path)).catch((error: unknown) =>
        this.#warn('looked at', error),
      );
    }, REFRESH_MS);
  }

  async #refresh(path: string): Promise<void> {
    const present = (await this.#read(path))?.text;
    const entry = this.#entries.get(path);
    // What lands is told by whoever writes it.
    if (!entry || entry.file.landing) return;
    const back = present === undefined ? undefined : this.#history.comeBack(path, present);
    if (back) return this.#set(undoneAgain(back, entry.file), present);
    if (present === entry.present) return this.#history.has(path) ? undefined : this.#forgetIfSettled(entry);
    entry.present = present;
    entry.hunks = pendingHunks(entry.file, present);
    this.#changed.fire();
  }

  async #forgetIfSettled({ file }: Entry): Promise<void> {
    if (isSettled(file)) await this.#forget(file.path);
  }

  async #read(path: string): Promise<TextFile | undefined> {
    return readIfThere(this.#parts.files, path).catch(() => undefined);
  }

  /** A folder's files move with it. */
  #move(from: string, to: string): void {
    for (const [path, entry] of this.#entries) {
      if (path !== from && !path.startsWith(`${from}/`) && !path.startsWith(`${from}\\`)) continue;
      const target = to + path.slice(from.length);
      entry.watcher.dispose();
      clearTimeout(entry.timer);
      this.#entries.delete(path);
      this.#history.moved(path, target);
      void this.#parts.store.remove(path).catch((error: unknown) => this.#warn('removed', error));
      void this.#set({ ...entry.file, path: target }, entry.present);
    }
  }

  async #learn(learning: Promise<boolean>): Promise<void> {
    if (await learning) this.#changed.fire();
  }

  #warn(what: string, error: unknown): void {
    const reason = error instanceof FileError ? error.message : error;
    this.#parts.log.error(`A pending edit could not be ${what}.`, reason);
  }
}

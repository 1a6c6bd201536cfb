// What one surface shows: which session of the pool that is, what the person does with it, and the way to another.
import { randomUUID } from 'node:crypto';
import type { AgentSession } from '../core/engine/agent-session.ts';
import type { UserInput } from '../core/events.ts';
import type { PermissionMode } from '../core/permissions/mode.ts';
import type { SessionChoices } from '../core/session/session-choices.ts';
import { SessionLockedError } from '../core/sessions/session-log.ts';
import type { Delivery, Patch, SessionView, Turn } from '../shared/view-model.ts';
import type { SessionPool } from './sessions/session-pool.ts';
import { t } from '../shared/l10n.ts';

export interface ConversationParts {
  readonly pool: SessionPool;
  /** Which session was shown here last: `restore` brings it back. Undefined where that is not known. */
  readonly memory: { get(): string | undefined; set(id: string): void };
  /** The session to begin with where the memory has none. Default: an empty conversation. */
  readonly first?: () => Promise<string | undefined>;
  /** Why nothing can be sent now, with what to do; undefined when it can. */
  readonly obstacle: (model: string) => Promise<string | undefined>;
  readonly model: () => string;
  /** That a new conversation begins in; default `default`. */
  readonly mode?: () => PermissionMode;
  readonly warn: (message: string, error?: unknown) => void;
  /** The session that was to be brought back is open in another window. */
  readonly locked: (id: string) => void;
}

export interface ConversationListener {
  changed(patches: readonly Patch[]): void;
  /** Another session is shown from now on. */
  replaced(): void;
  /** Something that is no turn may take a while: opening, shortening. */
  waiting(work: Promise<unknown>): void;
}

/** What a person may choose for one conversation. */
export interface ConversationChoices extends SessionChoices {
  readonly mode?: PermissionMode;
}

export type SubmitResult = { readonly taken: true } | { readonly taken: false; readonly reason: string };

/** Remembered after "New Conversation": a reload brings the empty one back, not the one before. */
export const NEW_SESSION = 'new';

export class Conversation {
  readonly #parts: ConversationParts;
  readonly #listeners = new Set<Partial<ConversationListener>>();
  readonly #stopListening: () => void;
  #current: AgentSession | undefined;
  /** Before there is a session: what is chosen for it. */
  #chosen: ConversationChoices = {};
  #restored: Promise<void> | undefined;
  /** Opening, sending and leaving happen one after another. */
  #line: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    this.#stopListening = parts.pool.listen({
      event: (_event, session, patches) => {
        if (session === this.#current) this.#tell((listener) => listener.changed?.(patches));
      },
      withdrawn: (id) => {
        if (this.#parts.memory.get() === id) this.#parts.memory.set(NEW_SESSION);
        if (this.#current?.id === id) this.#leave();
      },
    });
  }

  get view(): { readonly session: SessionView; readonly turns: readonly Turn[] } {
    return this.#current?.view ?? { session: this.#emptySession(), turns: [] };
  }

  get session(): AgentSession | undefined {
    return this.#current;
  }

  /** Of the session that is shown, or begins next. */
  get choices(): SessionChoices {
    return this.#current?.choices ?? this.#chosen;
  }

  choose(choices: ConversationChoices): void {
    const session = this.#current;
    if (session) return choose(session, choices);
    this.#chosen = { ...this.#chosen, ...choices, budgets: { ...this.#chosen.budgets, ...choices.budgets } };
    this.#tell((listener) => listener.changed?.([{ op: 'session', fields: this.view.session }]));
  }

  listen(listener: Partial<ConversationListener>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Brings back the session that was shown here last. Does its work once. */
  restore(): Promise<void> {
    return (this.#restored ??= this.#inLine(async () => {
      if (this.#current) return;
      const id = this.#parts.memory.get() ?? (await this.#parts.first?.());
      if (id !== undefined && id !== NEW_SESSION) await this.#bringBack(id);
    }));
  }

  /** Starts a turn or queues the message. When it is not taken, nothing has happened and the reason says what to do. */
  async submit(input: UserInput, delivery?: Delivery): Promise<SubmitResult> {
    await this.restore();
    return this.#inLine(async (): Promise<SubmitResult> => {
      const closing = this.#disposed || this.#parts.pool.isDisposed;
      const reason = closing ? t('The window is closing.') : await this.#obstacle();
      if (reason !== undefined) return { taken: false, reason };
      try {
        const session = this.#current ?? (await this.#openChosen());
        session.submit(input, delivery);
        return { taken: true };
      } catch (error) {
        this.#parts.warn('A message could not be sent.', error);
        const reason = t('The conversation could not be opened; the log says why. Try again, or start a new one.');
        return { taken: false, reason };
      }
    });
  }

  /** Delivers a message that waits in another way. Resolves to why not, if not. */
  async deliver(id: string, delivery: Delivery): Promise<string | undefined> {
    const reason = await this.#obstacle();
    if (reason === undefined) this.#current?.deliver(id, delivery);
    return reason;
  }

  /** Sends the message of an ended turn again. Resolves to why not, if not. */
  async retry(turnId: string): Promise<string | undefined> {
    const reason = await this.#obstacle();
    if (reason === undefined) this.#current?.retry(turnId);
    return reason;
  }

  /** Shortens the conversation, keeping what `focus` names. Resolves to why not, if not. */
  async compact(focus: string | undefined, signal?: AbortSignal): Promise<string | undefined> {
    const session = this.#current;
    if (!session || session.view.turns.length === 0) return t('There is no conversation to shorten yet.');
    if (session.running)
      return t('Capstan is at work. Stop it or wait until it has finished, then shorten the conversation.');
    const reason = await this.#obstacle();
    if (reason !== undefined) return reason;
    // A failure is told in the panel.
    const work = session.compact(focus, signal);
    this.#parts.pool.keepFor(session, work);
    this.#tell((listener) => listener.waiting?.(work));
    await work;
    return undefined;
  }

  stop(): void {
    this.#current?.stop();
  }

  /** Shows an empty conversation. The old one is kept, and goes on if it runs. */
  async begin(): Promise<void> {
    await this.restore();
    await this.#inLine(async () => {
      this.#parts.memory.set(NEW_SESSION);
      this.#leave();
    });
  }

  /**
   * Shows another session: one that is open, as it is, or one from its log. The one that was shown is kept, and goes on if it runs.
   * Rejects when it cannot be opened, with `SessionLockedError` when another window has it; what is shown stays then.
   */
  show(id: string): Promise<void> {
    return this.#inLine(async () => {
      if (!this.#disposed && this.#current?.id !== id) await this.#present(id);
    });
  }

  /** Nothing is shown any more. What runs goes on. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#line;
    this.#listeners.clear();
    this.#stopListening();
    this.#leave();
  }

  /** What cannot be brought back is left where it is. */
  async #bringBack(id: string): Promise<void> {
    try {
      await this.#present(id);
    } catch (error) {
      this.#parts.warn('The last conversation could not be opened. It was left as it is.', error);
      if (error instanceof SessionLockedError) this.#parts.locked(id);
    }
  }

  #obstacle(): Promise<string | undefined> {
    return this.#parts.obstacle(this.view.session.model);
  }

  async #openChosen(): Promise<AgentSession> {
    const chosen = this.#chosen;
    const session = await this.#present(randomUUID());
    choose(session, chosen);
    return session;
  }

  #emptySession(): SessionView {
    const { model, effort, mode = this.#parts.mode?.() ?? 'default' } = this.#chosen;
    const own = effort === undefined ? {} : { effort };
    const view = { id: '', title: '', state: 'idle', inputTokens: 0, outputTokens: 0 } as const;
    return { ...view, queued: [], model: model ?? this.#parts.model(), ...own, mode };
  }

  async #present(id: string): Promise<AgentSession> {
    const { pool, memory } = this.#parts;
    const opening = pool.hold(id, this);
    this.#tell((listener) => listener.waiting?.(opening));
    const session = await opening;
    if (!pool.isOpen(session)) throw new Error('The conversation was closed while it was being opened.');
    const old = this.#current;
    this.#current = session;
    this.#chosen = {};
    memory.set(id);
    this.#tell((listener) => listener.replaced?.());
    if (old) pool.letGo(old, this);
    return session;
  }

  #leave(): void {
    const old = this.#current;
    if (!old) return;
    this.#current = undefined;
    this.#tell((listener) => listener.replaced?.());
    this.#parts.pool.letGo(old, this);
  }

  #tell(call: (listener: Partial<ConversationListener>) => void): void {
    for (const listener of this.#listeners) call(listener);
  }

  #inLine<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#line.then(work, work);
    this.#line = result.catch(() => {});
    return result;
  }
}

function choose(session: AgentSession, { mode, ...choices }: ConversationChoices): void {
  if (mode !== undefined) session.setMode(mode);
  session.choose(choices);
}

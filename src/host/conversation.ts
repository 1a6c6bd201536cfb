// Owns the conversation that the panel shows, and those that still run behind it.
import { randomUUID } from 'node:crypto';
import type { AgentSession } from '../core/engine/agent-session.ts';
import type { AgentEvent, UserInput } from '../core/events.ts';
import { SessionLockedError, type SessionSummary } from '../core/sessions/session-log.ts';
import type { Patch, SessionView, Turn } from '../shared/view-model.ts';

export interface OpenedSession {
  readonly session: AgentSession;
  /** Stops it, writes its log out, and ends what it had started. */
  close(): Promise<void>;
}

export interface ConversationParts {
  /** Opens a session by its id, or begins one. Starts nothing by itself. May throw. */
  readonly openSession: (id: string) => Promise<OpenedSession>;
  /** The sessions of this workspace, newest first. */
  readonly listSessions: () => Promise<readonly SessionSummary[]>;
  /** Which session this window showed last. */
  readonly memory: { get(): string | undefined; set(id: string | undefined): void };
  /** Why nothing can be sent now, with what to do; undefined when it can. */
  readonly obstacle: () => Promise<string | undefined>;
  readonly model: () => string;
  readonly warn: (message: string, error?: unknown) => void;
}

export interface ConversationListener {
  changed(patches: readonly Patch[]): void;
  /** Another session is shown from now on. */
  replaced(): void;
  /** From the session that is shown and from those behind it. */
  event(event: AgentEvent): void;
  /** Whether some session runs or waits may have changed. */
  activity(): void;
}

export type SubmitResult = { readonly taken: true } | { readonly taken: false; readonly reason: string };

export class Conversation {
  readonly #parts: ConversationParts;
  readonly #listeners = new Set<ConversationListener>();
  /** Every open session; all but the current one run to their end and are closed then. */
  readonly #open = new Map<AgentSession, { close(): Promise<void>; unsubscribe(): void }>();
  #current: AgentSession | undefined;
  #restored: Promise<void> | undefined;
  /** Opening, sending and leaving happen one after another. */
  #line: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
  }

  get view(): { readonly session: SessionView; readonly turns: readonly Turn[] } {
    return this.#current?.view ?? { session: emptySession(this.#parts.model()), turns: [] };
  }

  get session(): AgentSession | undefined {
    return this.#current;
  }

  get activity(): 'idle' | 'running' | 'waiting' {
    const states = [...this.#open.keys()].map((session) => session.view.session.state);
    if (states.includes('waiting')) return 'waiting';
    return states.some((state) => state !== 'idle') ? 'running' : 'idle';
  }

  listen(listener: ConversationListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Brings back the session that this window showed last, or else the workspace's newest. Does its work once. */
  restore(): Promise<void> {
    return (this.#restored ??= this.#inLine(async () => {
      if (this.#current) return;
      const id = this.#parts.memory.get() ?? (await this.#parts.listSessions())[0]?.id;
      if (id !== undefined && id !== NEW) await this.#show(id);
    }));
  }

  /** Starts a turn or queues the message. When it is not taken, nothing has happened and the reason says what to do. */
  async submit(input: UserInput): Promise<SubmitResult> {
    await this.restore();
    return this.#inLine(async (): Promise<SubmitResult> => {
      const reason = this.#disposed ? 'The window is closing.' : await this.#parts.obstacle();
      if (reason !== undefined) return { taken: false, reason };
      try {
        const session = this.#current ?? (await this.#show(randomUUID(), true));
        session?.submit(input);
        if (session) return { taken: true };
      } catch (error) {
        this.#parts.warn('A message could not be sent.', error);
      }
      return {
        taken: false,
        reason: 'The conversation could not be opened; the log says why. Try again, or start a new one.',
      };
    });
  }

  /** Sends the message of an ended turn again. Resolves to why not, if not. */
  async retry(turnId: string): Promise<string | undefined> {
    const reason = await this.#parts.obstacle();
    if (reason === undefined) this.#current?.retry(turnId);
    return reason;
  }

  /** Shortens the conversation, keeping what `focus` names. Resolves to why not, if not. */
  async compact(focus: string | undefined): Promise<string | undefined> {
    const session = this.#current;
    if (!session || session.view.turns.length === 0) return 'There is no conversation to shorten yet.';
    if (session.running)
      return 'Capstan is at work. Stop it or wait until it has finished, then shorten the conversation.';
    const reason = await this.#parts.obstacle();
    if (reason !== undefined) return reason;
    // A failure is told in the panel.
    await session.compact(focus);
    return undefined;
  }

  stop(): void {
    this.#current?.stop();
  }

  /** Shows an empty conversation. The old one is kept, and goes on if it runs. */
  async begin(): Promise<void> {
    await this.restore();
    await this.#inLine(async () => {
      this.#parts.memory.set(NEW);
      const old = this.#current;
      if (!old) return;
      this.#current = undefined;
      this.#tell((listener) => listener.replaced());
      this.#closeWhenIdle(old);
    });
  }

  /** Stops every session and waits until their logs are on disk. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#line.catch(() => {});
    this.#listeners.clear();
    await Promise.allSettled([...this.#open.keys()].map((session) => this.#close(session)));
  }

  async #show(id: string, isNew = false): Promise<AgentSession | undefined> {
    const opened = await this.#opened(id, isNew);
    if (!opened) return undefined;
    const { session } = opened;
    const unsubscribe = session.subscribe((event, patches) => {
      if (session === this.#current) this.#tell((listener) => listener.changed(patches));
      this.#tell((listener) => listener.event(event));
      this.#tell((listener) => listener.activity());
    });
    this.#open.set(session, { close: () => opened.close(), unsubscribe });
    this.#current = session;
    this.#parts.memory.set(session.id);
    this.#tell((listener) => listener.replaced());
    return session;
  }

  /** An old session that cannot be opened is left where it is; a new one that cannot is an error. */
  async #opened(id: string, isNew: boolean): Promise<OpenedSession | undefined> {
    try {
      return await this.#parts.openSession(id);
    } catch (error) {
      if (isNew) throw error;
      if (error instanceof SessionLockedError) this.#parts.warn(error.message);
      else this.#parts.warn('The last conversation could not be opened. It was left as it is.', error);
      return undefined;
    }
  }

  #closeWhenIdle(session: AgentSession): void {
    void session.whenIdle().then(async () => {
      if (session !== this.#current) await this.#close(session);
    });
  }

  async #close(session: AgentSession): Promise<void> {
    const open = this.#open.get(session);
    if (!open || !this.#open.delete(session)) return;
    try {
      await open.close();
    } catch (error) {
      this.#parts.warn('A conversation could not be written out.', error);
    } finally {
      open.unsubscribe();
      this.#tell((listener) => listener.activity());
    }
  }

  #tell(call: (listener: ConversationListener) => void): void {
    for (const listener of this.#listeners) call(listener);
  }

  #inLine<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#line.then(work, work);
    this.#line = result.catch(() => {});
    return result;
  }
}

/** Remembered after "New Conversation": a reload brings the empty one back, not the one before. */
const NEW = 'new';

function emptySession(model: string): SessionView {
  return { id: '', title: '', model, mode: 'default', state: 'idle', queued: [], inputTokens: 0, outputTokens: 0 };
}

// Owns the conversation that the panel shows, those that still run behind it, and the way from one to another.
import { randomUUID } from 'node:crypto';
import type { AgentSession } from '../core/engine/agent-session.ts';
import type { AgentEvent, UserInput } from '../core/events.ts';
import { SessionLockedError, type SessionSummary } from '../core/sessions/session-log.ts';
import type { Delivery, Patch, SessionView, Turn } from '../shared/view-model.ts';

export interface OpenedSession {
  readonly session: AgentSession;
  /** Stops it, writes its log out, and ends what it had started. */
  close(): Promise<void>;
}

export interface NamedSession extends OpenedSession {
  /** Writes another title into its log. */
  rename(title: string): void;
}

export interface ConversationParts {
  /** Opens a session by its id, or begins one. Starts nothing by itself. May throw. */
  readonly openSession: (id: string) => Promise<NamedSession>;
  /** The sessions of this workspace, newest first. */
  readonly listSessions: () => Promise<readonly SessionSummary[]>;
  /** Which session this window showed last. */
  readonly memory: { get(): string | undefined; set(id: string | undefined): void };
  /** Why nothing can be sent now, with what to do; undefined when it can. */
  readonly obstacle: () => Promise<string | undefined>;
  readonly model: () => string;
  readonly warn: (message: string, error?: unknown) => void;
  /** The session that was to be brought back is open in another window. */
  readonly locked: (id: string) => void;
}

export interface ConversationListener {
  changed(patches: readonly Patch[]): void;
  /** Another session is shown from now on. */
  replaced(): void;
  /** From the session that is shown and from those behind it. */
  event(event: AgentEvent, sessionId: string): void;
  /** Whether some session runs or waits may have changed. */
  activity(): void;
}

/** A session that is open here, and how its last turn stands. */
export interface OpenSessionView extends SessionView {
  readonly lastTurn: Turn['state'] | undefined;
}

interface Held {
  readonly opened: NamedSession;
  readonly unsubscribe: () => void;
  /** Calls whose agents are at work. */
  readonly agents: ReadonlySet<string>;
  /** Given by the person while it was open. */
  title?: string;
  /** Work outside of a turn that must not be cut off. */
  aside?: Promise<unknown>;
}

export type SubmitResult = { readonly taken: true } | { readonly taken: false; readonly reason: string };

export class Conversation {
  readonly #parts: ConversationParts;
  readonly #listeners = new Set<Partial<ConversationListener>>();
  /** Every open session; all but the current one run to their end and are closed then. */
  readonly #open = new Map<AgentSession, Held>();
  /** Those whose logs are being written out, by id: until then they cannot be opened again. */
  readonly #closing = new Map<string, Promise<void>>();
  #current: AgentSession | undefined;
  #restored: Promise<void> | undefined;
  /** Opening, sending and leaving happen one after another. */
  #line: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
  }

  get view(): { readonly session: SessionView; readonly turns: readonly Turn[] } {
    const session = this.#current;
    if (!session) return { session: emptySession(this.#parts.model()), turns: [] };
    return { session: this.#named(session), turns: session.view.turns };
  }

  /** Every session that is open here: the one that is shown, and those that run behind it. */
  get sessions(): readonly OpenSessionView[] {
    return [...this.#open.keys()].map((session) => ({
      ...this.#named(session),
      lastTurn: session.view.turns.at(-1)?.state,
    }));
  }

  get session(): AgentSession | undefined {
    return this.#current;
  }

  get activity(): 'idle' | 'running' | 'waiting' {
    const states = [...this.#open.keys()].map((session) => session.view.session.state);
    if (states.includes('waiting')) return 'waiting';
    return states.some((state) => state !== 'idle') ? 'running' : 'idle';
  }

  listen(listener: Partial<ConversationListener>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Brings back the session that this window showed last, or else the workspace's newest. Does its work once. */
  restore(): Promise<void> {
    return (this.#restored ??= this.#inLine(async () => {
      if (this.#current) return;
      const id = this.#parts.memory.get() ?? (await this.#parts.listSessions())[0]?.id;
      if (id !== undefined && id !== NEW) await this.#bringBack(id);
    }));
  }

  /** Starts a turn or queues the message. When it is not taken, nothing has happened and the reason says what to do. */
  async submit(input: UserInput, delivery?: Delivery): Promise<SubmitResult> {
    await this.restore();
    return this.#inLine(async (): Promise<SubmitResult> => {
      const reason = this.#disposed ? 'The window is closing.' : await this.#parts.obstacle();
      if (reason !== undefined) return { taken: false, reason };
      try {
        const session = this.#current ?? (await this.#openAndPresent(randomUUID()));
        session.submit(input, delivery);
        return { taken: true };
      } catch (error) {
        this.#parts.warn('A message could not be sent.', error);
        const reason = 'The conversation could not be opened; the log says why. Try again, or start a new one.';
        return { taken: false, reason };
      }
    });
  }

  /** Delivers a message that waits in another way. Resolves to why not, if not. */
  async deliver(id: string, delivery: Delivery): Promise<string | undefined> {
    const reason = await this.#parts.obstacle();
    if (reason === undefined) this.#current?.deliver(id, delivery);
    return reason;
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
    const work = session.compact(focus);
    const held = this.#open.get(session);
    if (held) held.aside = work;
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
      this.#parts.memory.set(NEW);
      const old = this.#current;
      if (!old) return;
      this.#current = undefined;
      this.#tell((listener) => listener.replaced?.());
      this.#closeWhenIdle(old);
    });
  }

  /**
   * Shows another session: one that runs behind, as it is, or one from its log. The one that was shown is kept, and goes on if it runs.
   * Rejects when it cannot be opened, with `SessionLockedError` when another window has it; what is shown stays then.
   */
  show(id: string): Promise<void> {
    return this.#inLine(async () => {
      const old = this.#current;
      if (this.#disposed || old?.id === id) return;
      const running = this.#find(id);
      if (running) this.#present(running);
      else await this.#openAndPresent(id);
      if (old) this.#closeWhenIdle(old);
    });
  }

  /** Closes a session, stopped if it runs; where it was shown, an empty one is. Resolves when its log is written out. */
  close(id: string): Promise<void> {
    return this.#inLine(async () => {
      if (this.#parts.memory.get() === id) this.#parts.memory.set(NEW);
      const session = this.#find(id);
      if (session && session === this.#current) {
        this.#current = undefined;
        this.#tell((listener) => listener.replaced?.());
      }
      await (session ? this.#close(session) : this.#closing.get(id));
    });
  }

  /** Gives an open session another title. Resolves to false for one that is not open here: its log is free then. */
  rename(id: string, title: string): Promise<boolean> {
    return this.#inLine(async () => {
      const session = this.#find(id);
      const held = session && this.#open.get(session);
      if (!held) {
        await this.#closing.get(id);
        return false;
      }
      held.opened.rename(title);
      held.title = title;
      if (session === this.#current)
        this.#tell((listener) => listener.changed?.([{ op: 'session', fields: { title } }]));
      this.#tell((listener) => listener.activity?.());
      return true;
    });
  }

  /** Stops every session and waits until their logs are on disk. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#line.catch(() => {});
    this.#listeners.clear();
    await Promise.allSettled([...this.#open.keys()].map((session) => this.#close(session)));
    await Promise.allSettled(this.#closing.values());
  }

  /** What cannot be brought back is left where it is. */
  async #bringBack(id: string): Promise<void> {
    try {
      await this.#openAndPresent(id);
    } catch (error) {
      this.#parts.warn('The last conversation could not be opened. It was left as it is.', error);
      if (error instanceof SessionLockedError) this.#parts.locked(id);
    }
  }

  async #openAndPresent(id: string): Promise<AgentSession> {
    await this.#closing.get(id);
    const opened = await this.#parts.openSession(id);
    const { session } = opened;
    const agents = new Set<string>();
    const unsubscribe = session.subscribe((event, patches) => {
      followAgents(agents, event);
      if (session === this.#current) this.#tell((listener) => listener.changed?.(patches));
      this.#tell((listener) => listener.event?.(event, session.id));
      this.#tell((listener) => listener.activity?.());
      // It may have been kept for an agent alone.
      if (event.type === 'agent_event' && session !== this.#current) this.#closeWhenIdle(session);
    });
    this.#open.set(session, { opened, unsubscribe, agents });
    this.#present(session);
    return session;
  }

  #present(session: AgentSession): void {
    this.#current = session;
    this.#parts.memory.set(session.id);
    this.#tell((listener) => listener.replaced?.());
    this.#tell((listener) => listener.activity?.());
  }

  #find(id: string): AgentSession | undefined {
    return [...this.#open.keys()].find((session) => session.id === id);
  }

  #named(session: AgentSession): SessionView {
    const title = this.#open.get(session)?.title;
    return title === undefined ? session.view.session : { ...session.view.session, title };
  }

  #closeWhenIdle(session: AgentSession): void {
    const held = this.#open.get(session);
    void Promise.allSettled([session.whenIdle(), held?.aside]).then(async () => {
      const isBusy = session.running || (held?.agents.size ?? 0) > 0;
      if (session !== this.#current && !isBusy) await this.#close(session);
    });
  }

  #close(session: AgentSession): Promise<void> {
    const held = this.#open.get(session);
    if (!held) return this.#closing.get(session.id) ?? Promise.resolve();
    this.#open.delete(session);
    const closing = this.#writeOut(held).finally(() => this.#closing.delete(session.id));
    this.#closing.set(session.id, closing);
    return closing;
  }

  async #writeOut({ opened, unsubscribe }: Held): Promise<void> {
    try {
      await opened.close();
    } catch (error) {
      this.#parts.warn('A conversation could not be written out.', error);
    } finally {
      unsubscribe();
      this.#tell((listener) => listener.activity?.());
    }
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

/** Remembered after "New Conversation": a reload brings the empty one back, not the one before. */
const NEW = 'new';

/** Keeps the calls whose agents are at work: one in the background goes on after its turn. */
function followAgents(agents: Set<string>, event: AgentEvent): void {
  if (event.type !== 'agent_event') return;
  if (event.event.type === 'turn_started') agents.add(event.toolUseId);
  if (event.event.type === 'turn_completed') agents.delete(event.toolUseId);
}

function emptySession(model: string): SessionView {
  return { id: '', title: '', model, mode: 'default', state: 'idle', queued: [], inputTokens: 0, outputTokens: 0 };
}

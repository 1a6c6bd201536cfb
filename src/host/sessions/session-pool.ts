// Owns the sessions that are open in this window: one of each, open while somebody shows it or it works, then written out and closed.
import type { AgentSession } from '../../core/engine/agent-session.ts';
import type { AgentEvent } from '../../core/events.ts';
import type { Patch, SessionView, Turn } from '../../shared/view-model.ts';

export interface OpenedSession {
  readonly session: AgentSession;
  /** Stops it, writes its log out, and ends what it had started. */
  close(): Promise<void>;
}

export interface SessionPoolParts {
  /** Opens a session by its id, or begins one. Starts nothing by itself. May throw. */
  readonly openSession: (id: string) => Promise<OpenedSession>;
  readonly warn: (message: string, error?: unknown) => void;
}

export interface SessionPoolListener {
  /** From any session that is open. */
  event(event: AgentEvent, session: AgentSession, patches: readonly Patch[]): void;
  /** Whether some session runs or waits may have changed. */
  activity(): void;
  /** A session is being closed for good, although somebody may show it. */
  withdrawn(id: string): void;
}

/** A session that is open here, and how its last turn stands. */
export interface OpenSessionView extends SessionView {
  readonly lastTurn: Turn['state'] | undefined;
}

export type Activity = 'idle' | 'running' | 'waiting';

interface Held {
  readonly opened: OpenedSession;
  readonly unsubscribe: () => void;
  /** Calls whose agents are at work. */
  readonly agents: ReadonlySet<string>;
  /** Those who show it. */
  readonly holders: Set<object>;
  /** Work outside of a turn that must not be cut off. */
  aside?: Promise<unknown>;
}

export class SessionPool {
  readonly #parts: SessionPoolParts;
  readonly #listeners = new Set<Partial<SessionPoolListener>>();
  readonly #open = new Map<AgentSession, Held>();
  readonly #opening = new Map<string, Promise<AgentSession>>();
  /** Those whose logs are being written out, by id: until then they cannot be opened again. */
  readonly #closing = new Map<string, Promise<void>>();
  #disposed = false;

  constructor(parts: SessionPoolParts) {
    this.#parts = parts;
  }

  get isDisposed(): boolean {
    return this.#disposed;
  }

  get sessions(): readonly OpenSessionView[] {
    return [...this.#open.keys()].map(({ view }) => ({ ...view.session, lastTurn: view.turns.at(-1)?.state }));
  }

  /** Of all sessions together. */
  get activity(): Activity {
    const states = [...this.#open.keys()].map((session) => session.view.session.state);
    if (states.includes('waiting')) return 'waiting';
    return states.some((state) => state !== 'idle') ? 'running' : 'idle';
  }

  listen(listener: Partial<SessionPoolListener>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  isOpen(session: AgentSession): boolean {
    return this.#open.has(session);
  }

  /**
   * The session with this id, opened unless it is; it stays open until `holder` lets it go. Rejects when it cannot be opened, with
   * `SessionLockedError` when another window has it.
   */
  async hold(id: string, holder: object): Promise<AgentSession> {
    await this.#closing.get(id);
    const session = this.#find(id) ?? (await this.#openOnce(id));
    const held = this.#open.get(session);
    if (!held) throw new Error('The conversation was closed while it was being opened.');
    held.holders.add(holder);
    return session;
  }

  /** `holder` does not show it any more. It is closed when nobody does and it has nothing left to do. */
  letGo(session: AgentSession, holder: object): void {
    this.#open.get(session)?.holders.delete(holder);
    this.#closeWhenFree(session);
  }

  /** Keeps the session open until `work` has ended. */
  keepFor(session: AgentSession, work: Promise<unknown>): void {
    const held = this.#open.get(session);
    if (held) held.aside = work;
  }

  /** Closes a session, stopped if it runs, whoever shows it. Resolves when its log is written out and free. */
  async close(id: string): Promise<void> {
    await this.#opening.get(id)?.catch(() => {});
    this.#tell((listener) => listener.withdrawn?.(id));
    const session = this.#find(id);
    await (session ? this.#close(session) : this.#closing.get(id));
  }

  /** Gives an open session another title. Resolves to false for one that is not open here: its log is free then. */
  async rename(id: string, title: string): Promise<boolean> {
    await this.#opening.get(id)?.catch(() => {});
    const session = this.#find(id);
    if (session) session.rename(title);
    else await this.#closing.get(id);
    return session !== undefined;
  }

  /** Stops every session and waits until their logs are on disk. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await Promise.allSettled(this.#opening.values());
    this.#listeners.clear();
    await Promise.allSettled([...this.#open.keys()].map((session) => this.#close(session)));
    await Promise.allSettled(this.#closing.values());
  }

  #openOnce(id: string): Promise<AgentSession> {
    const known = this.#opening.get(id);
    if (known) return known;
    const opening = this.#openIt(id).finally(() => this.#opening.delete(id));
    this.#opening.set(id, opening);
    return opening;
  }

  async #openIt(id: string): Promise<AgentSession> {
    if (this.#disposed) throw new Error('The window is closing.');
    const opened = await this.#parts.openSession(id);
    const { session } = opened;
    const agents = new Set<string>();
    const unsubscribe = session.subscribe((event, patches) => {
      followAgents(agents, event);
      this.#tell((listener) => listener.event?.(event, session, patches));
      this.#tell((listener) => listener.activity?.());
      // It may have been kept for an agent alone.
      if (event.type === 'agent_event') this.#closeWhenFree(session);
    });
    this.#open.set(session, { opened, unsubscribe, agents, holders: new Set() });
    return session;
  }

  #find(id: string): AgentSession | undefined {
    return [...this.#open.keys()].find((session) => session.id === id);
  }

  #closeWhenFree(session: AgentSession): void {
    const held = this.#open.get(session);
    if (!held || held.holders.size > 0) return;
    void Promise.allSettled([session.whenIdle(), held.aside]).then(async () => {
      const isFree = held.holders.size === 0 && !session.running && held.agents.size === 0;
      if (isFree && this.#open.has(session)) await this.#close(session);
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

  #tell(call: (listener: Partial<SessionPoolListener>) => void): void {
    for (const listener of this.#listeners) call(listener);
  }
}

/** Keeps the calls whose agents are at work: one in the background goes on after its turn. */
function followAgents(agents: Set<string>, event: AgentEvent): void {
  if (event.type !== 'agent_event') return;
  if (event.event.type === 'turn_started') agents.add(event.toolUseId);
  if (event.event.type === 'turn_completed') agents.delete(event.toolUseId);
}

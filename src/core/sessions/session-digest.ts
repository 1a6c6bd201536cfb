// What a list shows of a session, read from the lines of its log: only those that matter are parsed.
import type { LogEntry, Usage } from '../events.ts';
import { spentBy, type Spent } from '../usage/spent-by.ts';
import { addUsage } from '../usage/usage.ts';
import type { SessionSummary } from './session-log.ts';

const FIRST_MESSAGE_CHARS = 200;
/** How far into a line its type can stand. */
const HEAD_CHARS = 200;
const TYPE = /"type":"(\w+)"/;
const TAKEN: ReadonlySet<string> = new Set<LogEntry['type']>([
  'session_started',
  'session_titled',
  'turn_started',
  'turn_completed',
  'message_completed',
  'side_request',
  'compacted',
]);
/** An agent's steps are many and long; those that tell what it used are neither. */
const AGENT_LINE_CHARS = 4_000;

/** A fold: fed the lines of one log in order, a part at a time. */
export class SessionDigest {
  private start: Extract<LogEntry, { type: 'session_started' }> | undefined;
  private title = '';
  private firstMessage = '';
  private outcome: SessionSummary['outcome'];
  private lastAt = 0;
  private readonly used = new Map<string | undefined, Usage>();

  take(line: string): void {
    const [, type = ''] = TYPE.exec(line.slice(0, HEAD_CHARS)) ?? [];
    const counts = TAKEN.has(type) || (type === 'agent_event' && line.length <= AGENT_LINE_CHARS);
    const entry = counts ? parsed(line) : undefined;
    if (entry) this.fold(entry);
  }

  /** Where the session was held; undefined until its beginning has been read. */
  get cwd(): string | undefined {
    return this.start?.cwd;
  }

  /** Undefined for what is no session. */
  summary(id: string): Omit<SessionSummary, 'archived'> | undefined {
    if (!this.start) return undefined;
    const { cwd, createdAt } = this.start;
    const { title, firstMessage, outcome } = this;
    const spent = [...this.used].map(([model, usage]): Spent => ({ model, usage }));
    return { id, title, cwd, createdAt, updatedAt: this.lastAt, firstMessage, outcome, spent };
  }

  private fold(entry: LogEntry): void {
    const spent = spentBy(entry);
    if (spent) {
      const before = this.used.get(spent.model);
      this.used.set(spent.model, before ? addUsage(before, spent.usage) : spent.usage);
    }
    // Another title is no use of the session.
    if (entry.type === 'session_titled') this.title = entry.title;
    else this.lastAt = entry.at;
    if (entry.type === 'session_started') this.start ??= entry;
    if (entry.type === 'turn_completed') this.outcome = entry.outcome;
    if (entry.type !== 'turn_started') return;
    this.outcome = 'cut';
    this.firstMessage ||= entry.input.text.slice(0, FIRST_MESSAGE_CHARS);
  }
}

function parsed(line: string): LogEntry | undefined {
  try {
    const entry = JSON.parse(line) as LogEntry | null;
    return typeof entry?.at === 'number' && typeof entry.seq === 'number' ? entry : undefined;
  } catch {
    return undefined;
  }
}

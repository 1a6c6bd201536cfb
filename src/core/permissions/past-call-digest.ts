// The finished calls of a session, read from the lines of its log: only those that matter are parsed.
import type { AgentStep, LogEntry } from '../events.ts';
import { pastCallsOf, type PastCall, type PastToolUse } from './past-calls.ts';

/** How far into a line its type can stand. */
const HEAD_CHARS = 200;
const TYPE = /"type":"(\w+)"/;
const TAKEN: ReadonlySet<string> = new Set<LogEntry['type']>([
  'session_started',
  'block_completed',
  'permission_decided',
  'tool_completed',
  'agent_event',
]);

/** A fold: fed the lines of one log in order. */
export class PastCallDigest {
  /** Where the session was held; undefined until its beginning has been read. */
  cwd: string | undefined;
  private readonly begun = new Map<string, PastToolUse>();
  private readonly denied = new Set<string>();
  private readonly finished: PastToolUse[] = [];

  take(line: string): void {
    const [, type = ''] = TYPE.exec(line.slice(0, HEAD_CHARS)) ?? [];
    // Answers in words are many; of the blocks only calls matter.
    if (!TAKEN.has(type) || (type === 'block_completed' && !line.includes('"tool_use"'))) return;
    try {
      this.fold(JSON.parse(line) as LogEntry);
    } catch {
      // A line that cannot be read tells nothing.
    }
  }

  /** In the order in which they ended. One that still waits for its answer is not among them. */
  get calls(): readonly PastCall[] {
    return this.cwd === undefined ? [] : pastCallsOf(this.finished, this.cwd);
  }

  private fold(entry: LogEntry | AgentStep): void {
    switch (entry.type) {
      case 'session_started':
        this.cwd ??= entry.cwd;
        return;
      case 'agent_event':
        return this.fold(entry.event);
      case 'block_completed':
        if (entry.block.type !== 'tool_use') return;
        this.begun.set(entry.block.id, { name: entry.block.name, input: entry.block.input });
        return;
      case 'permission_decided':
        if (entry.decision === 'deny' && entry.by === 'person') this.denied.add(entry.toolUseId);
        return;
      case 'tool_completed': {
        const use = entry.outcome === 'invalid' ? undefined : this.begun.get(entry.toolUseId);
        if (use) this.finished.push({ ...use, denied: this.denied.has(entry.toolUseId) });
        return;
      }
      default:
    }
  }
}

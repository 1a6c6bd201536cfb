// What the person may ask for again: what tools gave, what was sent. The newest is at hand, what is older is read from the log.
import type { AgentEvent, DurableEvent, LogEntry, UserInput } from '../events.ts';
import { NewestBySize } from '../newest-by-size.ts';
import type { SessionLog } from '../sessions/session-log.ts';
import { contentText } from '../view/tool-view.ts';

export interface ToolRecord {
  /** What the call gave the model, as text. */
  readonly text: string;
  /** A unified diff, of an edit. */
  readonly diff?: string;
}

/** Characters of each that are at hand; most of them are shared with the conversation while the model sees it. */
const AT_HAND = 2_000_000;

export class SessionRecall {
  private readonly results = new NewestBySize<ToolRecord>({
    size: AT_HAND,
    sizeOf: ({ text, diff = '' }) => text.length + diff.length,
  });
  private readonly inputs = new NewestBySize<UserInput>({ size: AT_HAND, sizeOf: inputSize });
  private readonly log: SessionLog;

  constructor(log: SessionLog) {
    this.log = log;
  }

  take(event: AgentEvent | LogEntry): void {
    if (event.type === 'tool_completed') this.results.set(event.toolUseId, recordOf(event));
    if (event.type === 'turn_started') this.inputs.set(event.turnId, event.input);
  }

  /** Undefined where the log does not hold it, or not whole. Never rejects. */
  async result(toolUseId: string): Promise<ToolRecord | undefined> {
    const known = this.results.get(toolUseId);
    if (known) return known;
    const entry = await this.log.find(toolUseId, (one) => one.type === 'tool_completed' && one.toolUseId === toolUseId);
    return entry?.type === 'tool_completed' ? recordOf(entry) : undefined;
  }

  /** What began the turn, if it is one of the newest. */
  inputAtHand(turnId: string): UserInput | undefined {
    return this.inputs.get(turnId);
  }

  /** The same from the log. As `result`. */
  async input(turnId: string): Promise<UserInput | undefined> {
    const entry = await this.log.find(turnId, (one) => one.type === 'turn_started' && one.turnId === turnId);
    return entry?.type === 'turn_started' ? entry.input : undefined;
  }
}

function recordOf({ content, details }: Extract<DurableEvent, { type: 'tool_completed' }>): ToolRecord {
  const { diff } = details;
  return { text: contentText(content), ...(diff === undefined ? {} : { diff }) };
}

function inputSize({ text, attachments, images = [] }: UserInput): number {
  const attached = attachments.reduce((sum, one) => sum + one.text.length + (one.thumb?.length ?? 0), 0);
  return text.length + attached + images.reduce((sum, { data }) => sum + data.length, 0);
}

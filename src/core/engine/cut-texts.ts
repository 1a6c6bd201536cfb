// The texts that were still arriving when the process ended, as far as the log has them.
import type { DurableEvent, LogEntry } from '../events.ts';

type TextBlock = Extract<DurableEvent, { type: 'block_completed' }>;

/** Each as the block that it would have become, in the order in which they began. */
export function cutTexts(entries: readonly LogEntry[], turnId: string): readonly TextBlock[] {
  const open = new Map<string, TextBlock>();
  for (const entry of entries) {
    if (entry.type !== 'text_arrived' && entry.type !== 'block_completed' && entry.type !== 'message_completed')
      continue;
    if (entry.turnId !== turnId) continue;
    const { messageId } = entry;
    if (entry.type === 'message_completed') {
      // An attempt that failed: its text was dropped, and asked for again.
      for (const [key, block] of open) if (block.messageId === messageId) open.delete(key);
      continue;
    }
    const { index } = entry;
    const key = `${messageId} ${index}`;
    if (entry.type === 'block_completed') open.delete(key);
    else {
      const before = open.get(key)?.block;
      const text = (before?.type === 'text' ? before.text : '') + entry.text;
      open.set(key, {
        type: 'block_completed',
        turnId,
        messageId,
        index,
        block: { type: 'text', text, citations: null },
        durationMs: 0,
      });
    }
  }
  return [...open.values()];
}

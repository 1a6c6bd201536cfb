// Bounds what the rows of a long conversation hold: those that came long ago keep the beginnings of what went in and came out.
import type { Patch, ToolItem } from '../../shared/view-model.ts';
import { ownText } from '../own-text.ts';
import { t } from '../../shared/l10n.ts';

export interface RowPlace {
  readonly turnId: string;
  readonly itemId: string;
}

/** Characters of input, output and diff of all rows together; some thousand rows hold as much. */
const KEPT_CHARS = 16_000_000;
const BEGINNING = 400;

/** One a session. Sees the patches in order; ended rows count. */
export class OldRows {
  private rows: (RowPlace & { readonly chars: number })[] = [];
  private held = 0;
  private readonly limit: number;

  /** `limit` in characters. Default 16 million. */
  constructor(limit = KEPT_CHARS) {
    this.limit = limit;
  }

  /** The rows that are to be thinned now, the oldest first. */
  take(patches: readonly Patch[]): readonly RowPlace[] {
    for (const patch of patches) {
      if (patch.op !== 'item' || patch.item.kind !== 'tool' || patch.item.durationMs === undefined) continue;
      const chars = detailChars(patch.item);
      if (chars <= 2 * BEGINNING) continue;
      this.rows.push({ turnId: patch.turnId, itemId: patch.item.id, chars });
      this.held += chars;
    }
    let count = 0;
    for (; this.held > this.limit && count < this.rows.length - 1; count++) this.held -= this.rows[count]!.chars;
    return count === 0 ? [] : this.rows.splice(0, count);
  }
}

/** The same row with little to hold. What it leaves out is in the log, where `showOutput` and `openDiff` find it. */
export function thinned(item: ToolItem): ToolItem {
  const { input, output, diff } = item;
  return {
    ...item,
    input: beginning(input),
    output: beginning(output),
    outputCapped: item.outputCapped || output.length > BEGINNING,
    ...(diff === undefined ? {} : { diff: beginning(diff) }),
  };
}

function beginning(text: string): string {
  if (text.length <= BEGINNING) return text;
  return ownText(`${text.slice(0, BEGINNING)}\n${t('… the rest is in the conversation’s log …')}`);
}

function detailChars({ input, output, diff = '' }: ToolItem): number {
  return input.length + output.length + diff.length;
}

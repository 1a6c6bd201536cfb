// The rows of the focus view: what was said, changed or asked stays; the steps between fold into one line each.
import type { Item } from '../../src/shared/view-model.ts';
import type { Fold, Row } from './fold-rows.ts';

export interface Steps {
  readonly kind: 'steps';
  /** Made from its first row's, so that it stays the same while more rows join. */
  readonly id: string;
  readonly rows: readonly Row[];
  /** How many thoughts and calls they hold. */
  readonly count: number;
}

export function focusRows(rows: readonly Row[]): (Row | Steps)[] {
  const shown: (Row | Steps)[] = [];
  let run: Row[] = [];
  const close = () => {
    if (run.length > 0) shown.push(stepsOf(run));
    run = [];
  };
  for (const row of rows) {
    if (isStep(row)) {
      run.push(row);
      continue;
    }
    close();
    shown.push(row);
  }
  close();
  return shown;
}

/** The id of the first item in a row. */
export function firstItem(row: Row | Steps): string {
  if (row.kind === 'steps') return firstItem(row.rows[0]!);
  return row.kind === 'fold' ? row.items[0]!.id : row.id;
}

/** The rows, from the outer to the inner, that must be open for an item to be seen. */
export function holdersOf(rows: readonly (Row | Steps)[], itemId: string): (Fold | Steps)[] {
  for (const row of rows) {
    const inner = row.kind === 'steps' ? holdersOf(row.rows, itemId) : [];
    if (inner.length > 0 || (row.kind === 'steps' && row.rows.some(({ id }) => id === itemId))) {
      return row.kind === 'steps' ? [row, ...inner] : inner;
    }
    if (row.kind === 'fold' && row.items.some(({ id }) => id === itemId)) return [row];
  }
  return [];
}

function stepsOf(rows: readonly Row[]): Steps {
  const count = rows.reduce((sum, row) => sum + (row.kind === 'fold' ? row.items.length : 1), 0);
  return { kind: 'steps', id: `focus:${rows[0]!.id}`, rows, count };
}

function isStep(row: Row): boolean {
  if (row.kind === 'tool') return !isKept(row);
  return row.kind === 'fold' || row.kind === 'thinking';
}

/** What waits, changes a file or is a card of its own. */
function isKept({ waiting, diff, plan, questions, agent }: Extract<Item, { kind: 'tool' }>): boolean {
  return [waiting, diff, plan, questions, agent].some((part) => part !== undefined);
}

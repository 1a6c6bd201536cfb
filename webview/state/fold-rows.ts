// Groups a turn's items into rows: neighbouring reads and searches fold into one ("Read 6 files, searched twice").
import { FOLD, type Item, type ToolItem, type ToolState } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';

export interface Fold {
  readonly kind: 'fold';
  /** Made from its first item's, so that it stays the same while more items join. */
  readonly id: string;
  readonly items: readonly ToolItem[];
  readonly words: string;
  readonly running: boolean;
}
export type Row = Item | Fold;

/** What failed, was denied or waits is a row of its own: it must not hide in a fold. */
const folding: ReadonlySet<ToolState> = new Set(['arriving', 'queued', 'running', 'done']);
const finished: ReadonlySet<ToolState> = new Set(['done']);
const SEARCHES: ReadonlySet<string> = new Set(['Grep', 'Glob']);

/** `before`: how many items of the turn come before these. */
export function foldRows(items: readonly Item[], before = 0): Row[] {
  const rows: Row[] = [];
  let run: ToolItem[] = [];
  const close = () => {
    rows.push(...(run.length > 1 ? [foldOf(run)] : run));
    run = [];
  };
  for (const [index, item] of items.entries()) {
    if ((before + index) % FOLD === 0) close();
    if (item.kind === 'tool' && item.quiet && folding.has(item.state)) {
      run.push(item);
      continue;
    }
    close();
    rows.push(item);
  }
  close();
  return rows;
}

function foldOf(items: readonly ToolItem[]): Fold {
  const running = items.some((item) => !finished.has(item.state));
  return { kind: 'fold', id: `fold:${items[0]!.id}`, items, words: foldWords(items, running), running };
}

function foldWords(items: readonly ToolItem[], running: boolean): string {
  const reads = items.filter((item) => item.name === 'Read');
  const searches = items.filter((item) => SEARCHES.has(item.name));
  const others = items.length - reads.length - searches.length;
  const files = new Set(reads.map((item) => item.path ?? item.object)).size;
  const parts = [
    files > 0 && readWords(files, running),
    searches.length > 0 &&
      (running ? t('searching {0}', times(searches.length)) : t('searched {0}', times(searches.length))),
    others > 0 && (running ? t('looking {0}', times(others)) : t('looked {0}', times(others))),
  ].filter((part) => part !== false);
  const words = parts.join(', ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function readWords(files: number, running: boolean): string {
  if (files === 1) return running ? t('reading 1 file') : t('read 1 file');
  return running ? t('reading {0} files', files) : t('read {0} files', files);
}

function times(count: number): string {
  if (count === 1) return t('once');
  return count === 2 ? t('twice') : t('{0} times', count);
}

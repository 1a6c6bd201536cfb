// A unified diff in its row; a long one is cut, and the whole opens in the editor's diff.
import type { ToolItem } from '../../src/shared/view-model.ts';
import { usePanel } from '../panel-context.ts';
import { firstLines, revealHidden } from '../state/visible-text.ts';
import { t } from '../l10n.ts';

const SHOWN_LINES = 60;

/** Lines that name the files of a diff, not its content. They come before the first hunk. */
const HEAD = /^(?:diff |index |={3,}|--- |\+\+\+ )/;

type LineKind = 'added' | 'removed' | 'hunk' | 'same';
const words = (): Record<LineKind, string> => ({ added: t('added:'), removed: t('removed:'), hunk: '', same: '' });

export function DiffLines({ diff, item }: { diff: string; item: ToolItem }) {
  const panel = usePanel();
  const body = withoutHead(diff);
  const { shown, more } = firstLines(body, panel.find.found.value?.match?.itemId === item.id ? Infinity : SHOWN_LINES);
  return (
    <div class="row-details">
      <pre class="diff scroll-x" tabIndex={-1} data-inner="">
        {shown.split('\n').map((line, index) => {
          const kind = kindOf(line);
          return (
            <span key={index} class={`diff-line ${kind}`}>
              {words()[kind] && <span class="sr-only">{words()[kind]} </span>}
              {revealHidden(line) || ' '}
            </span>
          );
        })}
      </pre>
      {more && (
        <button
          type="button"
          class="link"
          tabIndex={-1}
          data-inner=""
          onClick={() => panel.send({ type: 'openDiff', itemId: item.id })}
        >
          {t('Show all in the diff editor')}
        </button>
      )}
    </div>
  );
}

function withoutHead(diff: string): string {
  const lines = diff.split('\n');
  const start = lines.findIndex((line) => !HEAD.test(line));
  return lines.slice(Math.max(0, start)).join('\n');
}

function kindOf(line: string): LineKind {
  if (line.startsWith('+')) return 'added';
  if (line.startsWith('-')) return 'removed';
  return line.startsWith('@@') ? 'hunk' : 'same';
}

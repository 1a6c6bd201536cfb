// The open part of a tool row: its input, the first lines of its output, and the ways to see the rest.
import type { ToolItem } from '../../src/shared/view-model.ts';
import { usePanel } from '../panel-context.ts';
import { firstLines, plainOutput, revealHidden } from '../state/visible-text.ts';
import { CopyButton } from './copy-button.tsx';
import { t } from '../l10n.ts';

const SHOWN_LINES = 12;

export function ToolDetails({ item }: { item: ToolItem }) {
  const panel = usePanel();
  // What was found in it may be further down.
  const lines = panel.find.found.value?.match?.itemId === item.id ? Infinity : SHOWN_LINES;
  const input = firstLines(revealHidden(item.input), lines);
  const output = firstLines(plainOutput(item.output), lines);
  const { path, line } = item;
  const openFile = () => path && panel.send({ type: 'openFile', path, ...(line === undefined ? {} : { line }) });
  return (
    <div class="row-details">
      {input.shown && (
        <Part
          name={t('Input')}
          copy={t('Copy input')}
          text={input.more ? `${input.shown}\n…` : input.shown}
          whole={item.input}
        />
      )}
      {output.shown && <Part name={t('Output')} copy={t('Copy output')} text={output.shown} whole={item.output} />}
      {!output.shown && item.state === 'done' && <p class="row-note">{t('No output')}</p>}
      <div class="row-links">
        {(output.more || item.outputCapped) && (
          <InnerLink run={() => panel.send({ type: 'showOutput', itemId: item.id })}>{t('Show all')}</InnerLink>
        )}
        {path && <InnerLink run={openFile}>{t('Open file')}</InnerLink>}
      </div>
    </div>
  );
}

function Part({ name, copy, text, whole }: { name: string; copy: string; text: string; whole: string }) {
  return (
    <figure class="row-part" aria-label={name}>
      <pre>{text}</pre>
      <CopyButton label={copy} text={() => whole} />
    </figure>
  );
}

function InnerLink({ children, run }: { children: string; run: () => void }) {
  return (
    <button type="button" class="link" tabIndex={-1} data-inner="" onClick={run}>
      {children}
    </button>
  );
}

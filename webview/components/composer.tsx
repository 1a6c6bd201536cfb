// Where the person writes: chips, the text, and below them the bar.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Attachment, View } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';
import { usePanel, type Panel } from '../panel-context.ts';
import { Chip } from './chip.tsx';
import { ComposerBar } from './composer-bar.tsx';
import { Icon } from './icon.tsx';

export function Composer() {
  const panel = usePanel();
  const { composing } = panel;
  return (
    <section class="composer" aria-label={t('Message')}>
      {composing.refusal.value !== undefined && (
        <p class="refusal" role="alert">
          <Icon name="error" class="level-error" />
          {composing.refusal.value}
        </p>
      )}
      <div class="composer-box">
        <Chips />
        <Draft />
        <ComposerBar />
      </div>
    </section>
  );
}

function Chips() {
  const { composing, view } = usePanel();
  const selection = view.value?.environment.selection;
  const chips = composing.chips.value;
  if (!selection && chips.length === 0) return null;
  return (
    <div class="chips">
      {selection && <SelectionChip selection={selection} />}
      {chips.map((chip) => (
        <Chip
          key={`${chip.kind} ${chip.label}`}
          attachment={chip}
          action={{ icon: 'close', label: t('Remove {0}', chip.label), run: () => composing.removeChip(chip) }}
        />
      ))}
    </div>
  );
}

function SelectionChip({ selection }: { selection: Attachment }) {
  const { composing } = usePanel();
  const off = composing.selectionOff.value;
  const label = off ? t('Send the selection') : t('Leave the selection out');
  const toggle = () => (composing.selectionOff.value = !off);
  return <Chip attachment={selection} off={off} action={{ icon: off ? 'eye-closed' : 'eye', label, run: toggle }} />;
}

function Draft() {
  const panel = usePanel();
  const { composing } = panel;
  const field = useRef<HTMLTextAreaElement>(null);
  const wanted = composing.focusWanted.value;
  useLayoutEffect(() => {
    if (wanted === 0 || !field.current) return;
    field.current.focus();
    field.current.setSelectionRange(field.current.value.length, field.current.value.length);
  }, [wanted]);
  return (
    <textarea
      ref={field}
      class="draft"
      rows={1}
      aria-label={t('Ask Capstan')}
      placeholder={t('Ask Capstan')}
      title={t('Enter sends, Shift+Enter starts a new line')}
      value={composing.draft.value}
      readOnly={composing.pending.value !== undefined}
      onInput={(event) => composing.type(event.currentTarget.value)}
      onKeyDown={(event) => onKey(event, panel)}
    />
  );
}

function onKey(event: KeyboardEvent & { currentTarget: HTMLTextAreaElement }, panel: Panel) {
  // 229 is what some input methods send in place of `isComposing` for the Enter that ends a composition.
  if (event.isComposing || event.keyCode === 229) {
    event.stopPropagation();
    return;
  }
  const { composing } = panel;
  const withControl = event.ctrlKey || event.metaKey;
  if (event.key === 'Enter' && !event.altKey && (withControl || !event.shiftKey)) {
    event.preventDefault();
    if (!withControl) composing.submit();
    else composing.submit(event.shiftKey ? 'interrupt' : 'steer');
  } else if (event.key === 'ArrowUp' && composing.draft.peek() === '' && !hasModifier(event)) {
    const last = lastMessage(panel.view.peek());
    if (last === undefined) return;
    event.preventDefault();
    composing.type(last);
  }
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.shiftKey || event.altKey || event.ctrlKey || event.metaKey;
}

/** What the person said last, a message that still waits included. */
function lastMessage(view: View | undefined): string | undefined {
  return view?.session.queued.at(-1)?.text ?? view?.turns.at(-1)?.text;
}

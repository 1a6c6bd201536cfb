// Where the person writes: chips, the text, and below them the bar.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Attachment } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';
import { usePanel, type Panel } from '../panel-context.ts';
import type { Composing } from '../state/composing.ts';
import { Chip } from './chip.tsx';
import { ComposerBar } from './composer-bar.tsx';
import { Icon } from './icon.tsx';
import { Suggestions, useSuggested } from './suggestions.tsx';

export function Composer() {
  const panel = usePanel();
  const { composing } = panel;
  return (
    <section
      class="composer"
      aria-label={t('Message')}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => onDrop(event, panel)}
    >
      {composing.refusal.value !== undefined && (
        <p class="refusal" role="alert" dir="auto">
          <Icon name="error" class="level-error" />
          {composing.refusal.value}
        </p>
      )}
      <div class="composer-box">
        <Suggestions />
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
  const remove = (chip: Attachment) => {
    composing.removeChip(chip);
    toDraft();
  };
  return (
    <div class="chips">
      {selection && <SelectionChip selection={selection} />}
      {chips.map((chip) => (
        <Chip
          key={`${chip.kind} ${chip.label} ${chip.image}`}
          attachment={chip}
          action={{ icon: 'close', label: t('Remove {0}', chip.label), run: () => remove(chip) }}
        />
      ))}
    </div>
  );
}

/** The focus goes on where the person writes, with the cursor where it was: what had it is gone, or lies outside. */
function toDraft() {
  document.querySelector<HTMLElement>('.draft')?.focus();
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
  const { composing, completion } = panel;
  const track = ({ value, selectionStart, selectionEnd }: HTMLTextAreaElement) =>
    completion.track(value, selectionStart === selectionEnd ? selectionEnd : -1);
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
      // Empty, it shows words of the panel, in the panel's direction.
      dir={composing.draft.value === '' ? undefined : 'auto'}
      rows={1}
      aria-label={t('Ask Capstan')}
      placeholder={t('Ask Capstan')}
      title={t('Enter sends, Shift+Enter starts a new line')}
      value={composing.draft.value}
      readOnly={composing.pending.value !== undefined}
      aria-autocomplete="list"
      {...useSuggested()}
      onInput={(event) => {
        composing.type(event.currentTarget.value);
        // What an input method has not finished is nothing to look for.
        if (!event.isComposing) track(event.currentTarget);
      }}
      onCompositionEnd={(event) => track(event.currentTarget)}
      onSelect={(event) => track(event.currentTarget)}
      onBlur={() => completion.track('', -1)}
      onPaste={(event) => onPaste(event, panel)}
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
  const { composing, completion } = panel;
  if (!event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey && completion.onKey(event.key)) {
    event.preventDefault();
    return;
  }
  const withControl = event.ctrlKey || event.metaKey;
  if (event.key === 'Enter' && !event.altKey && (withControl || !event.shiftKey)) {
    event.preventDefault();
    if (completion.runDraft()) return;
    if (!withControl) composing.submit();
    else composing.submit(event.shiftKey ? 'interrupt' : 'steer');
  } else if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && !hasModifier(event)) {
    recallAtEdge(event.currentTarget, event.key === 'ArrowUp', composing);
  }
}

/** On the first line, as it is drawn, up leads to the message before; on the last one, down to the one after. */
function recallAtEdge(field: HTMLTextAreaElement, up: boolean, composing: Composing) {
  const { selectionStart: before, selectionEnd, value } = field;
  const rest = up ? value.slice(0, before) : value.slice(before);
  if (before !== selectionEnd || rest.includes('\n')) return;
  // Where the line is wrapped, the key moves the cursor within it first.
  setTimeout(() => {
    const moved = field.selectionStart !== before && field.selectionStart !== (up ? 0 : value.length);
    if (moved || field.value !== value || !composing.recall(up ? -1 : 1)) return;
    field.value = composing.draft.peek();
    const [line = ''] = field.value.split('\n', 1);
    const at = up ? line.length : field.value.length;
    field.setSelectionRange(at, at);
  });
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.shiftKey || event.altKey || event.ctrlKey || event.metaKey;
}

/** A path or address alone on each line. */
const PATHS =
  /^(?:(?:file|vscode-remote):\/\/|\/|[A-Za-z]:[\\/])\S*(?:\r?\n(?:(?:file|vscode-remote):\/\/|\/|[A-Za-z]:[\\/])\S*)*$/;

function onPaste(event: ClipboardEvent, { completion }: Panel) {
  const images = imagesIn(event.clipboardData);
  if (images.length > 0) {
    event.preventDefault();
    return completion.attachImages(images);
  }
  const text = event.clipboardData?.getData('text/plain').trim() ?? '';
  if (text.length > 8000 || !PATHS.test(text)) return;
  event.preventDefault();
  const paths = text.split(/\r?\n/);
  for (const path of paths) completion.attachPaths([path], path);
}

function onDrop(event: DragEvent, { completion }: Panel) {
  const dropped = event.dataTransfer;
  const addresses = dropped?.getData('application/vnd.code.uri-list') || dropped?.getData('text/uri-list');
  event.preventDefault();
  toDraft();
  const images = imagesIn(dropped);
  if (images.length > 0) return completion.attachImages(images);
  if (addresses)
    completion.attachPaths(addresses.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#')));
}

function imagesIn(transfer: DataTransfer | null): File[] {
  return [...(transfer?.files ?? [])].filter(({ type }) => type.startsWith('image/'));
}

// The list above the composer while an `@` word or a `/` command is typed. The focus stays in the text.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Mention } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';
import { usePanel } from '../panel-context.ts';
import type { Option } from '../state/completion.ts';
import { Icon, type IconName } from './icon.tsx';

const LIST = 'suggestions';

const icons: Record<Mention['kind'], IconName> = {
  file: 'file',
  folder: 'folder',
  lines: 'list-selection',
  symbol: 'list-selection',
  problems: 'warning',
  selection: 'terminal',
  command: 'terminal',
  changes: 'git-commit',
};

/** What ties the text to the list, for a screen reader. */
export function useSuggested() {
  const { options, active } = usePanel().completion;
  if (options.value.length === 0) return {};
  return { 'aria-controls': LIST, 'aria-activedescendant': `${LIST}-${active.value}` };
}

export function Suggestions() {
  const { options, active, note, choose } = usePanel().completion;
  const list = useRef<HTMLUListElement>(null);
  const index = active.value;
  useLayoutEffect(() => list.current?.children[index]?.scrollIntoView({ block: 'nearest' }), [index]);
  if (options.value.length === 0) {
    return note.value === undefined ? null : (
      <p class="offers" role="status">
        {note.value}
      </p>
    );
  }
  return (
    <ul ref={list} id={LIST} class="offers" role="listbox" aria-label={t('Suggestions')}>
      {options.value.map((option, at) => (
        <li
          key={option.key}
          id={`${LIST}-${at}`}
          role="option"
          aria-selected={at === index}
          // The text keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => choose(at)}
        >
          <Words option={option} />
        </li>
      ))}
    </ul>
  );
}

function Words({ option: { mention, slash } }: { option: Option }) {
  return (
    <>
      {mention && <Icon name={icons[mention.kind]} />}
      <span class="offer-name" dir="auto">
        {mention ? mention.label : `/${slash.name}`}
      </span>
      {slash?.takes !== undefined && <em>{slash.takes}</em>}
      <span class="offer-detail" dir="auto">
        {mention ? mention.detail : slash.words}
      </span>
    </>
  );
}

// The keys that work everywhere in the panel: find, next match, the person's turns one by one.
import type { Panel } from '../panel-context.ts';

export function onTranscriptKey(event: KeyboardEvent, panel: Panel): void {
  if (event.defaultPrevented || event.isComposing) return;
  const { key, altKey, shiftKey } = event;
  const isCommand = event.ctrlKey || event.metaKey;
  if (isCommand && !altKey && !shiftKey && key.toLowerCase() === 'f') panel.find.open();
  else if (key === 'Escape' && panel.find.opened.peek() > 0) panel.find.close();
  else if (key === 'F3' && panel.find.opened.peek() > 0 && !isCommand && !altKey)
    panel.send({ type: 'findNext', to: shiftKey ? 'previous' : 'next' });
  else if (altKey && !isCommand && !shiftKey && key === 'ArrowUp')
    panel.wanted.value = { kind: 'step', to: 'previous' };
  else if (altKey && !isCommand && !shiftKey && key === 'ArrowDown') panel.wanted.value = { kind: 'step', to: 'next' };
  else return;
  event.preventDefault();
}

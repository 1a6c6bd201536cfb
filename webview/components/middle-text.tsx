// Text that is shortened in its middle when there is no room: the end of a path or command says more than its middle.
import { revealHidden, splitForShortening } from '../state/visible-text.ts';

export function MiddleText({ text, class: className = '' }: { text: string; class?: string }) {
  const shown = revealHidden(text.replaceAll(/\s*\n\s*/g, ' ⏎ '));
  const { head, tail } = splitForShortening(shown);
  return (
    <span class={`middle-text ${className}`} dir="auto" title={shown}>
      {head && <span class="middle-head">{head}</span>}
      <span class="middle-tail">{tail}</span>
    </span>
  );
}

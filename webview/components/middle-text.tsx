// Text that is shortened in its middle when there is no room: the end of a path or command says more than its middle.
import { revealHidden, splitForShortening } from '../state/visible-text.ts';

interface MiddleTextProps {
  text: string;
  class?: string;
  /** Default: the whole text. */
  title?: string;
}

export function MiddleText({ text, class: className = '', title }: MiddleTextProps) {
  const shown = revealHidden(text.replaceAll(/\s*\n\s*/g, ' ⏎ '));
  const { head, tail } = splitForShortening(shown);
  return (
    <span class={`middle-text ${className}`} dir="auto" title={title ?? shown}>
      {head && <span class="middle-head">{head}</span>}
      <span class="middle-tail">{tail}</span>
    </span>
  );
}

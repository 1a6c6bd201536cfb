// Text that is shortened in its middle when there is no room: the end of a path or command says more than its middle.
import { revealHidden, splitForShortening } from '../state/visible-text.ts';

interface MiddleTextProps {
  text: string;
  class?: string;
  /** Default: the whole text. */
  title?: string;
}

/** What has no space is a path, a pattern or a name of the like, and never turned round. */
export function MiddleText({ text, class: className = '', title }: MiddleTextProps) {
  const shown = revealHidden(text.replaceAll(/\s*\n\s*/g, ' ⏎ '));
  const { head, tail } = splitForShortening(shown);
  return (
    <span class={`middle-text ${className}`} dir={/\s/.test(shown) ? 'auto' : 'ltr'} title={title ?? shown}>
      {head && <span class="middle-head">{head}</span>}
      <span class="middle-tail">{tail}</span>
    </span>
  );
}

// A block of code: its language, copy, insert at the cursor, and colours once the highlighter is there.
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { HighlightNode } from '../markdown/highlight.ts';
import { highlighter, isHighlightable } from '../markdown/highlighter.ts';
import { usePanel } from '../panel-context.ts';
import { revealHidden } from '../state/visible-text.ts';
import { IconButton } from './controls.tsx';
import { CopyButton } from './copy-button.tsx';
import { memo } from './memo.ts';

interface CodeBlockProps {
  code: string;
  /** The word after the fence; empty where there is none. */
  language: string;
  /** The fence has not been closed yet. */
  growing: boolean;
}

export const CodeBlock = memo(function CodeBlock({ code, language, growing }: CodeBlockProps) {
  const panel = usePanel();
  return (
    <figure class="code-block" aria-label={language ? `Code, ${language}` : 'Code'}>
      <div class="code-head">
        <span class="code-language">{language || 'text'}</span>
        <CopyButton label="Copy code" text={() => code} />
        <IconButton
          inner
          icon="insert"
          label="Insert at cursor"
          onClick={() => panel.send({ type: 'insertAtCursor', text: code })}
        />
      </div>
      <pre class="scroll-x" dir="ltr" tabIndex={-1} data-inner="">
        <code>
          <Coloured code={code} language={language} growing={growing} />
        </code>
      </pre>
    </figure>
  );
});

function Coloured({ code, language, growing }: CodeBlockProps) {
  const highlight = language && isHighlightable(code, growing) ? highlighter().value : undefined;
  const shown = revealHidden(code);
  const nodes = useMemo(() => highlight?.(shown, language.toLowerCase()), [highlight, shown, language]);
  return <>{nodes ? nodes.map(drawNode) : shown}</>;
}

function drawNode(node: HighlightNode): ComponentChildren {
  if (typeof node === 'string') return node;
  return <span class={`hl-${node.scope.replaceAll('.', ' hl-')}`}>{node.children.map(drawNode)}</span>;
}

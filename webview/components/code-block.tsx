// A block of code: its language, copy, insert at the cursor, and colours once the highlighter is there.
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { HighlightNode } from '../markdown/highlight.ts';
import { highlighter, isHighlightable } from '../markdown/highlighter.ts';
import { t } from '../l10n.ts';
import { usePanel } from '../panel-context.ts';
import { revealHidden } from '../state/visible-text.ts';
import { IconButton } from './controls.tsx';
import { CopyButton } from './copy-button.tsx';
import { memo } from './memo.ts';

interface CodeBlockProps {
  code: string;
  /** The word after the fence; empty where there is none. */
  language: string;
  /** The file that the answer names for it. */
  path?: string | undefined;
  /** The fence has not been closed yet. */
  growing: boolean;
}

/** What is typed into a terminal or printed by one goes into no file. */
const NOT_FOR_FILES = /^(?:|text|txt|output|console|terminal|shell|sh|bash|zsh|fish|powershell|ps1|diff|patch)$/i;

export const CodeBlock = memo(function CodeBlock({ code, language, path, growing }: CodeBlockProps) {
  const panel = usePanel();
  const canApply = path !== undefined || !NOT_FOR_FILES.test(language);
  return (
    <figure class="code-block" aria-label={language ? t('Code, {0}', language) : t('Code')}>
      <div class="code-head">
        <span class="code-language">
          {language || 'text'}
          {path !== undefined && ` · ${path}`}
        </span>
        {canApply && (
          <IconButton
            inner
            icon="edit"
            label={path === undefined ? t('Apply as edit') : t('Apply as edit to {0}', path)}
            disabled={growing}
            onClick={() => panel.send({ type: 'applyCode', text: code, ...(path === undefined ? {} : { path }) })}
          />
        )}
        <CopyButton label={t('Copy code')} text={() => code} />
        <IconButton
          inner
          icon="insert"
          label={t('Insert at cursor')}
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

function Coloured({ code, language, growing }: Omit<CodeBlockProps, 'path'>) {
  const highlight = language && isHighlightable(code, growing) ? highlighter().value : undefined;
  const shown = revealHidden(code);
  const nodes = useMemo(() => highlight?.(shown, language.toLowerCase()), [highlight, shown, language]);
  return <>{nodes ? nodes.map(drawNode) : partsOf(shown).map((part, index) => <span key={index}>{part}</span>)}</>;
}

/** Lines that the browser lays out together: in a long block that grows, all but the last such part stay as they are. */
const PART_LINES = /(?:[^\n]*\n){1,60}|[^\n]+$/g;

function partsOf(code: string): readonly string[] {
  return code.match(PART_LINES) ?? [];
}

function drawNode(node: HighlightNode): ComponentChildren {
  if (typeof node === 'string') return node;
  return <span class={`hl-${node.scope.replaceAll('.', ' hl-')}`}>{node.children.map(drawNode)}</span>;
}

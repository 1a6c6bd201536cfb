// A block of code: its language, copy, insert at the cursor, and colours once the highlighter is there.
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { CodeColours } from '../markdown/code-colours.ts';
import { createCodeCutter } from '../markdown/cut-code.ts';
import type { HighlightNode } from '../markdown/highlight.ts';
import { highlighter } from '../markdown/highlighter.ts';
import { t } from '../l10n.ts';
import { usePanel } from '../panel-context.ts';
import { revealHidden } from '../state/visible-text.ts';
import { IconButton } from './controls.tsx';
import { CopyButton } from './copy-button.tsx';
import { memo } from './memo.ts';
import { useNear } from './use-near.ts';

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
      <pre class="scroll-x" tabIndex={-1} data-inner="">
        <code>
          <Coloured code={code} language={language} growing={growing} />
        </code>
      </pre>
    </figure>
  );
});

/** A block of more parts is coloured where it is near what is seen. */
const ALWAYS = 4;

function Coloured({ code, language, growing }: Omit<CodeBlockProps, 'path'>) {
  const late = language ? highlighter().value : undefined;
  const cut = useMemo(createCodeCutter, []);
  const parts = cut(code);
  const now = useRef(parts);
  now.current = parts;
  const [turn, redraw] = useState(0);
  const step = useRef(0);
  useEffect(() => () => cancelIdleCallback(step.current), []);
  const colours = useMemo(() => {
    const source = {
      textAt: (index: number) => shownAt(now.current, index),
      later: (work: () => void) => (step.current = requestIdleCallback(work)),
      onChange: () => redraw((before) => before + 1),
    };
    return late?.createCodeColours(source, language.toLowerCase(), late.highlight);
  }, [late, language]);
  return (
    <>
      {parts.map((text, index) => (
        <Part
          key={index}
          {...{ text, index, colours, turn }}
          growing={growing && index === parts.length - 1}
          watched={parts.length > ALWAYS}
        />
      ))}
    </>
  );
}

function shownAt(parts: readonly string[], index: number): string | undefined {
  const part = parts[index];
  return part === undefined ? undefined : revealHidden(part);
}

interface PartProps {
  text: string;
  index: number;
  colours: CodeColours | undefined;
  /** Another one where its colours may have changed. */
  turn: number;
  growing: boolean;
  watched: boolean;
}

const Part = memo(function Part({ text, index, colours, growing, watched }: PartProps) {
  const element = useRef<HTMLSpanElement>(null);
  const { isNear } = useNear(element, watched && !growing, growing || !watched);
  const shown = revealHidden(text);
  const runs = isNear ? colours?.runsOf(index, shown, growing) : undefined;
  return <span ref={element}>{runs ? runs.map((nodes, run) => <Run key={run} nodes={nodes} />) : shown}</span>;
});

const Run = memo(function Run({ nodes }: { nodes: readonly HighlightNode[] }) {
  return <>{nodes.map(drawNode)}</>;
});

function drawNode(node: HighlightNode): ComponentChildren {
  if (typeof node === 'string') return node;
  return <span class={`hl-${node.scope.replaceAll('.', ' hl-')}`}>{node.children.map(drawNode)}</span>;
}

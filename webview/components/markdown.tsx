// Draws an answer's Markdown: tokens become elements, text becomes text nodes, and HTML stays the text that it is.
import type { ComponentChildren } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { MarkedToken, Token, Tokens } from 'marked';
import { createPartGrouper, type AnswerBlock, type AnswerPart } from '../markdown/answer-parts.ts';
import { createBlockReader, isOpenFence } from '../markdown/blocks.ts';
import { decodeEntities } from '../markdown/entities.ts';
import { t } from '../l10n.ts';
import { linkTarget } from '../markdown/link-target.ts';
import { mentionedFile, namedFile } from '../markdown/named-file.ts';
import { usePanel } from '../panel-context.ts';
import { revealHidden } from '../state/visible-text.ts';
import { CodeBlock } from './code-block.tsx';
import { memo } from './memo.ts';
import { useNear } from './use-near.ts';

/** An answer of more parts is drawn where it is near what is seen. */
const ALWAYS = 3;

/** `streaming`: text is still being added at the end. */
export function Markdown({ text, streaming }: { text: string; streaming: boolean }) {
  const reader = useMemo(createBlockReader, []);
  const group = useMemo(createPartGrouper, []);
  const parts = group(reader.read(text, streaming));
  const watched = parts.length > ALWAYS;
  return (
    <div class="markdown">
      {parts.map((part, index) => (
        // Parts and blocks are only added at the end, so the position is the identity.
        <Part key={index} part={part} growing={streaming && index === parts.length - 1} watched={watched} />
      ))}
    </div>
  );
}

interface PartProps {
  part: AnswerPart;
  growing: boolean;
  watched: boolean;
}

const LINE_PX = 20;

const Part = memo(function Part({ part, growing, watched }: PartProps) {
  const element = useRef<HTMLDivElement>(null);
  const { isNear, height } = useNear(element, watched && !growing, growing || !watched);
  const { blocks, lines } = part;
  return (
    <div
      ref={element}
      class={isNear ? 'part' : 'part far'}
      style={{ height: isNear ? '' : `${height ?? lines * LINE_PX}px` }}
    >
      {isNear
        ? blocks.map(({ token, level, path }, index) => (
            <Block key={index} {...{ token, level, path }} growing={growing && index === blocks.length - 1} />
          ))
        : // What is found here is found in the source.
          blocks.map(({ token }) => token.raw).join('')}
    </div>
  );
});

interface BlockProps extends AnswerBlock {
  growing: boolean;
}

const Block = memo(function Block({ token, growing, level, path }: BlockProps) {
  if (token.type === 'heading') return drawHeading(token as Tokens.Heading, level);
  if (token.type === 'code') return drawCode(token as Tokens.Code, growing, path);
  // Each outermost block is read in its own direction; what it holds follows it.
  return <>{drawBlock(token as MarkedToken, growing, 'auto')}</>;
});

function drawBlock(token: MarkedToken, growing: boolean, dir?: 'auto'): ComponentChildren {
  switch (token.type) {
    case 'paragraph':
      return <p dir={dir}>{drawInline(token.tokens)}</p>;
    case 'heading':
      return drawHeading(token);
    case 'code':
      return drawCode(token, growing, namedFile(token, undefined));
    case 'list':
      return drawList(token, growing, dir);
    case 'blockquote':
      return (
        <blockquote dir={dir} class={'continued' in token ? 'continued' : undefined}>
          {drawBlocks(token.tokens, growing)}
        </blockquote>
      );
    case 'table':
      return drawTable(token, dir);
    case 'hr':
      return <hr />;
    case 'html':
      return <p class="raw-html">{visible(token.raw.trimEnd())}</p>;
    case 'space':
    case 'def':
      return null;
    default:
      // A list item's text, or a block kind that this page does not know: its words are still shown.
      return drawOther(token, growing);
  }
}

function drawCode({ text, lang = '', raw }: Tokens.Code, growing: boolean, path: string | undefined) {
  // `ts`, `ts:src/a.ts`, `ts {1,3}`; a file alone says its language by its end.
  const word = lang.split(/[\s{:,]/, 1)[0] ?? '';
  const language = word.includes('.') ? word.slice(word.lastIndexOf('.') + 1) : word;
  return <CodeBlock code={text} language={revealHidden(language)} path={path} growing={growing && isOpenFence(raw)} />;
}

function drawBlocks(tokens: readonly Token[], growing: boolean): ComponentChildren {
  return tokens.map((token, index) => drawBlock(token as MarkedToken, growing && index === tokens.length - 1));
}

function drawOther(token: Token, growing: boolean): ComponentChildren {
  if (token.type === 'group') return drawBlocks(token.tokens ?? [], growing);
  if (token.type === 'text') return drawInline((token as Tokens.Text).tokens ?? [token]);
  return drawInline([token]);
}

/** Within a quote or a list it is no heading of the page. */
function drawHeading({ depth, tokens }: Tokens.Heading, level?: number) {
  const Level = level === undefined ? 'p' : (`h${level}` as 'h4' | 'h5' | 'h6');
  return (
    <Level dir={level === undefined ? undefined : 'auto'} class={`heading heading-${depth}`}>
      {drawInline(tokens)}
    </Level>
  );
}

function drawList(token: Tokens.List, growing: boolean, dir?: 'auto') {
  const items = token.items.map((item, index) => (
    <li key={index} class={item.task || 'continued' in item ? 'unmarked' : undefined}>
      {item.task && <span class="task-mark">{item.checked ? '☑' : '☐'}</span>}
      {item.task && <span class="sr-only">{item.checked ? t('Done: ') : t('To do: ')}</span>}
      {drawBlocks(
        item.tokens.filter((part) => part.type !== 'checkbox'),
        growing && index === token.items.length - 1,
      )}
    </li>
  ));
  // It goes on with the list before it, which was too long.
  const className =
    [token.loose && 'loose', 'continued' in token && 'continued'].filter(Boolean).join(' ') || undefined;
  if (!token.ordered) {
    return (
      <ul dir={dir} class={className}>
        {items}
      </ul>
    );
  }
  return (
    <ol dir={dir} class={className} start={token.start === '' ? 1 : token.start}>
      {items}
    </ol>
  );
}

function aligned(cell: Tokens.TableCell) {
  return cell.align ? `align-${cell.align}` : undefined;
}

function drawTable(token: Tokens.Table, dir?: 'auto') {
  return (
    <div class="scroll-x" dir={dir} tabIndex={-1} data-inner="">
      <table>
        <thead>
          <tr>
            {token.header.map((cell, index) => (
              <th key={index} scope="col" class={aligned(cell)}>
                {drawInline(cell.tokens)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, line) => (
            <tr key={line}>
              {row.map((cell, index) => (
                <td key={index} class={aligned(cell)}>
                  {drawInline(cell.tokens)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function drawInline(tokens: readonly Token[]): ComponentChildren {
  return tokens.map((token) => drawSpan(token as MarkedToken));
}

function drawSpan(token: MarkedToken): ComponentChildren {
  switch (token.type) {
    case 'strong':
      return <strong>{drawInline(token.tokens)}</strong>;
    case 'em':
      return <em>{drawInline(token.tokens)}</em>;
    case 'del':
      return <del>{drawInline(token.tokens)}</del>;
    case 'codespan':
      return <CodeSpan text={token.text} />;
    case 'br':
      return <br />;
    case 'link':
      return <Link href={token.href}>{drawInline(token.tokens)}</Link>;
    case 'image':
      // An image that is fetched tells its server what is in the conversation, so it is only ever a link.
      return <Link href={token.href}>{visible(token.text) || t('image')}</Link>;
    case 'text':
      return token.tokens ? drawInline(token.tokens) : visible(token.text);
    case 'escape':
      return visible(token.text);
    default:
      return visible(token.raw);
  }
}

/** A link where it names a file of the workspace. */
function CodeSpan({ text }: { text: string }) {
  const file = mentionedFile(text);
  const shown = revealHidden(text);
  return (
    <code class="inline-code" dir="auto">
      {file ? <FileLink {...file}>{shown}</FileLink> : shown}
    </code>
  );
}

function FileLink({ path, line, children }: { path: string; line?: number; children: ComponentChildren }) {
  const panel = usePanel();
  if (!panel.files.has(path)) return <>{children}</>;
  const open = () => panel.send({ type: 'openFile', path, ...(line === undefined ? {} : { line }) });
  return (
    <button type="button" class="link" title={t('Open {0}', path)} tabIndex={-1} data-inner="" onClick={open}>
      {children}
    </button>
  );
}

function visible(text: string): string {
  return revealHidden(decodeEntities(text));
}

function Link({ href, children }: { href: string; children: ComponentChildren }) {
  const panel = usePanel();
  const target = linkTarget(decodeEntities(href));
  if (!target) return <span>{children}</span>;
  if (target.kind === 'file') return <FileLink {...target}>{children}</FileLink>;
  const open = (event: Event) => {
    event.preventDefault();
    panel.send({ type: 'openLink', url: target.url });
  };
  return (
    <a href={target.url} title={target.url} tabIndex={-1} data-inner="" onClick={open} onAuxClick={open}>
      {children}
    </a>
  );
}

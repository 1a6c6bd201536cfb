// Takes here-documents out of a command, so that what is left can be read line by line: each becomes a here-string of its expansions.
import type { ShellParser, SyntaxNode, SyntaxTree } from './shell-grammar.ts';

export interface WithoutHereDocuments {
  readonly text: string;
  readonly tree: SyntaxTree;
  /** Where the here-strings stand that were here-documents. The reader must find a redirection at each of them. */
  readonly operators: ReadonlySet<number>;
  /** The bodies, in order. */
  readonly bodies: readonly string[];
  /** Why the text could not be taken apart for sure. */
  readonly reason?: string;
}

/** More than any command that a person could still read. */
const MAX_DOCUMENTS = 40;

export function takeHereDocuments(source: string, parse: ShellParser): WithoutHereDocuments | undefined {
  const operators = new Set<number>();
  const bodies: string[] = [];
  let text = source;
  let tree = parse(text);
  const done = (reason?: string): WithoutHereDocuments | undefined =>
    tree && { text, tree, operators, bodies, ...(reason === undefined ? {} : { reason }) };
  while (tree) {
    const found = firstRedirect(tree.root);
    if (!found) return done();
    if (bodies.length >= MAX_DOCUMENTS || text.includes('((')) return done('its here-documents cannot be told apart');
    const cut = cutDocument(text, found);
    if (cut === undefined) return done('its here-document does not end');
    bodies.push(cut.body);
    operators.add(cut.operator);
    text = cut.text;
    tree = parse(text);
    if (cut.reason !== undefined) return done(cut.reason);
  }
  return undefined;
}

function firstRedirect(root: SyntaxNode): SyntaxNode | undefined {
  let first: SyntaxNode | undefined;
  const pending = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'heredoc_redirect' && (!first || node.start < first.start)) first = node;
    for (const child of node.children) pending.push(child);
  }
  return first;
}

interface Cut {
  readonly text: string;
  readonly body: string;
  readonly operator: number;
  readonly reason?: string;
}

function cutDocument(text: string, redirect: SyntaxNode): Cut | undefined {
  const token = redirect.children.find((child) => child.type === '<<' || child.type === '<<-');
  if (!token) return undefined;
  const head = /^<<(-?)[ \t]*((?:[A-Za-z0-9_.!@%+:,=-]|\\[A-Za-z0-9_]|'[^'\n]*'|"[^"\n$`\\]*")+)(?=[\s;&|<>()]|$)/.exec(
    text.slice(token.start),
  );
  if (!head) return undefined;
  const [whole, dash, word = ''] = head;
  const quoted = /['"\\]/.test(word);
  const delimiter = word.replace(/['"\\]/g, '');
  const afterWord = token.start + whole.length;
  const lineEnd = text.indexOf('\n', afterWord);
  const restOfLine = text.slice(afterWord, lineEnd === -1 ? undefined : lineEnd);
  // A quote or a comment that is open at the end of the line would take the newline that the body starts at.
  const closed = /^(?:[^'"\\`#]|'[^']*'|"[^"\\`$]*")*$/.test(restOfLine);
  if (lineEnd === -1 || !closed) return undefined;
  const body = bodyOf(text, lineEnd + 1, delimiter, dash === '-');
  if (!body) return undefined;
  const content = text.slice(lineEnd + 1, body.end);
  const inside = quoted ? "''" : expandingBody(content);
  const cutText = `${text.slice(0, token.start)}<<<${inside ?? "''"}${restOfLine}\n${text.slice(body.next)}`;
  return {
    text: cutText,
    body: content,
    operator: token.start,
    ...(inside === undefined ? { reason: 'its here-document expands something' } : {}),
  };
}

function bodyOf(
  text: string,
  start: number,
  delimiter: string,
  dash: boolean,
): { end: number; next: number } | undefined {
  for (let at = start; at < text.length || at === start;) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(at, end);
    if ((dash ? line.replace(/^\t+/, '') : line) === delimiter)
      return { end: at, next: Math.min(end + 1, text.length) };
    if (newline === -1) return undefined;
    at = newline + 1;
  }
  return undefined;
}

/** The body as a word that expands the same, or undefined when that cannot be said in one. */
function expandingBody(body: string): string | undefined {
  if (!/[$`\\]/.test(body)) return "''";
  const plainly = body.replace(/\\[$`\\]/g, '').replace(/\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\}|[0-9?#])/g, '');
  // A backslash before a newline joins lines, so that the end of the body may not be where it seems to be.
  if (/\\\n/.test(body)) return undefined;
  if (!/[$`]/.test(plainly)) return "''";
  return body.includes('"') || body.includes('<<') || body.includes('((') ? undefined : `"${body}"`;
}

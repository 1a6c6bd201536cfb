// How the nodes of a bash tree lie in their text.
import type { SyntaxNode } from './shell-grammar.ts';
import type { ShellRedirection, ShellWord } from './shell-word.ts';

const SPANS = new Set([
  'command_substitution',
  'process_substitution',
  'expansion',
  'simple_expansion',
  'arithmetic_expansion',
]);

const OPERATORS = new Set([';', '&', '&&', '||', '|', '|&', '\n', '(', ')']);
const KEYWORDS = new Set('{ } ! if then elif else fi for select while until do done case esac in function'.split(' '));

/** Whether bash sees a comment here as well. */
export function isPlainComment(text: string, node: SyntaxNode): boolean {
  const source = text.slice(node.start, node.end);
  const starts = source.startsWith('#') && ' \t\n;&|()'.includes(text[node.start - 1] ?? '\n');
  return starts && !source.includes('\n') && (node.end >= text.length || text[node.end] === '\n');
}

/** Whether a token between statements is what bash would take it for. */
export function isPlainToken(text: string, token: SyntaxNode, within: string): boolean {
  const source = text.slice(token.start, token.end);
  if (token.type === ';;') return within === 'case_item';
  if (OPERATORS.has(token.type)) return source === token.type || isBlank(source);
  const apart = ' \t\n;&|()'.includes(text[token.start - 1] ?? ' ') && ' \t\n;&|()<>'.includes(text[token.end] ?? ' ');
  return KEYWORDS.has(token.type) && source === token.type && apart;
}

/** Blanks, newlines and joined lines: all that may stand between tokens. */
export function isBlank(text: string): boolean {
  return /^(?:[ \t\n]|\\\n)*$/.test(text);
}

/** `$#` and `${#x}` are numbers whatever else there is. */
export function isCount(word: ShellWord): boolean {
  return /^"?\$(?:[#?]|\{#\w+\})"?$/.test(word.source) || /^-?\d+$/.test(word.text);
}

/** What a redirection does with its target. */
export function redirectionOf(operator: string, target: ShellWord): ShellRedirection {
  const descriptor = target.literal && /^(?:\d+-?|-)$/.test(target.text);
  if (operator === '<<<') return { operator, use: 'none' };
  if (operator === '<&') return descriptor ? { operator, use: 'none' } : { operator, target, use: 'edit' };
  if (operator === '>&' && descriptor) return { operator, use: 'none' };
  return { operator, target, use: operator === '<' ? 'read' : 'edit' };
}

/** The outermost expansions, by where they start. */
export function spansOf(nodes: readonly SyntaxNode[], text: string): Map<number, SyntaxNode> {
  const spans = new Map<number, SyntaxNode>();
  const pending = [...nodes];
  for (let node = pending.pop(); node; node = pending.pop()) {
    // The grammar gives an expansion the blanks in front of it.
    const blanks = /[^ \t\n]/.exec(text.slice(node.start, node.end))?.index ?? 0;
    const start = node.start + blanks;
    if (SPANS.has(node.type)) spans.set(start, blanks === 0 ? node : { ...node, start });
    else for (const child of node.children) pending.push(child);
  }
  return spans;
}

// Which parameter and arithmetic expansions do no more than put a text in their place.
import type { SyntaxNode } from './shell-grammar.ts';

export interface ExpansionDoubt {
  readonly reason: string;
  /** It may even run a command that the tree does not show. */
  readonly mistrust: boolean;
}

/** `inner`: the expansions inside this one, which are looked at by themselves. Undefined when there is nothing to doubt. */
export function expansionDoubt(
  span: SyntaxNode,
  source: string,
  inner: readonly SyntaxNode[],
): ExpansionDoubt | undefined {
  const rest = withoutInner(span, source, inner);
  if (span.type === 'simple_expansion') {
    return /^\$(?:[A-Za-z_]\w*|[0-9@*#?$!_-])$/.test(source) ? undefined : unclear('it has an unclear expansion');
  }
  if (span.type === 'arithmetic_expansion') {
    if (/^\$(?:\(\([\d\s+*/%<>=!&|^~?:()-]*\)\)|\[[\d\s+*/%<>=!&|^~?:()-]*\])$/.test(source)) return undefined;
    return unclear('it calculates with what it does not write out');
  }
  return parameterDoubt(rest);
}

function unclear(reason: string): ExpansionDoubt {
  return { reason, mistrust: true };
}

function withoutInner(span: SyntaxNode, source: string, inner: readonly SyntaxNode[]): string {
  let rest = '';
  let last = span.start;
  for (const node of [...inner].toSorted((left, right) => left.start - right.start)) {
    rest += source.slice(last - span.start, node.start - span.start);
    last = node.end;
  }
  return rest + source.slice(last - span.start);
}

function parameterDoubt(rest: string): ExpansionDoubt | undefined {
  if (!rest.startsWith('${') || !rest.endsWith('}')) return unclear('it has an unclear expansion');
  if (/[`'"\\{}\n]|\$|[<>]\(/.test(rest.slice(2, -1))) return unclear('it has an unclear expansion');
  if (rest.startsWith('${!')) return { reason: 'it expands a variable by the name in another', mistrust: false };
  const found = /^\$\{#?(?:[A-Za-z_]\w*|[0-9]+|[@*#?$!_-])(\[[^\]]*\])?(.*)\}$/.exec(rest);
  if (!found) return unclear('it has an unclear expansion');
  const [, subscript, operation = ''] = found;
  if (subscript !== undefined && !/^\[(?:\d+|[@*])\]$/.test(subscript))
    return unclear('it calculates with what it does not write out');
  if (operation.startsWith('@')) return { reason: 'it evaluates the value of a variable', mistrust: false };
  if (/^:?=/.test(operation)) return { reason: 'it sets a variable while it expands', mistrust: false };
  if (/^:(?![-=?+])/.test(operation) && !/^: ?-?\d+(?::-?\d+)?$/.test(operation)) {
    return unclear('it calculates with what it does not write out');
  }
  return undefined;
}

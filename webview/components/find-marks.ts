// Marks the matches of a search in the transcript without changing it, by the browser's own highlights.

/** Text of two of these does not run together. */
const BLOCKS = 'p, li, pre, td, th, h4, h5, h6, div, button, figure, figcaption, .diff-line';

/** Where `words` stand below an element, in order, over the borders of inline elements too. */
export function rangesIn(root: Element, words: string, matchCase: boolean): Range[] {
  if (words === '') return [];
  const nodes: { readonly node: Text; readonly start: number }[] = [];
  let text = '';
  let block: Element | null | undefined;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    const parent = node.parentElement;
    if (parent?.closest('.sr-only')) continue;
    const own = parent?.closest(BLOCKS);
    if (own !== block) text += '\0';
    block = own;
    nodes.push({ node, start: text.length });
    text += node.data;
  }
  const pattern = new RegExp(words.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`), matchCase ? 'gu' : 'giu');
  const borderOf = (at: number): [Text, number] => {
    const { node, start } = nodes.findLast((each) => each.start <= at)!;
    return [node, at - start];
  };
  return [...text.matchAll(pattern)].map((match) => {
    const range = document.createRange();
    range.setStart(...borderOf(match.index));
    const [node, last] = borderOf(match.index + match[0].length - 1);
    range.setEnd(node, last + 1);
    return range;
  });
}

export function markAll(ranges: readonly Range[]): void {
  CSS.highlights?.set('found', new Highlight(...ranges));
}

/** Marks the match that the person is at. */
export function markCurrent(range: Range | undefined): void {
  const mark = new Highlight(...(range ? [range] : []));
  mark.priority = 1;
  CSS.highlights?.set('found-current', mark);
}

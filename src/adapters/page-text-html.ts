// Tidied HTML as Markdown, by the library; what a page can do to its time is bounded by whoever runs this (page-text-worker.ts).
import Turndown from 'turndown';

/** What is used of the converter's nodes, whose own types belong to browsers. */
interface PageNode {
  readonly nodeName: string;
  readonly isBlock?: boolean;
  readonly parentNode: PageNode | null;
  readonly firstChild: PageNode | null;
  readonly childNodes: Iterable<PageNode>;
  getAttribute(name: string): string | null;
}

/** May take very long for a page that was made to. `base` is what links are relative to. */
export function htmlToMarkdown(html: string, base: string): string {
  return converter(base).turndown(html);
}

function converter(base: string): Turndown {
  const service = new Turndown({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
    blankReplacement: (_content, node: PageNode) =>
      /^T[DH]$/.test(node.nodeName) ? ' |' : node.isBlock === true ? '\n\n' : '',
  });
  service.remove(['nav', 'button', 'select', 'dialog']);
  service.addRule('link', {
    filter: (node: PageNode) => node.nodeName === 'A' && node.getAttribute('href') !== null,
    replacement: (content, node: PageNode) => {
      const to = absolute(node.getAttribute('href'), base);
      const words = content.trim();
      return to === undefined || words === '' ? content : `[${words.replace(/\s+/g, ' ')}](${to})`;
    },
  });
  service.addRule('image', {
    filter: 'img',
    replacement: (_content, image: PageNode) => {
      const words = (image.getAttribute('alt') ?? '').replace(/\s+/g, ' ').trim();
      const from = absolute(image.getAttribute('src'), base);
      return words === '' || from === undefined ? words : `![${words}](${from})`;
    },
  });
  service.addRule('cell', {
    filter: ['th', 'td'],
    replacement: (content) => ` ${content.trim().replace(/\s*\n\s*/g, ' ')} |`,
  });
  service.addRule('row', {
    filter: 'tr',
    replacement: (content, node: PageNode) => {
      const cells = [...node.childNodes].filter((cell) => /^T[DH]$/.test(cell.nodeName));
      const head = cells.some((cell) => cell.nodeName === 'TH') && isFirstRow(node);
      return `\n|${content}${head ? `\n|${' --- |'.repeat(cells.length)}` : ''}`;
    },
  });
  return service;
}

function isFirstRow(row: PageNode): boolean {
  const group = row.parentNode;
  return group?.firstChild === row && (group.nodeName === 'THEAD' || group.parentNode?.firstChild === group);
}

/** Undefined for what cannot be opened: scripts, data, nonsense. */
function absolute(address: string | null, base: string): string | undefined {
  if (address === null || !URL.canParse(address, base)) return undefined;
  const url = new URL(address, base);
  return /^(?:https?|mailto|ftp):$/.test(url.protocol)
    ? url.href.replaceAll('(', '%28').replaceAll(')', '%29')
    : undefined;
}

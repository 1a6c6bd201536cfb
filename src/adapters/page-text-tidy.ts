// Makes strangers' HTML harmless for a converter: one pass, its time and depth bounded by the length of the page.

export interface TidyHtml {
  /** Without scripts, styles, drawings, frames, comments and all but a few attributes, and not nested deeply. */
  readonly html: string;
  readonly title?: string;
  /** The `href` of the page's `base` element. */
  readonly base?: string;
  readonly truncated: boolean;
}

/** With all that stands in them. */
const DROPPED = new Set([
  'script',
  'style',
  'noscript',
  'svg',
  'iframe',
  'template',
  'object',
  'math',
  'canvas',
  'nav',
]);
const KEPT_ATTRIBUTES = new Set(['href', 'src', 'alt', 'class', 'start']);
/** Elements without an end, and those that the next one of their kind ends: they do not nest by themselves. */
const FLAT = new Set(
  'area base br col embed hr img input link meta param source track wbr p li dt dd td th tr option thead tbody tfoot'.split(
    ' ',
  ),
);
/** A parser's time grows with the square of the depth, and the deepest end in a full stack. */
const MAX_DEPTH = 200;
const MAX_ATTRIBUTE_CHARS = 4_000;

interface Tag {
  readonly name: string;
  readonly closes: boolean;
  readonly attributes: ReadonlyMap<string, string>;
  /** Index behind the tag. */
  readonly end: number;
}

export function tidyHtml(html: string, maxChars: number): TidyHtml {
  const pass = new TidyPass(html, maxChars);
  return pass.run();
}

class TidyPass {
  private readonly html: string;
  private readonly maxChars: number;
  private readonly out: string[] = [];
  private chars = 0;
  /** How many of each name are open, as far as can be told: never fewer than a parser would have. */
  private readonly open = new Map<string, number>();
  private depth = 0;
  /** Too deep: their text stays, their tags go. */
  private readonly flattened = new Map<string, number>();
  private title: string | undefined;
  private base: string | undefined;
  /** Names whose end does not occur any more. */
  private readonly endless = new Set<string>();

  constructor(html: string, maxChars: number) {
    this.html = html;
    this.maxChars = maxChars;
  }

  run(): TidyHtml {
    const { html } = this;
    let at = 0;
    while (at < html.length && this.chars < this.maxChars) {
      const open = html.indexOf('<', at);
      const end = open === -1 ? html.length : open;
      this.put(html.slice(at, end));
      at = open === -1 ? html.length : this.markup(open);
    }
    const { title, base } = this;
    return {
      html: this.out.join(''),
      truncated: at < html.length,
      ...(title === undefined ? {} : { title }),
      ...(base === undefined ? {} : { base }),
    };
  }

  private put(text: string): void {
    const kept = text.slice(0, this.maxChars - this.chars);
    this.chars += kept.length;
    this.out.push(kept);
  }

  /** Works off what starts at `<` and returns the index behind it. */
  private markup(open: number): number {
    const { html } = this;
    if (html.startsWith('<!--', open)) return after(html, '-->', open + 4);
    if (/[!?]/.test(html[open + 1] ?? '')) return after(html, '>', open + 2);
    if (!/^<\/?[a-z]/i.test(html.slice(open, open + 3))) {
      this.put('&lt;');
      return open + 1;
    }
    const tag = readTag(html, open);
    if (!tag.closes && (DROPPED.has(tag.name) || tag.name === 'title')) return this.drop(tag);
    if (!DROPPED.has(tag.name)) this.element(tag);
    return tag.end;
  }

  private drop({ name, end }: Tag): number {
    const found = this.endless.has(name) ? undefined : closingTag(this.html, name, end);
    if (found === undefined) {
      this.endless.add(name);
      // A script that does not end takes the rest with it, as in a browser; others are passed over.
      return name === 'script' || name === 'style' ? this.html.length : end;
    }
    if (name === 'title') this.title ??= plainText(this.html.slice(end, Math.min(found, end + 1_000)));
    return after(this.html, '>', found);
  }

  private element({ name, closes, attributes }: Tag): void {
    if (name === 'base') this.base ??= attributes.get('href');
    if (!FLAT.has(name) && !this.keeps(name, closes)) return;
    const written = [...attributes].map(([key, value]) => ` ${key}="${escaped(value)}"`);
    const text = closes ? `</${name}>` : `<${name}${written.join('')}>`;
    // Half a tag would be read as text.
    if (this.chars + text.length > this.maxChars) this.chars = this.maxChars;
    else this.put(text);
  }

  /** Only the end of an open element lessens the depth: a page must not be able to count it down with ends of its invention. */
  private keeps(name: string, closes: boolean): boolean {
    if (!closes) {
      const deep = this.depth >= MAX_DEPTH;
      count(deep ? this.flattened : this.open, name, 1);
      if (!deep) this.depth += 1;
      return !deep;
    }
    if (count(this.flattened, name, -1)) return false;
    if (!count(this.open, name, -1)) return false;
    this.depth -= 1;
    return true;
  }
}

function escaped(value: string): string {
  return value.replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** False when there is none to take away. */
function count(counts: Map<string, number>, name: string, by: 1 | -1): boolean {
  const now = (counts.get(name) ?? 0) + by;
  if (now < 0) return false;
  counts.set(name, now);
  return true;
}

function after(html: string, end: string, from: number): number {
  const found = html.indexOf(end, from);
  return found === -1 ? html.length : found + end.length;
}

function closingTag(html: string, name: string, from: number): number | undefined {
  const closing = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  closing.lastIndex = from;
  return closing.exec(html)?.index;
}

const NAME_END = /[\s/>]/g;
const SPACE = /[\s/]*/y;
const ATTRIBUTE = /([^\s/>=]+|=)(?:\s*=\s*(?:"([^"]*)"?|'([^']*)'?|([^\s>"']*)))?/y;

/** As a browser reads it: quotes may hold `>`, and a tag without an end takes the rest of the page. */
function readTag(html: string, open: number): Tag {
  const closes = html[open + 1] === '/';
  NAME_END.lastIndex = open + (closes ? 2 : 1);
  const nameEnd = NAME_END.exec(html)?.index ?? html.length;
  const name = html
    .slice(open + (closes ? 2 : 1), Math.min(nameEnd, open + 40))
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '');
  const attributes = new Map<string, string>();
  let at = nameEnd;
  for (;;) {
    SPACE.lastIndex = at;
    SPACE.exec(html);
    at = SPACE.lastIndex;
    if (at >= html.length || html[at] === '>') return { name, closes, attributes, end: Math.min(at + 1, html.length) };
    ATTRIBUTE.lastIndex = at;
    const found = ATTRIBUTE.exec(html);
    if (!found) {
      at += 1;
      continue;
    }
    at = ATTRIBUTE.lastIndex;
    const key = found[1]!.toLowerCase();
    const value = found[2] ?? found[3] ?? found[4] ?? '';
    if (KEPT_ATTRIBUTES.has(key) && !attributes.has(key) && value.length <= MAX_ATTRIBUTE_CHARS)
      attributes.set(key, value);
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function plainText(text: string): string {
  const decoded = text.replace(/&(?:#(\d{1,6})|#x([\da-f]{1,5})|(\w{1,6}));?/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '';
  });
  return decoded.replace(/\s+/g, ' ').trim().slice(0, 300);
}

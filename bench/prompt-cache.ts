// What a prompt cache makes of a conversation's requests: how much of each is the start of the next, and how much it would serve.

interface Marked {
  readonly type?: string;
  readonly text?: string;
  readonly cache_control?: unknown;
}

interface Body {
  readonly tools?: readonly Marked[];
  readonly system?: string | readonly Marked[];
  readonly messages: readonly { readonly role: string; readonly content: string | readonly Marked[] }[];
}

/** One piece of a request in the order in which a cache reads it. */
interface CachedBlock {
  readonly text: string;
  readonly marked: boolean;
}

/** How many blocks before a mark are looked at for something cached. */
const LOOK_BACK = 20;
/** Shorter starts are not cached. */
const MINIMUM_BYTES = 4096;

export interface CacheFigures {
  /** Least share of a request that the next one begins with, marks left out of account; in percent. */
  readonly keptPercent: number;
  /** Bytes that a cache with explicit marks would serve, of all bytes sent; in percent. */
  readonly servedPercent: number;
  /** The same for a cache that holds all of every request: each byte is paid for once. In percent. */
  readonly servablePercent: number;
}

export function cacheFigures(bodies: readonly string[]): CacheFigures {
  const requests = bodies.map((body) => blocksOf(JSON.parse(body) as Body));
  let kept = 1;
  let before = '';
  let served = 0;
  let sent = 0;
  let fresh = 0;
  const cached = new Set<string>();
  for (const blocks of requests) {
    const text = blocks.map((block) => block.text).join('\n');
    if (before !== '') kept = Math.min(kept, commonPrefix(before, text) / before.length);
    fresh += text.length - commonPrefix(before, text);
    before = text;
    sent += text.length;
    served += serve(blocks, cached);
  }
  const percent = (bytes: number): number => (sent === 0 ? 0 : (bytes / sent) * 100);
  return { keptPercent: kept * 100, servedPercent: percent(served), servablePercent: percent(sent - fresh) };
}

/** Characters found in the cache; writes what is marked. */
function serve(blocks: readonly CachedBlock[], cached: Set<string>): number {
  const starts: string[] = [];
  let start = '';
  for (const block of blocks) starts.push((start += `${block.text}\n`));
  const marks = blocks.flatMap(({ marked }, index) => (marked ? [index] : []));
  const near = marks.flatMap((mark) => starts.slice(Math.max(0, mark - LOOK_BACK), mark + 1));
  const found = near.filter((text) => cached.has(text)).reduce((most, text) => Math.max(most, text.length), 0);
  for (const mark of marks) if (starts[mark]!.length >= MINIMUM_BYTES) cached.add(starts[mark]!);
  return found;
}

function blocksOf({ tools = [], system = [], messages }: Body): CachedBlock[] {
  const parts = typeof system === 'string' ? [{ type: 'text', text: system }] : system;
  return [
    ...tools.map((tool) => block('tool', tool)),
    ...parts.map((part) => block('system', part)),
    ...messages.flatMap(({ role, content }) =>
      (typeof content === 'string' ? [{ type: 'text', text: content }] : content).map((part) => block(role, part)),
    ),
  ];
}

function block(kind: string, { cache_control: mark, ...rest }: Marked): CachedBlock {
  return { text: `${kind} ${JSON.stringify(rest)}`, marked: mark !== undefined && mark !== null };
}

function commonPrefix(a: string, b: string): number {
  if (b.startsWith(a)) return a.length;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

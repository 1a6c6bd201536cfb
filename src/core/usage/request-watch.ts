// Watches what requests take, and says what is out of the ordinary, with its cause: a lost prefix, a sudden fall of what the cache
// serves, a very large input, a very long answer.
import type { DurableEvent, Usage } from '../events.ts';
import type { ApiBlock } from '../messages/api.ts';
import type { ModelParameters } from '../ports.ts';
import type { ContextReading } from '../context/context-meter.ts';
import { estimateTokens } from '../prompt/estimate-tokens.ts';
import { CACHE_LIFE_MS } from './next-request.ts';
import { PrefixWatch, type PrefixBreak, type RequestParts } from './prefix-watch.ts';
import { totalInput } from './usage.ts';
import { t } from '../../shared/l10n.ts';

export interface RequestNotice {
  readonly level: 'info' | 'warning';
  readonly title: string;
  readonly body: string;
}

export interface RequestWatchOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** What the context holds at this moment. */
  readonly context: () => ContextReading;
}

const LARGE_INPUT = 100_000;
const LARGE_OUTPUT = 10_000;
/** Of what the cache served before; less of it is a fall. */
const FALL = 0.5;
/** Tokens: a smaller loss is not worth a word; after a long pause everybody expects one, so only a large one is. */
const WORTH_SAYING = 5_000;
const WORTH_SAYING_AFTER_PAUSE = 20_000;

/** One an engine. Sees the events of its own answers, live ones alone. */
export class RequestWatch {
  private readonly prefix = new PrefixWatch();
  private broken: PrefixBreak['part'] | 'parameters' | undefined;
  private asked = '';
  /** Of the last whole answer. */
  private served: number | undefined;
  private sentAt: number | undefined;
  private pauseMs = 0;
  private largeSaid = false;
  /** What the answer under way is made of. */
  private blocks: ApiBlock[] = [];
  private readonly options: RequestWatchOptions;

  constructor(options: RequestWatchOptions) {
    this.options = options;
  }

  /** Undefined where the request extends the one before it, and where another model was chosen. */
  beforeRequest(parts: RequestParts, { thinking, effort }: ModelParameters = {}): RequestNotice | undefined {
    const found = this.prefix.check(parts);
    const asked = JSON.stringify([thinking, effort]);
    this.broken = found?.part ?? (asked === this.asked ? undefined : 'parameters');
    this.asked = asked;
    const now = this.options.now();
    this.pauseMs = this.sentAt === undefined ? 0 : now - this.sentAt;
    this.sentAt = now;
    if (!found || found.part === 'model') return undefined;
    const { part, offset, before, now: after } = found;
    const body = t(
      'The {0} part is not what it was, from byte {1} on: “{2}” became “{3}”. This request is paid in full.',
      part,
      offset,
      before,
      after,
    );
    return { level: 'info', title: t('The prompt cache was lost'), body };
  }

  /** What is to be said after the event. */
  take(event: DurableEvent): RequestNotice[] {
    switch (event.type) {
      case 'message_started':
        this.blocks = [];
        return [];
      case 'block_completed':
        this.blocks.push(event.block);
        return [];
      case 'message_completed':
        return event.complete ? this.judge(event.usage) : [];
      case 'compacted':
        this.prefix.forget();
        this.served = undefined;
        this.largeSaid = false;
        return [];
      default:
        return [];
    }
  }

  private judge(usage: Usage): RequestNotice[] {
    const notices = [this.fall(usage), this.largeInput(usage), this.largeOutput(usage)];
    this.served = usage.cacheReadTokens;
    return notices.filter((notice) => notice !== undefined);
  }

  private fall(usage: Usage): RequestNotice | undefined {
    const { served, broken, pauseMs } = this;
    const lost = (served ?? 0) - usage.cacheReadTokens;
    if (served === undefined || usage.cacheReadTokens >= served * FALL || lost < WORTH_SAYING) return undefined;
    // Said before the request.
    if (broken !== undefined && broken !== 'model' && broken !== 'parameters') return undefined;
    const paused = broken === undefined && pauseMs >= CACHE_LIFE_MS;
    if (paused && lost < WORTH_SAYING_AFTER_PAUSE) return undefined;
    let cause = t('Nothing in the request had changed: the endpoint let it go.');
    if (broken === 'parameters') cause = t('Another effort or way of thinking has its own cache.');
    if (broken === 'model') cause = t('Another model has its own cache.');
    if (paused)
      cause = t('The request before was {0} minutes ago; the cache is kept for five.', Math.round(pauseMs / 60_000));
    const body = `${t('It served {0} tokens of this request, after {1} of the one before.', thousands(usage.cacheReadTokens), thousands(served))} ${cause}`;
    return { level: 'info', title: t('The prompt cache served little'), body };
  }

  private largeInput(usage: Usage): RequestNotice | undefined {
    const input = totalInput(usage);
    if (input <= LARGE_INPUT) {
      this.largeSaid = false;
      return undefined;
    }
    if (this.largeSaid) return undefined;
    this.largeSaid = true;
    const { conversation, results, told } = this.options.context();
    const [what, tokens] = largest([
      [t('the results of tools'), results],
      [t('what you and the model said'), conversation],
      [t('the prompt with its tools and instruction files'), Math.max(0, input - conversation - results - told)],
      [t('what was told of the surroundings'), told],
    ]);
    const body = t(
      'Each request now holds {0} tokens. Most of them are {1}, about {2}. Shorten the conversation, or start a new one for another task.',
      thousands(input),
      what,
      thousands(tokens),
    );
    return { level: 'info', title: t('Requests have become large'), body };
  }

  private largeOutput(usage: Usage): RequestNotice | undefined {
    if (usage.outputTokens <= LARGE_OUTPUT) return undefined;
    const known = madeOf(this.blocks);
    const [what, tokens] = largest(known.length > 0 ? known : [[t('thinking that is not shown'), usage.outputTokens]]);
    const body = t(
      'It has {0} tokens. Most of them are {1}, about {2}.',
      thousands(usage.outputTokens),
      what,
      thousands(tokens),
    );
    return { level: 'info', title: t('A very long answer'), body };
  }
}

/** An answer's parts in tokens: text, thinking, and calls by the tool's name. */
function madeOf(blocks: readonly ApiBlock[]): (readonly [string, number])[] {
  const made = new Map<string, number>();
  const add = (what: string, text: string): void => void made.set(what, (made.get(what) ?? 0) + estimateTokens(text));
  for (const block of blocks) {
    if (block.type === 'text') add(t('its text'), block.text);
    if (block.type === 'thinking') add(t('thinking'), block.thinking);
    if (block.type === 'tool_use') add(t('the input of {0}', block.name), JSON.stringify(block.input) ?? '');
  }
  return [...made];
}

function largest(parts: readonly (readonly [string, number])[]): readonly [string, number] {
  return parts.toSorted((one, other) => other[1] - one[1])[0] ?? ['', 0];
}

function thousands(tokens: number): string {
  return tokens < 1000 ? String(tokens) : `${Math.round(tokens / 1000)}k`;
}

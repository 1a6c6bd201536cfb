// How full the model's context is, and with what: what the last answer was billed for, plus an estimate of what was added since.
import type { DurableEvent } from '../events.ts';
import { estimateTokens } from '../prompt/estimate-tokens.ts';
import { totalInput } from '../usage/usage.ts';
import { contentText } from '../view/tool-view.ts';

/** A picture costs about this, whatever its bytes. */
const IMAGE_TOKENS = 1_600;

/** Tokens. The kinds are estimates, and what they leave of `tokens` is the prompt with its tools. */
export interface ContextReading {
  /** That the next request is expected to hold. */
  readonly tokens: number;
  /** What the person and the model said. */
  readonly conversation: number;
  /** Of tools. */
  readonly results: number;
  /** What was told of the surroundings. */
  readonly told: number;
  /** What the last request left in the cache. */
  readonly cached: number;
  /** Epoch milliseconds; undefined when nothing was sent yet. */
  readonly lastRequestAt: number | undefined;
}

export class ContextMeter {
  private billed = 0;
  private since = 0;
  /** Of `since`, what came while the answer under way arrived: results of calls that ran meanwhile are not in its bill. */
  private meanwhile = 0;
  private conversation = 0;
  private results = 0;
  private told = 0;
  private cached = 0;
  private lastRequestAt: number | undefined;

  apply(event: DurableEvent & { readonly at?: number }): void {
    switch (event.type) {
      case 'message_completed': {
        const size = totalInput(event.usage) + event.usage.outputTokens;
        this.conversation += event.usage.outputTokens;
        // An answer that broke off before its first event was not billed: it tells nothing.
        if (size === 0) return;
        this.billed = size;
        this.since = this.meanwhile;
        this.cached = totalInput(event.usage);
        return;
      }
      case 'message_started':
        this.meanwhile = 0;
        this.lastRequestAt = event.at;
        return;
      case 'turn_started':
      case 'input_added':
        this.conversation += this.add(
          estimateTokens(event.input.text + event.input.attachments.map(({ text }) => text).join('\n')) +
            (event.input.images?.length ?? 0) * IMAGE_TOKENS,
        );
        return;
      case 'context_added':
        this.told += this.add(estimateTokens(event.text));
        return;
      case 'tool_completed': {
        const pictures =
          typeof event.content === 'string' ? 0 : event.content.filter(({ type }) => type === 'image').length;
        this.results += this.add(estimateTokens(contentText(event.content)) + pictures * IMAGE_TOKENS);
        return;
      }
      case 'compacted':
        this.billed = event.tokensAfter;
        this.since = 0;
        this.conversation = estimateTokens(event.text);
        this.results = 0;
        this.told = 0;
        this.cached = 0;
        return;
      default:
        return;
    }
  }

  private add(tokens: number): number {
    this.since += tokens;
    this.meanwhile += tokens;
    return tokens;
  }

  /** How much of `tokens` is an estimate. */
  get estimated(): number {
    return this.since;
  }

  /** What the endpoint counted, in place of the estimate. */
  correct(tokens: number): void {
    this.billed = tokens;
    this.since = 0;
  }

  /** Tokens that the next request is expected to hold. */
  get tokens(): number {
    return this.billed + this.since;
  }

  get reading(): ContextReading {
    const { tokens, conversation, results, told, cached, lastRequestAt } = this;
    return { tokens, conversation, results, told, cached, lastRequestAt };
  }
}

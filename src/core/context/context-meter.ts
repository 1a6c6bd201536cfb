// How full the model's context is: what the last answer was billed for, plus an estimate of what was added since.
import type { DurableEvent } from '../events.ts';
import { estimateTokens } from '../prompt/estimate-tokens.ts';
import { totalInput } from '../usage/usage.ts';
import { contentText } from '../view/tool-view.ts';

/** A picture costs about this, whatever its bytes. */
const IMAGE_TOKENS = 1_600;

export class ContextMeter {
  private billed = 0;
  private since = 0;
  /** Of `since`, what came while the answer under way arrived: results of calls that ran meanwhile are not in its bill. */
  private meanwhile = 0;

  apply(event: DurableEvent): void {
    switch (event.type) {
      case 'message_completed': {
        const size = totalInput(event.usage) + event.usage.outputTokens;
        // An answer that broke off before its first event was not billed: it tells nothing.
        if (size === 0) return;
        this.billed = size;
        this.since = this.meanwhile;
        return;
      }
      case 'message_started':
        this.meanwhile = 0;
        return;
      case 'turn_started':
      case 'input_added':
        this.add(estimateTokens(event.input.text + event.input.attachments.map(({ text }) => text).join('\n')));
        return;
      case 'context_added':
        this.add(estimateTokens(event.text));
        return;
      case 'tool_completed': {
        const pictures =
          typeof event.content === 'string' ? 0 : event.content.filter(({ type }) => type === 'image').length;
        this.add(estimateTokens(contentText(event.content)) + pictures * IMAGE_TOKENS);
        return;
      }
      case 'compacted':
        this.billed = event.tokensAfter;
        this.since = 0;
        return;
      default:
        return;
    }
  }

  private add(tokens: number): void {
    this.since += tokens;
    this.meanwhile += tokens;
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
}

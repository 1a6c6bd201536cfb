// What of a command's output is shown: to the model its head and tail, to the person its beginning while it comes.
import { clipKept, type KeptOutput } from '../kept-output.ts';
import type { ToolContext } from '../tool.ts';
import { plainOutput } from './plain-output.ts';
import { createPlainStream } from './plain-stream.ts';

export const MAX_OUTPUT_CHARS = 30_000;
const MAX_REPORTED_CHARS = 200_000;

/** Plain and bounded; empty for silence. `isCut`: `raw` is head and tail of what `kept` took. Ends `kept`. */
export async function shownOutput(raw: string, isCut: boolean, kept: KeptOutput): Promise<string> {
  const text = plainOutput(raw).trimEnd();
  if (!isCut && text.length <= MAX_OUTPUT_CHARS) {
    await kept.discard();
    return text;
  }
  const whole = isCut ? kept.chars : text.length;
  return clipKept(text, MAX_OUTPUT_CHARS, { whole, kept: await kept.finish(), what: 'output' });
}

/** Live output for the person, up to a bound: the result has the rest. */
export function liveReport(context: Pick<ToolContext, 'report'>): { add(text: string): void; end(): void } {
  const stream = createPlainStream();
  let left = MAX_REPORTED_CHARS;
  const report = (text: string): void => {
    if (text === '') return;
    const shown = text.slice(0, left);
    left -= shown.length;
    context.report(left > 0 ? shown : `${shown}\n[More output follows; its end is in the result.]\n`);
  };
  return {
    add(text) {
      if (left > 0) report(stream.add(text));
    },
    end() {
      if (left > 0) report(stream.end());
    },
  };
}

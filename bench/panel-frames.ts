// Measures frames inside a page: how far apart they come, and how long the main thread works for each.
import type { Frame, Page } from 'playwright-core';
import { quantile } from './statistics.ts';

export interface FrameFigures {
  /** Milliseconds of the main thread's work from a frame's first callback until it is painted, 95th percentile. */
  readonly workP95: number;
  /** Share of frames that came late, in per cent: more than one and a half frames' time after the one before. */
  readonly latePercent: number;
}

interface Sampler {
  readonly works: number[];
  readonly intervals: number[];
  stop(): void;
}

const FRAME_MS = 1000 / 60;

/** Samples every frame of the page while `run` goes on. */
export async function sampleFrames(page: Page | Frame, run: () => Promise<void>): Promise<FrameFigures> {
  const sampler = await page.evaluateHandle(startSampler);
  await run();
  const { works, intervals } = await sampler.evaluate((each) => {
    each.stop();
    return { works: each.works, intervals: each.intervals };
  });
  await sampler.dispose();
  const late = intervals.filter((interval) => interval > 1.5 * FRAME_MS).length;
  return { workP95: quantile(works, 0.95) ?? 0, latePercent: (100 * late) / Math.max(1, intervals.length) };
}

/** Runs in the page. */
function startSampler(): Sampler {
  const works: number[] = [];
  const intervals: number[] = [];
  const channel = new MessageChannel();
  let begin = 0;
  let last: number | undefined;
  let on = true;
  // A message that is sent in a frame's first callback arrives when the frame has been painted.
  channel.port1.addEventListener('message', () => works.push(performance.now() - begin));
  channel.port1.start();
  const tick = (at: number) => {
    if (!on) return;
    if (last !== undefined) intervals.push(at - last);
    last = at;
    begin = performance.now();
    channel.port2.postMessage(undefined);
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  return { works, intervals, stop: () => (on = false) };
}

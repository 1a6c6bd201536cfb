// The panel alone, in Chromium, with the extension's own channel behind it and 10,000 messages in that: open, scroll, stream, idle.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, CDPSession } from 'playwright-core';
import { launchBrowser } from '../scripts/lib/browser.ts';
import { connectHost, type ConnectedHost } from '../test/support/panel-harness/hosted-panel.ts';
import { longView } from '../test/support/panel-harness/long-view.ts';
import { openPanel, type PanelPage } from '../test/support/panel-harness/panel-page.ts';
import { startPanelServer } from '../test/support/panel-harness/panel-server.ts';
import { textOf, turnOf } from '../test/support/panel-harness/views.ts';
import { sampleFrames } from './panel-frames.ts';

const MESSAGES = 10_000;
const TOKENS_A_SECOND = 1000;
const CHARS_A_TOKEN = 4;
const STREAM_MS = 3000;
const IDLE_MS = 2000;
const MB = 1024 * 1024;

export type Samples = Record<string, number[]>;

/** Figures by name, one value a round. */
export async function measureLongPanel(rounds: number): Promise<Samples> {
  await using server = await startPanelServer();
  const browser = await launchBrowser();
  const samples: Samples = {};
  try {
    // The first round warms up and does not count.
    for (let round = -1; round < rounds; round += 1) {
      for (const [name, value] of Object.entries(await measureOnce(browser, server.url))) {
        if (round >= 0) (samples[name] ??= []).push(value);
      }
    }
  } finally {
    await browser.close();
  }
  return samples;
}

async function measureOnce(browser: Browser, url: string): Promise<Record<string, number>> {
  const view = longView(MESSAGES);
  let host: ConnectedHost | undefined;
  await using panel = await openPanel(browser, url, {
    prepare: async (page) => {
      await page.addInitScript(noteFirstWords);
      host = await connectHost(page, view);
    },
  });
  const { page } = panel;
  const opened = await page.waitForFunction(() => (window as unknown as { firstWords?: number }).firstWords);
  const open = (await opened.jsonValue()) as number;
  const metrics = await page.context().newCDPSession(page);
  await metrics.send('Performance.enable');
  const nodes: number[] = [];
  const scroll = await sampleFrames(page, () => scrollThrough(panel, nodes));
  const memory = await heapMb(metrics);
  await page.getByRole('button', { name: 'Latest' }).click();
  await sleep(300);
  const prose = await sampleFrames(page, () => stream(host!, 'p', PROSE));
  nodes.push(await countNodes(panel));
  const code = await sampleFrames(page, () => stream(host!, 'c', CODE, FENCE));
  const idle = await idleWork(metrics);
  host?.channel.dispose();
  return {
    'open 10,000 messages': open,
    'scroll, frame p95': scroll.workP95,
    'scroll, late frames %': scroll.latePercent,
    'stream, frame p95': prose.workP95,
    'stream, late frames %': prose.latePercent,
    'stream of code, frame p95': code.workP95,
    'most nodes': Math.max(...nodes),
    'memory MB': Math.max(memory, await heapMb(metrics)),
    'idle, work ms a second': idle,
  };
}

const PROSE =
  'The loop in `parseList` ends one **short**, so the last item of a list is dropped by it.\n\n- one more\n- and another\n\n';
const CODE = 'export const value = items.map((item) => item.name); // one line of it\n';
const FENCE = '```ts\n';

/** Up and down through the conversation by the wheel, a step each frame. */
async function scrollThrough({ page }: PanelPage, nodes: number[]): Promise<void> {
  await page.mouse.move(3, 300);
  for (const [by, steps] of [
    [-120, 160],
    [120, 80],
  ] as const) {
    for (let step = 0; step < steps; step += 1) {
      await page.mouse.wheel(0, by);
      if (step % 20 === 0) nodes.push(await page.evaluate(() => document.querySelectorAll('*').length));
    }
  }
}

/** An answer that comes at so many tokens a second for a while, behind the ones before; text all through. */
async function stream({ change }: ConnectedHost, name: string, words: string, before = ''): Promise<void> {
  const [turnId, itemId] = [`stream-${name}`, `stream-${name}-text`];
  const item = textOf(itemId, before, 'streaming');
  change({ op: 'turn', turn: turnOf(turnId, 'Say it all', [], { state: 'running' }) });
  change({ op: 'item', turnId, item });
  const started = performance.now();
  const all = words.repeat(Math.ceil((TOKENS_A_SECOND * CHARS_A_TOKEN * STREAM_MS) / 1000 / words.length));
  for (let sent = 0; ;) {
    const passed = performance.now() - started;
    const due = Math.min(all.length, Math.floor((passed / 1000) * TOKENS_A_SECOND * CHARS_A_TOKEN));
    // Each token is a change of its own, as it is on the wire.
    for (; sent + CHARS_A_TOKEN <= due; sent += CHARS_A_TOKEN) {
      change({ op: 'append', turnId, itemId, text: all.slice(sent, sent + CHARS_A_TOKEN) });
    }
    if (passed > STREAM_MS) break;
    await sleep(4);
  }
  change({ op: 'item', turnId, item: { ...item, text: before + all, state: 'done' } });
  change({ op: 'turn', turn: turnOf(turnId, 'Say it all', []) });
}

async function countNodes({ page }: PanelPage): Promise<number> {
  return page.evaluate(() => document.querySelectorAll('*').length);
}

/** What the page's scripts hold after a collection. */
async function heapMb(metrics: CDPSession): Promise<number> {
  await metrics.send('HeapProfiler.collectGarbage');
  return (await metricsOf(metrics))['JSHeapUsedSize']! / MB;
}

/** Milliseconds of main thread work in a second in which nothing happens. */
async function idleWork(metrics: CDPSession): Promise<number> {
  await sleep(1500);
  const before = (await metricsOf(metrics))['TaskDuration']!;
  await sleep(IDLE_MS);
  const after = (await metricsOf(metrics))['TaskDuration']!;
  return ((after - before) * 1000) / (IDLE_MS / 1000);
}

async function metricsOf(session: CDPSession): Promise<Record<string, number>> {
  const { metrics } = await session.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

/** Runs in the page before its scripts: notes when the first turn has been painted, in milliseconds since the page began to load. */
function noteFirstWords(): void {
  const watcher = new MutationObserver(() => {
    if (!document.querySelector('.turn')) return;
    watcher.disconnect();
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.addEventListener('message', () => Object.assign(window, { firstWords: performance.now() }));
      channel.port1.start();
      channel.port2.postMessage(undefined);
    });
  });
  watcher.observe(document, { childList: true, subtree: true });
}

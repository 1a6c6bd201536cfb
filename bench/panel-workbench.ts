// The panel in the real workbench: how soon its first words come, what streaming costs there, and what the extension host holds.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import { repositoryFolder } from '../scripts/lib/tooling-folder.mjs';
import { conversationIn, type Conversation } from '../test/support/conversation.ts';
import { text, toolUse, type Answer } from '../test/support/model/answer.ts';
import { startModelServer, type ModelRequest } from '../test/support/model/model-server.ts';
import { openWorkbench, type Workbench } from '../test/support/workbench.ts';
import { readSoon, startProbedEditor, type HostMemory } from './host-memory.ts';
import { sampleFrames } from './panel-frames.ts';
import type { Samples } from './panel-long.ts';

const TURNS = 200;
const OPENS = 5;
const STREAM_CHARS = 16_000;

export async function measurePanelInWorkbench(): Promise<Samples> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'capstan-bench-panel-'));
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  await cp(path.join(repositoryFolder, 'test', 'fixtures', 'sample'), folder, { recursive: true });
  const file = path.join(folder, 'src', 'index.js');
  const model = stack.use(await startModelServer((request) => answerFor(request, file)));
  const empty = await emptyHostMemory(folder);
  const settings = { 'capstan.api.baseUrl': model.url, 'capstan.model': 'scripted-test' };
  const probed = stack.use(await startProbedEditor({ settings }));
  const workbench = stack.use(await openWorkbench(probed.editor, { folder, development: repositoryFolder }));
  const talk = conversationIn(workbench);
  await (await talk.composer()).waitFor();
  const idle = await probed.hostMemory();
  for (let turn = 0; turn < TURNS; turn += 1) await say(talk, `Read on, part ${turn}`);
  const used = await probed.hostMemory();
  const opens: number[] = [];
  for (let time = 0; time < OPENS; time += 1) opens.push(await openAgain(workbench));
  const frames = await sampleFrames(await workbench.panel(), () => say(talk, STREAM_WORDS));
  return {
    'open to first words': opens,
    'stream, frame p95': [frames.workP95],
    'stream, late frames %': [frames.latePercent],
    ...hostFigures('when idle', idle, empty),
    ...hostFigures(`after ${TURNS} turns`, used, empty),
  };
}

function hostFigures(when: string, held: HostMemory, empty: HostMemory): Samples {
  const over = (of: keyof HostMemory) => [held[of] - empty[of]];
  return {
    [`host, MB over an empty one ${when}`]: over('resident'),
    [`host ${when}, in use`]: [held.heap + held.buffers - empty.heap - empty.buffers],
    [`host ${when}, uncollected`]: over('standing'),
  };
}

const STREAM_WORDS = 'Say it all';

/** A read and a few lines for most messages; a long answer at 1,000 tokens a second, 4 characters each, for one. */
function answerFor({ body }: ModelRequest, file: string): Answer {
  const last = JSON.stringify(body.messages.at(-1));
  if (last.includes(STREAM_WORDS)) {
    const words = 'The loop in `parseList` ends one **short**, and drops the last item.\n\n- one\n- two\n\n';
    return {
      blocks: [text(words.repeat(STREAM_CHARS / words.length))],
      pace: { deltaMs: 4, charsPerDelta: 16 },
    };
  }
  if (last.includes('tool_result')) return { blocks: [text('This part does what its name says. '.repeat(8))] };
  return { blocks: [text('I read the next part.'), toolUse('Read', { file_path: file })] };
}

async function say(talk: Conversation, words: string): Promise<void> {
  const panel = await talk.panel();
  await talk.send(words);
  await panel.waitForFunction(
    (said) => document.querySelector('.turn:last-of-type')?.textContent.includes(said),
    words,
  );
  await panel.waitForFunction(() => !document.querySelector('.composer .stop'), undefined, { timeout: 60_000 });
}

/** Milliseconds from the key that shows the side bar to the first turn in it. */
async function openAgain({ page }: Workbench): Promise<number> {
  await page.keyboard.press('Control+Alt+B');
  await page.locator('.part.auxiliarybar').waitFor({ state: 'hidden' });
  await sleep(500);
  await page.context().addInitScript(noteFirstTurn);
  const pressed = await page.evaluate(() => performance.timeOrigin + performance.now());
  await page.keyboard.press('Control+Alt+B');
  for (;;) {
    const noted = await Promise.all(page.frames().map(firstTurnIn));
    const seen = noted.find((at) => at !== undefined && at > pressed);
    if (seen !== undefined) return seen - pressed;
    await sleep(50);
  }
}

/** Runs in each new page before its scripts. A page that is written anew keeps its timers, not its observers. */
function noteFirstTurn(): void {
  const timer = setInterval(() => {
    if (!document.querySelector('[data-turn]')) return;
    clearInterval(timer);
    Object.assign(window, { firstTurn: performance.timeOrigin + performance.now() });
  }, 2);
}

async function firstTurnIn(frame: Frame): Promise<number | undefined> {
  // A frame may go away while it is asked.
  return frame.evaluate(() => (window as unknown as { firstTurn?: number }).firstTurn).catch(() => undefined);
}

/** What a host holds whose extension does nothing, in the same editor on the same folder. */
async function emptyHostMemory(workspace: string): Promise<HostMemory> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'capstan-empty-'));
  try {
    const { engines } = JSON.parse(await readFile(path.join(repositoryFolder, 'package.json'), 'utf8')) as {
      engines: unknown;
    };
    const manifest = { name: 'empty', publisher: 'nobody', version: '0.0.1', engines, main: './main.js' };
    await writeFile(
      path.join(folder, 'package.json'),
      JSON.stringify({ ...manifest, activationEvents: ['onStartupFinished'] }),
    );
    const active = path.join(folder, 'active.json');
    const main = `exports.activate = () => require('node:fs').writeFileSync(${JSON.stringify(active)}, 'true');\n`;
    await writeFile(path.join(folder, 'main.js'), main);
    await using probed = await startProbedEditor();
    await using _ = await openWorkbench(probed.editor, { folder: workspace, development: folder });
    await readSoon(active);
    return await probed.hostMemory();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

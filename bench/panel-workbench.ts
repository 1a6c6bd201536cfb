// The panel in the real workbench: how soon its first words come, what streaming costs there, and what the extension host holds.
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import { startEditor, type Editor } from '../scripts/lib/editor.ts';
import { repositoryFolder } from '../scripts/lib/tooling-folder.mjs';
import { conversationIn, type Conversation } from '../test/support/conversation.ts';
import { text, toolUse, type Answer } from '../test/support/model/answer.ts';
import { startModelServer, type ModelRequest } from '../test/support/model/model-server.ts';
import { openWorkbench, type Workbench } from '../test/support/workbench.ts';
import { sampleFrames } from './panel-frames.ts';
import type { Samples } from './panel-long.ts';
import { processMb } from './process-memory.ts';
import { median } from './statistics.ts';

const TURNS = 200;
const OPENS = 5;
/** Of silence, before memory is read. */
const SETTLE_MS = 6000;
const STREAM_CHARS = 16_000;

/** Memory figures are missing on systems without /proc. */
export async function measurePanelInWorkbench(): Promise<Samples> {
  const empty = await emptyExtensionMb();
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'capstan-bench-panel-'));
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  await cp(path.join(repositoryFolder, 'test', 'fixtures', 'sample'), folder, { recursive: true });
  const file = path.join(folder, 'src', 'index.js');
  const model = stack.use(await startModelServer((request) => answerFor(request, file)));
  const settings = { 'capstan.api.baseUrl': model.url, 'capstan.model': 'scripted-test' };
  const editor = stack.use(await startEditor({ settings }));
  const workbench = stack.use(await openWorkbench(editor, { folder, development: repositoryFolder }));
  const talk = conversationIn(workbench);
  await (await talk.composer()).waitFor();
  const idle = await hostMb(editor);
  for (let turn = 0; turn < TURNS; turn += 1) await say(talk, `Read on, part ${turn}`);
  const used = await hostMb(editor);
  const opens: number[] = [];
  for (let time = 0; time < OPENS; time += 1) opens.push(await openAgain(workbench));
  const frames = await sampleFrames(await workbench.panel(), () => say(talk, STREAM_WORDS));
  const over = (value: number | undefined) =>
    value === undefined || empty === undefined ? [] : [Math.max(0, value - empty)];
  return {
    'open to first words': opens,
    'stream, frame p95': [frames.workP95],
    'stream, late frames %': [frames.latePercent],
    'host, MB over an empty one when idle': over(idle),
    [`host, MB over an empty one after ${TURNS} turns`]: over(used),
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

/** What an extension host with an extension that does nothing holds. */
async function emptyExtensionMb(): Promise<number | undefined> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'capstan-empty-'));
  try {
    const { engines } = JSON.parse(readFileSync(path.join(repositoryFolder, 'package.json'), 'utf8')) as {
      engines: unknown;
    };
    const manifest = { name: 'empty', publisher: 'nobody', version: '0.0.1', engines, main: './main.js' };
    await writeFile(path.join(folder, 'package.json'), JSON.stringify({ ...manifest, activationEvents: ['*'] }));
    await writeFile(path.join(folder, 'main.js'), 'exports.activate = () => {};\n');
    await using editor = await startEditor();
    await using _ = await openWorkbench(editor, { folder: editor.home!, development: folder });
    return await hostMb(editor);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Megabytes that this editor's extension host holds after a silence. */
async function hostMb(editor: Editor): Promise<number | undefined> {
  await sleep(SETTLE_MS);
  const host = extensionHostOf(editor);
  const looks: (number | undefined)[] = [];
  for (let look = 0; host !== undefined && look < 5; look += 1) {
    // Language servers and searches are processes of their own.
    looks.push(processMb(host));
    await sleep(300);
  }
  return median(looks);
}

/** The process that was started for this editor's data folder as a host of extensions; undefined without /proc. */
function extensionHostOf(editor: Editor): number | undefined {
  const data = path.resolve(path.dirname(editor.settingsFile), '../..');
  const processes = listProcesses();
  const server = processes.find(({ command }) => command.includes(`--server-data-dir=${data}`));
  const below = (pid: number): number[] => [
    pid,
    ...processes.filter(({ parent }) => parent === pid).flatMap((child) => below(child.pid)),
  ];
  const own = server ? below(server.pid) : [];
  return processes.find(({ pid, command }) => own.includes(pid) && command.includes('--type=extensionHost'))?.pid;
}

function listProcesses(): { pid: number; parent: number; command: string }[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          const status = readFileSync(`/proc/${name}/stat`, 'utf8');
          const parent = Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
          return [{ pid: Number(name), parent, command: readFileSync(`/proc/${name}/cmdline`, 'utf8') }];
        } catch {
          // It has ended in between.
          return [];
        }
      });
  } catch {
    return [];
  }
}

// The scenarios: what the model says in each, and which figures are taken from a run.
import { mkdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { AnswerBlock, Figures, RunResult, Scenario, Turn } from './bench-types.ts';
import { cacheFigures } from './prompt-cache.ts';
import { median, quantile } from './statistics.ts';

const SUM_UP: Turn = {
  blocks: [{ text: 'That is all there is to say about these files, and it is short. '.repeat(4) }],
};
const INPUT_CHARS = 300_000;
const INPUT_DELTA_CHARS = 20;

/** Milliseconds between the end of each answer and the arrival of the next request. */
function gaps({ requests }: RunResult): number[] {
  return requests.slice(1).map(({ arrivedAt }, index) => arrivedAt - requests[index]!.endedAt);
}

function readOne(file: string, n: number): Turn {
  return { blocks: [{ text: `Reading file ${n}.` }, { tool: 'Read', args: { path: file } }] };
}

function startAndExit(run: RunResult): Figures {
  return {
    start: run.requests[0]!.arrivedAt - run.startedAt,
    exit: run.exitedAt - run.requests.at(-1)!.endedAt,
  };
}

const tenReads: Scenario = {
  name: 'reads-10',
  title: '10 sequential reads',
  prompt: 'BENCH-READS-10: read the ten files one after the other, then sum them up.',
  turns: (_, file) => [...Array.from({ length: 10 }, (__, n) => readOne(file(n), n)), SUM_UP],
  figures(run) {
    const overhead = gaps(run);
    return {
      ...startAndExit(run),
      turn: median(overhead),
      'turn p95': quantile(overhead, 0.95),
      'first turn': overhead[0],
    };
  },
};

/** The path is there some time before the call is whole: what is done with it then is to cost nothing later. */
const slowInputs: Scenario = {
  name: 'slow-inputs',
  title: '10 sequential reads whose inputs arrive slowly',
  prompt: 'BENCH-SLOW-INPUTS: read the ten files one after the other, then sum them up.',
  turns: (_, file) => [
    ...Array.from({ length: 10 }, (__, n): Turn => {
      const deltaChars = JSON.stringify({ file_path: file(n) }).length - 1;
      return { blocks: [{ tool: 'Read', args: { path: file(n) }, deltaChars, pauseInInputMs: 40 }] };
    }),
    SUM_UP,
  ],
  figures(run) {
    const overhead = gaps(run);
    return { turn: median(overhead), 'turn p95': quantile(overhead, 0.95), 'first turn': overhead[0] };
  },
};

const burst: Scenario = {
  name: 'burst',
  title: 'one turn of 8 reads and 2 greps',
  prompt: 'BENCH-BURST: read eight files and search twice, all at once, then sum up.',
  turns: (ws, file) => [
    {
      blocks: [
        { text: 'Looking at several files at once.' },
        ...Array.from({ length: 8 }, (_, n): AnswerBlock => ({ tool: 'Read', args: { path: file(20 + n) } })),
        { tool: 'Grep', args: { pattern: 'toInteger', path: ws } },
        { tool: 'Grep', args: { pattern: 'step 1 of module 17', path: ws } },
      ],
    },
    SUM_UP,
  ],
  figures: (run) => ({ turn: gaps(run)[0] }),
};

/** Three commands that tell when they began, two reads between them, and a long silence before the answer ends. */
const slowStream: Scenario = {
  name: 'slow-stream',
  title: 'three commands and two reads during a slow answer',
  prompt: 'BENCH-SLOW: run three slow commands and read two files, then sum up.',
  turns(ws, file) {
    const command = (n: number): string => `touch ${path.join(marksIn(ws), String(n))}; sleep 0.5`;
    const read = (n: number): AnswerBlock => ({ tool: 'Read', args: { path: file(n) }, pauseAfterMs: 200 });
    return [
      {
        blocks: [
          // As long as a model takes for a sentence.
          { text: 'Running three commands.', pauseAfterMs: 150 },
          { tool: 'Bash', args: { command: command(1) }, pauseAfterMs: 200 },
          read(30),
          { tool: 'Bash', args: { command: command(2) }, pauseAfterMs: 200 },
          read(31),
          { tool: 'Bash', args: { command: command(3) }, pauseAfterMs: 900 },
        ],
      },
      SUM_UP,
    ];
  },
  async prepare(ws, file) {
    await mkdir(marksIn(ws), { recursive: true });
    const now = new Date();
    // An old time of access, so that the next reading is noted even on a file system that notes few.
    await Promise.all([30, 31].map((n) => utimes(file(n), new Date(0), now)));
    return marksIn(ws);
  },
  async figures(run) {
    const { callsSentAt, endedAt } = run.requests[0]!;
    const began = await Promise.all([30, 31].map(async (n) => (await stat(run.file(n))).atimeMs > 0));
    const early = Object.values(run.marks).filter((at) => at < endedAt).length + began.filter(Boolean).length;
    return {
      'after the answer': gaps(run)[0],
      'first command': run.marks['1'] === undefined ? undefined : run.marks['1'] - callsSentAt[0]!,
      'begun before the end': early,
    };
  },
};

function marksIn(ws: string): string {
  return path.join(ws, 'marks');
}

const hundredReads: Scenario = {
  name: 'reads-100',
  title: '100 sequential reads',
  prompt: 'BENCH-READS-100: read a hundred files one after the other, then sum them up.',
  memory: true,
  turns: (_, file) => [...Array.from({ length: 100 }, (__, n) => readOne(file(n), n)), SUM_UP],
  figures(run) {
    const overhead = gaps(run);
    const early = median(overhead.slice(0, 10))!;
    const late = median(overhead.slice(-10))!;
    const { keptPercent, servedPercent, servablePercent } = cacheFigures(run.requests.map(({ body }) => body));
    return {
      'whole run': run.exitedAt - run.startedAt,
      turn: median(overhead),
      growth: late / early,
      'memory MB': run.peakMb,
      'prefix kept %': keptPercent,
      'cache serves %': servedPercent,
      'of what it could %': (servedPercent / servablePercent) * 100,
    };
  },
};

const longInput: Scenario = {
  name: 'long-input',
  title: 'a tool input of 300 KB in 20-character deltas',
  prompt: 'BENCH-INPUT: write the long file, then sum up.',
  turns: (ws) => [
    {
      blocks: [
        {
          tool: 'Write',
          args: { path: longFile(ws), content: 'All work and no play.\n'.repeat(INPUT_CHARS / 22) },
          deltaChars: INPUT_DELTA_CHARS,
        },
      ],
    },
    SUM_UP,
  ],
  async prepare(ws) {
    await rm(longFile(ws), { force: true });
    return undefined;
  },
  figures: (run) => ({ 'processor ms': run.requests[0]!.cpuMs }),
};

function longFile(ws: string): string {
  return path.join(ws, 'long.txt');
}

export const scenarios: readonly Scenario[] = [tenReads, slowInputs, burst, slowStream, hundredReads, longInput];

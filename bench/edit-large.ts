// How long an Edit of a 10 MB file on disk takes, and a Read of a small one: the whole tool run, from the input to the result.
// `node bench/edit-large.ts` prints the figures as JSON, in milliseconds.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { NodeFileSystem } from '../src/adapters/node-file-system.ts';
import { rulesOf, ToolBench } from '../test/support/memory/tool-bench.ts';
import { median } from './statistics.ts';

const BYTES = 10_000_000;
const ROUNDS = 9;
const READS = 2_000;

export interface LargeEditFigures {
  /** Exact match in the middle. */
  readonly edit: number;
  /** The same where the file has `\r\n` and the call has `\n`. */
  readonly 'edit of other endings': number;
  /** An average over many, in a file of 40 lines. */
  readonly 'small read': number;
}

/** Times in milliseconds. Needs about 60 MB of disk; leaves nothing behind. */
export async function measureLargeEdits(): Promise<LargeEditFigures> {
  const root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'capstan-bench-edit-')));
  const bench = new ToolBench({ files: new NodeFileSystem(), root, rules: () => rulesOf({ allow: ['Edit'] }, root) });
  try {
    return {
      edit: await timeEdits(bench, '\n'),
      'edit of other endings': await timeEdits(bench, '\r\n'),
      'small read': await timeReads(bench),
    };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function timeEdits(bench: ToolBench, ending: string): Promise<number> {
  const file = path.join(bench.root, 'large.txt');
  const count = Math.ceil(BYTES / (lineOf(100_000).length + ending.length));
  const text = Array.from({ length: count }, (_, n) => lineOf(n) + ending).join('');
  await writeFile(file, text);
  const times: number[] = [];
  let expected = text;
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = Math.floor(count / 2) + round * 10;
    const lines = [lineOf(first), lineOf(first + 1), lineOf(first + 2)];
    const fresh = lines.map((line) => line.replace('compute', 'measure'));
    expected = expected.replace(lines.join(ending), () => fresh.join(ending));
    const input = { file_path: file, old_string: lines.join('\n'), new_string: fresh.join('\n') };
    const started = performance.now();
    await bench.call('Edit', input);
    times.push(performance.now() - started);
  }
  assert.ok((await readFile(file, 'utf8')) === expected, 'the edits did not arrive');
  return median(times)!;
}

function lineOf(n: number): string {
  return `line ${n}: const value${n} = compute(${n * 7});`;
}

async function timeReads(bench: ToolBench): Promise<number> {
  const file = path.join(bench.root, 'small.txt');
  await writeFile(file, 'a line of this small file\n'.repeat(40));
  const started = performance.now();
  for (let n = 0; n < READS; n += 1) await bench.call('Read', { file_path: file });
  return (performance.now() - started) / READS;
}

if (import.meta.main) console.log(JSON.stringify(await measureLargeEdits(), null, 2));

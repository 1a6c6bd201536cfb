// Searches of 100,000 files: the Grep and Glob tools, gate included, beside plain ripgrep with the same question.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { toolingFolder } from '../scripts/lib/tooling-folder.mjs';
import { NodeFileSystem } from '../src/adapters/node-file-system.ts';
import { RipgrepSearch } from '../src/adapters/ripgrep-search.ts';
import { WalkSearch } from '../src/adapters/walk-search.ts';
import { ToolBench } from '../test/support/memory/tool-bench.ts';
import { median } from './statistics.ts';
import { ripgrepFolder } from './workspace.ts';

const FILES = 100_000;
const FILES_IN_FOLDER = 100;
const RUNS = 5;
const ENDINGS = ['ts', 'ts', 'ts', 'js', 'json', 'md', 'py', 'css', 'txt', 'test.ts'];

interface Question {
  readonly title: string;
  readonly tool: 'Grep' | 'Glob';
  readonly input: Readonly<Record<string, unknown>>;
  /** What a person would type, without the folder. */
  readonly plain: readonly string[];
}

const QUESTIONS: readonly Question[] = [
  {
    title: 'files with a rare word',
    tool: 'Grep',
    input: { pattern: 'needle' },
    plain: ['--hidden', '--files-with-matches', '--regexp=needle'],
  },
  {
    title: 'lines with a common word',
    tool: 'Grep',
    input: { pattern: 'return total', output_mode: 'content' },
    plain: ['--hidden', '--line-number', '--with-filename', '--no-heading', '--regexp=return total'],
  },
  {
    title: 'every file matches',
    tool: 'Grep',
    input: { pattern: 'function' },
    plain: ['--hidden', '--files-with-matches', '--regexp=function'],
  },
  {
    title: 'counts by glob',
    tool: 'Grep',
    input: { pattern: 'total', output_mode: 'count', glob: '*.py' },
    plain: ['--hidden', '--count', '--glob=*.py', '--regexp=total'],
  },
  {
    title: 'one name in ten',
    tool: 'Glob',
    input: { pattern: '**/*.py' },
    plain: ['--hidden', '--files', '--glob=*.py'],
  },
  { title: 'all files', tool: 'Glob', input: { pattern: '**/*' }, plain: ['--hidden', '--files'] },
];

export interface SearchRatio {
  readonly title: string;
  readonly tool: string;
  /** Medians of five runs, in milliseconds, taken in turns. */
  readonly toolMs: number;
  readonly plainMs: number;
  /** The median of the five pairs' own ratios: what slows the machine down slows both of a pair. */
  readonly ratio: number;
}

/** Makes the files below the system's temporary folder and removes them. Undefined where there is no ripgrep. */
export async function measureLargeSearches(): Promise<readonly SearchRatio[] | undefined> {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'capstan-bench-')));
  try {
    const bin = await ripgrepFolder(path.join(folder, 'bin'), toolingFolder());
    if (bin === undefined) return undefined;
    const program = await readlink(path.join(bin, 'rg'));
    const root = path.join(folder, 'tree');
    await makeTree(root);
    const search = new RipgrepSearch([program], new WalkSearch());
    const bench = new ToolBench({ files: new NodeFileSystem(), search, root });
    const ratios: SearchRatio[] = [];
    for (const question of QUESTIONS) ratios.push(await compare(question, bench, program, root));
    return ratios;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(question: Question, bench: ToolBench, program: string, root: string): Promise<SearchRatio> {
  const ours: number[] = [];
  const plain: number[] = [];
  // The first of each warms up and is not counted.
  for (let run = 0; run <= RUNS; run += 1) {
    ours.push(await timed(() => bench.text(question.tool, question.input)));
    plain.push(await timed(() => runPlain(program, [...question.plain, '--', root])));
  }
  const [toolMs = 0, plainMs = 0] = [median(ours.slice(1)), median(plain.slice(1))];
  const ratio = median(ours.slice(1).map((ms, run) => ms / plain[run + 1]!)) ?? Number.NaN;
  return { title: question.title, tool: question.tool, toolMs, plainMs, ratio };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** All of its output is read. */
function runPlain(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['--no-config', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout.resume();
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}

async function makeTree(root: string): Promise<void> {
  for (let first = 0; first < FILES; first += FILES_IN_FOLDER) {
    const part = first / FILES_IN_FOLDER;
    const folder = path.join(root, `area-${part % 40}`, `part-${part}`);
    await mkdir(folder, { recursive: true });
    const numbers = Array.from({ length: FILES_IN_FOLDER }, (_, index) => first + index);
    await Promise.all(numbers.map((n) => writeFile(path.join(folder, fileName(n)), fileText(n))));
  }
}

function fileName(n: number): string {
  return `module-${n}.${ENDINGS[n % ENDINGS.length]}`;
}

function fileText(n: number): string {
  const rare = n % 1_000 === 0 ? '// needle\n' : '';
  const end = n % 10 === 0 ? '  return total;\n' : '  done(total);\n';
  const lines = Array.from(
    { length: 8 + (n % 12) },
    (_, line) => `  total += scale(values[${line}] ?? ${n}, ${line});\n`,
  );
  return `${rare}export function module${n}(values, scale) {\n  let total = ${n};\n${lines.join('')}${end}}\n`;
}

if (import.meta.main) {
  for (const { title, tool, toolMs, plainMs, ratio } of (await measureLargeSearches()) ?? []) {
    console.log(
      `${tool}, ${title}: ${toolMs.toFixed(0)} ms, ripgrep ${plainMs.toFixed(0)} ms, ratio ${ratio.toFixed(2)}`,
    );
  }
}

// Replays what really happened to published packages: each file that changed between two adjacent versions is brought from the older
// to the newer by calls of the tools, and must end byte for byte the same. `node bench/edit-replay.ts` prints the counts.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { structuredPatch } from 'diff';
import { runNpm } from '../scripts/lib/npm.mjs';
import { NodeFileSystem } from '../src/adapters/node-file-system.ts';
import { createFileState } from '../src/core/tools/files/file-state.ts';
import { createMultiEditTool } from '../src/core/tools/files/multi-edit-tool.ts';
import { rulesOf, ToolBench } from '../test/support/memory/tool-bench.ts';

const run = promisify(execFile);

const PACKAGES = [
  { name: 'preact', from: '11.0.2', to: '11.1.0' },
  { name: 'zod', from: '4.5.4', to: '4.6.0' },
  { name: 'marked', from: '18.1.3', to: '18.2.0' },
  { name: 'diff', from: '8.0.4', to: '9.0.0' },
  { name: 'yaml', from: '2.9.1', to: '3.0.0-0' },
];
const MOST_EDITS = 1_000;

export interface Replay {
  readonly title: string;
  readonly files: number;
  /** Files that are no text, changed or new: no tool's business. */
  readonly skipped: number;
  readonly calls: Readonly<Record<'Edit' | 'MultiEdit' | 'Write', number>>;
  /** Edits in all calls. */
  readonly edits: number;
  /** Files that did not end as the newer version, and why. */
  readonly mismatches: readonly string[];
}

interface Step {
  readonly old_string: string;
  readonly new_string: string;
}

/** Fetches the packages into a temporary folder and removes it. */
export async function replayPackages(): Promise<readonly Replay[]> {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'capstan-bench-replay-')));
  try {
    const replays: Replay[] = [];
    for (const { name, from, to } of PACKAGES) {
      const [older, newer] = [await unpack(folder, name, from), await unpack(folder, name, to)];
      replays.push(await replay(`${name} ${from} to ${to}`, older, newer));
    }
    return replays;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function unpack(folder: string, name: string, version: string): Promise<string> {
  const place = path.join(folder, `${name}-${version}`);
  await mkdir(place);
  const what = `${name}@${version}`;
  await runNpm({ what, args: ['pack', what, '--pack-destination', place], folder: place });
  const archive = (await readdir(place)).find((file) => file.endsWith('.tgz'));
  await run('tar', ['-xzf', path.join(place, archive!)], { cwd: place });
  return path.join(place, 'package');
}

async function replay(title: string, older: string, newer: string): Promise<Replay> {
  const files = new NodeFileSystem();
  const tools = [createMultiEditTool({ files, fileState: createFileState() })];
  const bench = new ToolBench({ files, root: older, tools, rules: () => rulesOf({ allow: ['Edit'] }, older) });
  const calls = { Edit: 0, MultiEdit: 0, Write: 0 };
  const mismatches: string[] = [];
  let [changed, skipped, edits] = [0, 0, 0];
  for (const name of await namesIn(newer)) {
    const [from, to] = [path.join(older, name), path.join(newer, name)];
    const [before, after] = [await readFile(from).catch(() => undefined), await readFile(to)];
    if (before?.equals(after)) continue;
    const [old, now] = await Promise.all([before && textOf(files, from), textOf(files, to)]);
    if (now === undefined || (before && old === undefined)) {
      skipped += 1;
      continue;
    }
    changed += 1;
    try {
      // Every other file in single edits, so that both tools get their share.
      const plan = callsFor(from, old, now, changed % 2 === 0);
      for (const { tool, input } of plan) {
        await bench.call(tool, input);
        calls[tool] += 1;
        edits += tool === 'MultiEdit' ? input.edits.length : tool === 'Edit' ? 1 : 0;
      }
      if (!(await readFile(from)).equals(after)) mismatches.push(`${name}: other bytes than the newer version`);
    } catch (error) {
      mismatches.push(`${name}: ${(error as Error).message.slice(0, 300)}`);
    }
  }
  return { title, files: changed, skipped, calls, edits, mismatches };
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

async function textOf(files: NodeFileSystem, file: string): Promise<string | undefined> {
  return files.readText(file).then(
    ({ text }) => text,
    () => undefined,
  );
}

type Call =
  | { readonly tool: 'Edit'; readonly input: Step & { readonly file_path: string } }
  | { readonly tool: 'MultiEdit'; readonly input: { readonly file_path: string; readonly edits: readonly Step[] } }
  | { readonly tool: 'Write'; readonly input: { readonly file_path: string; readonly content: string } };

function callsFor(file_path: string, old: string | undefined, now: string, singly: boolean): Call[] {
  if (old === undefined) return [{ tool: 'Write', input: { file_path, content: now } }];
  const steps = stepsBetween(old, now);
  if (singly) return steps.map((step) => ({ tool: 'Edit', input: { file_path, ...step } }));
  const calls: Call[] = [];
  for (let first = 0; first < steps.length; first += MOST_EDITS) {
    calls.push({ tool: 'MultiEdit', input: { file_path, edits: steps.slice(first, first + MOST_EDITS) } });
  }
  return calls;
}

/** One step a hunk, from the top down, each with as many lines around it as make it unique at its time. */
function stepsBetween(old: string, now: string): Step[] {
  if (old === '') return [{ old_string: '', new_string: now }];
  const lines = keepingEnds(old);
  const wanted = keepingEnds(now);
  const steps: Step[] = [];
  for (const hunk of structuredPatch('', '', old, now, '', '', { context: 0 }).hunks) {
    // Above this hunk the lines are the newer ones already.
    let start = hunk.newStart - 1;
    let end = start + hunk.oldLines;
    const fresh = wanted.slice(start, start + hunk.newLines);
    const text = lines.join('');
    let [above, below] = [start, end];
    while (!isUnique(text, lines.slice(above, below).join(''))) {
      if (above === 0 && below === lines.length) throw new Error('no text of the file is unique');
      above = Math.max(0, above - 1);
      below = Math.min(lines.length, below + 1);
    }
    const old_string = lines.slice(above, below).join('');
    const new_string = [...lines.slice(above, start), ...fresh, ...lines.slice(end, below)].join('');
    steps.push({ old_string, new_string });
    lines.splice(start, hunk.oldLines, ...fresh);
  }
  return steps;
}

function keepingEnds(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function isUnique(text: string, part: string): boolean {
  const at = text.indexOf(part);
  return part !== '' && at !== -1 && !text.includes(part, at + 1);
}

if (import.meta.main) {
  for (const { title, files, skipped, calls, edits, mismatches } of await replayPackages()) {
    const counts = `${calls.Edit} Edit, ${calls.MultiEdit} MultiEdit, ${calls.Write} Write; ${edits} edits`;
    const outcome = mismatches.length === 0 ? 'all as the newer version' : `${mismatches.length} MISMATCHES`;
    console.log(`${title}: ${files} files (${skipped} no text), ${counts}: ${outcome}`);
    for (const mismatch of mismatches) console.log(`  ${mismatch}`);
    if (mismatches.length > 0) process.exitCode = 1;
  }
}

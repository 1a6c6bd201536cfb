// What is measured of parts by themselves, beside whole runs: each scenario is taken once, and takes its own medians or gives all its values.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { BigOutput } from './big-output.ts';
import { measureLargeEdits } from './edit-large.ts';
import { replayPackages } from './edit-replay.ts';
import { measureLargeSearches } from './grep-large.ts';
import { measureLongPanel } from './panel-long.ts';
import { measurePanelInWorkbench } from './panel-workbench.ts';

const PANEL_ROUNDS = 5;

type Measured = Readonly<Record<string, number | readonly number[]>>;

/** Figures by name, one value or one a round. Empty: what it needs is not here, and that was said. */
export const toolScenarios: Readonly<Record<string, () => Promise<Measured>>> = {
  'large-search': searches,
  'large-edit': async () => ({ ...(await measureLargeEdits()) }),
  'big-output': outputs,
  'edit-replay': replay,
  panel: () => measureLongPanel(PANEL_ROUNDS),
  'panel-workbench': measurePanelInWorkbench,
};

/** Grep and Glob on 100,000 files as a multiple of plain ripgrep. */
async function searches(): Promise<Record<string, number>> {
  const measured = await measureLargeSearches();
  if (!measured) console.log('There is no ripgrep here: searches of many files are not measured.');
  return Object.fromEntries((measured ?? []).map(({ tool, title, ratio }) => [`${tool}, ${title}: × rg`, ratio]));
}

/** A command that prints a gigabyte, in a process of its own: what other scenarios left in memory does not count. */
async function outputs(): Promise<Record<string, number>> {
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(import.meta.dirname, 'big-output.ts')]);
  const measured = JSON.parse(stdout) as BigOutput[];
  return Object.fromEntries([
    ...measured.map(({ title, memoryMb }) => [`${title}: memory MB over idle`, memoryMb]),
    ...measured.map(({ title, ms, plainMs }) => [`${title}: × a plain pipe`, ms / plainMs]),
    ['most memory MB over idle', Math.max(...measured.map(({ memoryMb }) => memoryMb))],
  ]);
}

/** One published version of well-known packages made into the next by edits alone. */
async function replay(): Promise<Record<string, number>> {
  const packages = await replayPackages();
  for (const { title, mismatches } of packages) for (const mismatch of mismatches) console.log(`${title}: ${mismatch}`);
  const sum = (count: (one: (typeof packages)[number]) => number): number =>
    packages.reduce((all, one) => all + count(one), 0);
  return {
    packages: packages.length,
    files: sum(({ files }) => files),
    calls: sum(({ calls }) => calls.Edit + calls.MultiEdit + calls.Write),
    edits: sum(({ edits }) => edits),
    'files that differ': sum(({ mismatches }) => mismatches.length),
  };
}

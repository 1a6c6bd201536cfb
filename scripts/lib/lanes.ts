// The lanes of `npm test`: what each one runs, and how its outcome becomes counts.
import { existsSync, statSync } from 'node:fs';
import { cp, glob, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseCountsLine, startLine, type TestCounts } from '../../test/support/editor-run/mocha-entry.ts';
import { runInEditor } from '../../test/support/editor-run/run-in-editor.ts';
import type { EditorChoice } from './editors.ts';
import { runCommand } from './run-command.ts';
import { repositoryFolder } from './tooling-folder.mjs';

export const laneNames = [
  'types',
  'lint',
  'unit',
  'golden',
  'webview',
  'integration',
  'e2e',
  'package',
  'oldest',
] as const;
export type LaneName = (typeof laneNames)[number];

/** Everything but the oldest editor, which has a command of its own. */
export const defaultLanes: readonly LaneName[] = laneNames.filter((name) => name !== 'oldest');

export interface Lane {
  /** Whether the bundles must be there first. */
  readonly needsBuild: boolean;
  run(): Promise<TestCounts>;
}

const OLDEST_JOURNEY = 'test/e2e/first-conversation.test.ts';

export const lanes: Record<LaneName, Lane> = {
  types: { needsBuild: false, run: () => check([['tsc', '-b']]) },
  lint: { needsBuild: false, run: () => check([['oxlint', '--type-aware'], ['oxfmt', '--check'], ['knip']]) },
  unit: { needsBuild: false, run: () => mochaFolder('unit', 60_000, 2) },
  golden: { needsBuild: false, run: () => mochaFolder('golden', 60_000, 2) },
  webview: { needsBuild: true, run: () => mochaFolder('webview', 60_000, 2) },
  integration: { needsBuild: true, run: () => integration('newest') },
  e2e: { needsBuild: true, run: async () => withFewRepeats(await mochaFolder('e2e', 240_000, 2, true)) },
  package: { needsBuild: true, run: () => mochaFolder('package', 90_000) },
  oldest: {
    needsBuild: true,
    async run() {
      const journey = runShare([OLDEST_JOURNEY], 120_000, false, { CAPSTAN_EDITOR: 'oldest' });
      return addCounts(await Promise.all([integration('oldest'), journey]));
    },
  },
};

export function addCounts(all: readonly TestCounts[]): TestCounts {
  const sum = (key: 'passed' | 'failed' | 'skipped') => all.reduce((total, counts) => total + counts[key], 0);
  const lines = (key: 'failures' | 'repeated') => {
    const found = all.flatMap((counts) => counts[key] ?? []);
    return found.length > 0 ? { [key]: found } : {};
  };
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    ...lines('failures'),
    ...lines('repeated'),
  };
}

/** Scenes run in an editor and a browser that are not ours, on machines that may be busy; more than these are a fault of ours. */
const MAX_REPEATED = 2;

export function withFewRepeats(counts: TestCounts): TestCounts {
  const count = counts.repeated?.length ?? 0;
  if (count <= MAX_REPEATED) return counts;
  const why = `${count} tests had to be run once more; at most ${MAX_REPEATED} may.`;
  return addCounts([counts, { passed: 0, failed: 1, skipped: 0, failures: [why] }]);
}

/** Each tool counts as one test. */
async function check(commands: readonly (readonly [string, ...string[]])[]): Promise<TestCounts> {
  const failures: string[] = [];
  for (const [tool, ...args] of commands) {
    const { exitCode } = await runCommand(path.join(repositoryFolder, 'node_modules', '.bin', tool), args, {
      cwd: repositoryFolder,
    });
    if (exitCode !== 0) failures.push(`${[tool, ...args].join(' ')} ended with code ${exitCode}.`);
    console.log(`  ${exitCode === 0 ? '✔' : '✖'} ${[tool, ...args].join(' ')}`);
  }
  return { passed: commands.length - failures.length, failed: failures.length, skipped: 0, failures };
}

/**
 * `processes` of them run side by side, each with its share of the files; what the later ones say is shown when they have ended.
 * `inTurn`: each takes the next file when it is done with one, the largest first, for files that take very different times.
 */
async function mochaFolder(lane: string, timeoutMs: number, processes = 1, inTurn = false): Promise<TestCounts> {
  if (!existsSync(path.join(repositoryFolder, 'test', lane))) return noTestsYet(`test/${lane}`);
  const files: string[] = [];
  for await (const file of glob(`test/${lane}/**/*.test.ts`, { cwd: repositoryFolder })) files.push(file);
  if (files.length > 0 && inTurn) return runInTurn(files, timeoutMs, processes);
  if (files.length > 0) {
    const shares = Array.from({ length: processes }, (_, share) =>
      files.toSorted().filter((__, index) => index % processes === share),
    );
    return addCounts(await Promise.all(shares.map((share, index) => runShare(share, timeoutMs, index === 0))));
  }
  console.error(`No file matches test/${lane}/**/*.test.ts. Add tests there, or remove the folder.`);
  return { passed: 0, failed: 1, skipped: 0 };
}

async function runInTurn(files: readonly string[], timeoutMs: number, processes: number): Promise<TestCounts> {
  const largestFirst = files.toSorted((one, other) => sizeOf(other) - sizeOf(one));
  const claims = await mkdtemp(path.join(os.tmpdir(), 'capstan-lane-'));
  try {
    const all = Array.from({ length: processes }, (_, index) =>
      runShare(largestFirst, timeoutMs, index === 0, { CAPSTAN_LANE_CLAIMS: claims }),
    );
    return addCounts(await Promise.all(all));
  } finally {
    await rm(claims, { recursive: true, force: true });
  }
}

function sizeOf(file: string): number {
  return statSync(path.join(repositoryFolder, file)).size;
}

async function runShare(
  files: readonly string[],
  timeoutMs: number,
  live: boolean,
  env: Record<string, string> = {},
): Promise<TestCounts> {
  if (live) return mochaFiles(files, timeoutMs, env);
  const lines: string[] = [];
  const counts = await mochaFiles(files, timeoutMs, env, (line) => lines.push(line));
  console.log(lines.join('\n'));
  return counts;
}

async function mochaFiles(
  files: readonly string[],
  timeoutMs: number,
  env: Record<string, string> = {},
  say: (line: string) => void = console.log,
): Promise<TestCounts> {
  const missing = files.find((file) => !existsSync(path.join(repositoryFolder, file)));
  if (missing) return noTestsYet(missing);
  let counts: TestCounts | undefined;
  const { exitCode } = await runCommand(process.execPath, ['scripts/lib/mocha-lane.ts', String(timeoutMs), ...files], {
    cwd: repositoryFolder,
    env: { ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}), ...env },
    onLine(line) {
      const found = parseCountsLine(line);
      if (found) counts = counts ? addCounts([counts, found]) : found;
      else if (!line.includes(startLine)) say(line);
    },
  });
  if (counts && (exitCode === 0 || counts.failed > 0)) return counts;
  const why =
    exitCode === 124 ? 'The lane ran out of time and was ended.' : `The lane's process ended with code ${exitCode}.`;
  console.error(why);
  return addCounts([
    counts ?? { passed: 0, failed: 0, skipped: 0 },
    { passed: 0, failed: 1, skipped: 0, failures: [why] },
  ]);
}

async function integration(editor: EditorChoice): Promise<TestCounts> {
  if (!existsSync(path.join(repositoryFolder, 'test', 'integration'))) return noTestsYet('test/integration');
  const workspace = await mkdtemp(path.join(os.tmpdir(), 'capstan-workspace-'));
  try {
    const sample = path.join(repositoryFolder, 'test', 'fixtures', 'sample');
    if (existsSync(sample)) await cp(sample, workspace, { recursive: true });
    const tests = path.join(repositoryFolder, 'dist-test', 'integration', 'index.js');
    return await runInEditor({ editor, folder: workspace, extension: repositoryFolder, tests });
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

function noTestsYet(place: string): TestCounts {
  console.log(`no tests yet (${place} does not exist)`);
  return { passed: 0, failed: process.env['CI'] === 'true' ? 1 : 0, skipped: 0 };
}

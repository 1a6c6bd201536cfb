// `npm run demo`: plays the demo unattended and leaves screenshots, transcript and diff in out/demo/. Exits 0 only if the sample's tests
// failed before and pass after, by running them.
import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { playDemo } from '../test/support/demo-journey.ts';
import { openWorkbench } from '../test/support/workbench.ts';
import { startDemoModel } from './demo/demo-model.ts';
import { buildBundles } from './lib/build-bundles.ts';
import { cleanEnvironment } from './lib/child-environment.ts';
import { startEditor, type Editor } from './lib/editor.ts';
import { DevFailure, reportFailure } from './lib/failure.mjs';
import { prepareSample } from './lib/sample-workspace.ts';
import { repositoryFolder } from './lib/tooling-folder.mjs';

const out = path.join(repositoryFolder, 'out', 'demo');
const REQUEST = 'The tests fail. Find the bug and fix it.';

async function main(): Promise<void> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await buildBundles();
  const workspace = await prepareSample(path.join(out, 'sample'));
  const before = runTests(workspace);
  console.log(`Before: the sample's tests ${before.passed ? 'pass' : 'fail'}.`);

  await using model = await startDemoModel();
  await using editor = await startEditor({
    settings: { 'capstan.api.baseUrl': model.url, 'capstan.model': model.model },
  });
  await using workbench = await openWorkbench(editor, { folder: workspace, development: repositoryFolder });
  let shots = 0;
  const journey = await playDemo(workbench, {
    request: REQUEST,
    timeoutMs: 120_000,
    onStep: async ({ name }) => {
      const file = path.join(out, `${String(++shots).padStart(2, '0')}-${name}.png`);
      await workbench.screenshot(file);
      console.log(`  ${path.relative(repositoryFolder, file)}`);
    },
  });
  await writeFile(path.join(out, 'transcript.txt'), journey.transcript);
  await copyLog(editor);
  const after = runTests(workspace);
  await writeFile(path.join(out, 'changes.diff'), run('git', ['diff'], workspace).output);
  await writeFile(path.join(out, 'tests-before.txt'), before.output);
  await writeFile(path.join(out, 'tests-after.txt'), after.output);
  console.log(
    `After: the sample's tests ${after.passed ? 'pass' : 'fail'}. ${journey.dialogs.length} questions, ${journey.reviews} edits reviewed.`,
  );
  if (before.passed)
    throw new DevFailure(
      "The sample's tests passed before the demo: there was nothing to fix. Look at test/fixtures/sample.",
    );
  if (!after.passed) throw new DevFailure(`The sample's tests still fail after the demo. See ${out}.`);
  console.log(`Everything is in ${path.relative(repositoryFolder, out)}/.`);
}

function runTests(folder: string): { passed: boolean; output: string } {
  const { status, output } = run('npm', ['test', '--silent'], folder);
  return { passed: status === 0, output };
}

function run(command: string, args: readonly string[], cwd: string): { status: number | null; output: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: cleanEnvironment(),
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (error)
    throw new DevFailure(`${command} could not be started: ${error.message}. Install it and run the command again.`);
  return { status, output: stdout + stderr };
}

/** The session log, as the extension wrote it. */
async function copyLog(editor: Editor): Promise<void> {
  const storage = path.join(path.dirname(editor.settingsFile), 'globalStorage', 'capstan.capstan', 'sessions');
  const names = await readdir(storage).catch(() => []);
  await Promise.all(
    names
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => cp(path.join(storage, name), path.join(out, 'session.jsonl'))),
  );
}

await main().catch(reportFailure);

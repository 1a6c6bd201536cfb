// `npm test`: runs the lanes named, or all but the oldest editor, and sums them up.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildBundles } from './lib/build-bundles.ts';
import { DevFailure, reportFailure } from './lib/failure.mjs';
import { isGoodRun, laneSummary, type LaneOutcome } from './lib/lane-summary.ts';
import { defaultLanes, laneNames, lanes, type LaneName } from './lib/lanes.ts';
import { provisionBrowser } from './lib/provision-browser.ts';
import { provisionEditor } from './lib/provision-editor.ts';
import { repositoryFolder } from './lib/tooling-folder.mjs';

const needsEditor: ReadonlySet<LaneName> = new Set(['integration', 'e2e', 'package', 'oldest']);
const failedLane = { passed: 0, failed: 1, skipped: 0 };

async function main(args: readonly string[]): Promise<void> {
  const chosen = args.length > 0 ? args.map(laneNamed) : defaultLanes;
  // First of all, so that what is missing is said before minutes have passed, and units may use the editor's programs.
  if (chosen.some((name) => needsEditor.has(name))) {
    await provisionBrowser();
    await provisionEditor(chosen.includes('oldest') && chosen.length === 1 ? 'oldest' : 'newest');
  }
  const outcomes: LaneOutcome[] = [];
  let built: boolean | undefined;
  for (const name of chosen) {
    const started = Date.now();
    console.log(`\n── ${name}`);
    if (lanes[name].needsBuild) built ??= await tryToBuild();
    const counts = lanes[name].needsBuild && built === false ? failedLane : await runLane(name);
    outcomes.push({ name, counts, milliseconds: Date.now() - started });
  }
  console.log(`\n${laneSummary(outcomes)}`);
  process.exitCode = isGoodRun(outcomes) ? 0 : 1;
}

function laneNamed(name: string): LaneName {
  const found = laneNames.find((lane) => lane === name);
  if (!found) throw new DevFailure(`There is no test lane "${name}". The lanes are: ${laneNames.join(', ')}.`);
  return found;
}

async function tryToBuild(): Promise<boolean> {
  try {
    await buildBundles({ tests: existsSync(path.join(repositoryFolder, 'test', 'integration', 'index.ts')) });
    return true;
  } catch (error) {
    reportFailure(error);
    return false;
  }
}

async function runLane(name: LaneName) {
  try {
    return await lanes[name].run();
  } catch (error) {
    reportFailure(error);
    return failedLane;
  }
}

process.on('SIGINT', () => process.exit(130)).on('SIGTERM', () => process.exit(143));
await main(process.argv.slice(2)).catch(reportFailure);

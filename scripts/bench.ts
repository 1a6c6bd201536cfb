// `npm run bench [-- --runs N --scenario NAME --add FILE.mjs --no-build]`: measures Capstan beside a floor and others, on a scripted model.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { capstan, floor, loadAgents } from '../bench/agents.ts';
import type { Agent } from '../bench/bench-types.ts';
import { quietMachine } from '../bench/quiet-machine.ts';
import { rowsOf, table } from '../bench/report.ts';
import { runAgent, type Place } from '../bench/run-agent.ts';
import { writeSampleLog } from '../bench/sample-log.ts';
import { scenarios } from '../bench/scenarios.ts';
import { startServerProcess, type ServerProcess } from '../bench/server-process.ts';
import { toolScenarios } from '../bench/tool-scenarios.ts';
import { copyWorkspace, makeWorkspace, ripgrepFolder } from '../bench/workspace.ts';
import { buildBundles } from './lib/build-bundles.ts';
import { DevFailure, reportFailure } from './lib/failure.mjs';
import { repositoryFolder } from './lib/tooling-folder.mjs';

const OPEN_LOG = 'open-log';
const LOG_EVENTS = 10_000;

interface Bench {
  readonly agents: Readonly<Record<string, Agent>>;
  readonly places: ReadonlyMap<string, Place>;
  readonly server: ServerProcess;
  readonly logFile: string;
  readonly samples: Record<string, Record<string, number[]>>;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '7' },
      scenario: { type: 'string', multiple: true, default: [] },
      add: { type: 'string', multiple: true, default: [] },
      'no-build': { type: 'boolean', default: false },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new DevFailure('--runs takes a whole number of at least 1.');
  const names = chosenScenarios(values.scenario);
  if (!values['no-build']) await buildBundles();
  const added = await Promise.all(values.add.map(loadAgents));
  const agents: Record<string, Agent> = Object.assign({ floor, capstan }, ...added);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'capstan-bench-'));
  const server = await startServerProcess();
  try {
    const bench = await prepare(folder, agents, server);
    const loadBefore = os.loadavg();
    // A first run of each warms what the system keeps in memory, and fills the agents' homes; it does not count.
    for (let round = -1; round < runs; round++) await runRound(bench, names, round);
    await measureTools(bench, names);
    const rows = rowsOf(bench.samples, agents);
    console.log(`\n${table(rows)}\n\nTimes in ms. Load before and after: ${load(loadBefore)}; ${load(os.loadavg())}.`);
    const machine = { cpus: os.cpus().length, node: process.version, platform: `${process.platform}-${process.arch}` };
    const report = { at: new Date().toISOString(), machine, runs, load: [loadBefore, os.loadavg()], rows };
    await mkdir(path.join(repositoryFolder, 'out'), { recursive: true });
    await writeFile(path.join(repositoryFolder, 'out', 'bench.json'), `${JSON.stringify(report, null, 2)}\n`);
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function chosenScenarios(asked: readonly string[]): readonly string[] {
  const known = [...scenarios.map(({ name }) => name), OPEN_LOG, ...Object.keys(toolScenarios)];
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new DevFailure(`There is no scenario "${unknown}". There are: ${known.join(', ')}.`);
  return asked.length === 0 ? known : asked;
}

async function prepare(folder: string, agents: Record<string, Agent>, server: ServerProcess): Promise<Bench> {
  const original = path.join(folder, 'workspace');
  await makeWorkspace(original);
  const programs = await ripgrepFolder(path.join(folder, 'bin'), path.join(repositoryFolder, '.vscode-test'));
  if (programs === undefined) console.log('There is no ripgrep here: searches are slower than they would be.');
  const places = new Map<string, Place>();
  for (const [name, agent] of Object.entries(agents)) {
    const own = path.join(folder, name.replace(/\W+/g, '_'));
    const place = { home: path.join(own, 'home'), ws: path.join(own, 'workspace'), programs };
    await mkdir(place.home, { recursive: true });
    await copyWorkspace(original, place.ws);
    places.set(name, place);
    await agent.prep?.({ url: server.url, home: place.home, ws: place.ws, node: process.execPath, prompt: '' });
  }
  const logFile = path.join(folder, 'long-day.jsonl');
  await writeSampleLog(logFile, 'long-day', LOG_EVENTS);
  return { agents, places, server, logFile, samples: {} };
}

/** Every agent once in every scenario, each round in another order: a busy minute must not fall on one alone. */
async function runRound(bench: Bench, names: readonly string[], round: number): Promise<void> {
  for (const name of names.filter((name) => !(name in toolScenarios))) {
    const scenario = scenarios.find((one) => one.name === name);
    const order = Object.keys(bench.agents);
    if (round % 2 !== 0) order.reverse();
    for (const agent of order) {
      const { [agent]: measured } = bench.agents;
      await quietMachine();
      const figures = scenario
        ? await runAgent(measured!, scenario, bench.server, bench.places.get(agent)!)
        : openLog(measured!, bench.logFile);
      if (round < 0) continue;
      for (const [figure, value] of Object.entries(figures)) {
        if (value !== undefined) ((bench.samples[agent] ??= {})[`${name}/${figure}`] ??= []).push(value);
      }
    }
  }
  console.log(round < 0 ? 'warmed up' : `round ${round + 1}`);
}

async function measureTools({ samples }: Bench, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const measure = toolScenarios[name];
    if (!measure) continue;
    await quietMachine();
    for (const [figure, value] of Object.entries(await measure())) {
      (samples['capstan'] ??= {})[`${name}/${figure}`] = typeof value === 'number' ? [value] : [...value];
    }
    console.log(`measured ${name}`);
  }
}

function openLog(agent: Agent, file: string): Record<string, number> {
  const started = agent.openLog?.({ node: process.execPath, file });
  if (!started) return {};
  const { ms } = JSON.parse(execFileSync(started.cmd, started.args, { encoding: 'utf8' })) as { ms: number };
  return { open: ms };
}

function load(average: readonly number[]): string {
  return average.map((value) => value.toFixed(1)).join(' ');
}

process.on('SIGINT', () => process.exit(130)).on('SIGTERM', () => process.exit(143));
await main().catch(reportFailure);

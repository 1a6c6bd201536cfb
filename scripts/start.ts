// `npm start`: a real VS Code with Capstan in it, on a sample project. Options: --workspace DIR, --port N, --desktop, --fresh.
import { existsSync, statSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildBundles } from './lib/build-bundles.ts';
import { startDesktop } from './lib/desktop.ts';
import { startEditor, type Editor, type EditorOptions } from './lib/editor.ts';
import { DevFailure, reportFailure } from './lib/failure.mjs';
import { openAddress } from './lib/open-address.ts';
import { prepareSample } from './lib/sample-workspace.ts';
import { repositoryFolder, toolingFolder } from './lib/tooling-folder.mjs';

const startFolder = path.join(toolingFolder(), 'start');
const openerFolder = path.join(repositoryFolder, 'scripts', 'opener');
const STOP_LIMIT_MS = 6000;
const PASSED_ON = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL'] as const;

interface Choices {
  readonly workspace: string | undefined;
  readonly port: number | undefined;
  readonly desktop: boolean;
  readonly fresh: boolean;
}

interface ModelSource extends AsyncDisposable {
  readonly description: string;
  readonly env: Record<string, string>;
  readonly settings: Record<string, unknown>;
}

async function main(): Promise<void> {
  const choices = readChoices();
  const stopped = untilInterrupted();
  await buildBundles();
  await using model = await modelSource();
  const workspace = choices.workspace ?? (await prepareSample(path.join(startFolder, 'sample'), choices));
  if (choices.desktop) await runDesktop(workspace, model, stopped);
  else await runServer(workspace, model, choices, stopped);
}

async function runServer(
  workspace: string,
  model: ModelSource,
  choices: Choices,
  stopped: Promise<'stopped'>,
): Promise<void> {
  await using editor = await startPersonalEditor(choices.port, model, choices.workspace !== undefined);
  const address = editor.url({ folder: workspace });
  const opened = await openAddress(address);
  console.log(
    `\n  Capstan is running in VS Code ${editor.version}${opened ? ', opening in your browser' : ''}:\n\n    ${address}\n`,
  );
  console.log(`  Workspace: ${workspace}\n  Model: ${model.description}`);
  console.log('  The address holds a secret token: do not pass it on. Ctrl+C ends everything.\n');
  const end = await Promise.race([stopped, editor.ended]);
  if (end !== 'stopped') throw new DevFailure(`The editor ended by itself (${end}). Run the command again.`);
}

async function runDesktop(workspace: string, model: ModelSource, stopped: Promise<'stopped'>): Promise<void> {
  await using code = await startDesktop({
    workspace,
    extensions: [repositoryFolder, openerFolder],
    dataFolder: path.join(startFolder, 'desktop'),
    env: model.env,
    settings: model.settings,
  });
  console.log(
    `\n  VS Code opens on ${workspace}\n  Model: ${model.description}\n  Close its window or press Ctrl+C to end.\n`,
  );
  await Promise.race([stopped, code.ended]);
}

function readChoices(): Choices {
  const values = parseChoices();
  const workspace =
    values.workspace === undefined ? undefined : path.resolve(process.env['INIT_CWD'] ?? '.', values.workspace);
  if (workspace && !(existsSync(workspace) && statSync(workspace).isDirectory())) {
    throw new DevFailure(`There is no folder ${workspace}. Name one that exists after --workspace.`);
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65536)) {
    throw new DevFailure(`"${values.port}" is no port. Name a number from 1 to 65535 after --port.`);
  }
  return { workspace, port, desktop: values.desktop ?? false, fresh: values.fresh ?? false };
}

function parseChoices() {
  try {
    return parseArgs({
      options: {
        workspace: { type: 'string' },
        port: { type: 'string' },
        desktop: { type: 'boolean' },
        fresh: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new DevFailure(
      `${(error as Error).message}\nThe options are: --workspace DIR, --port N, --desktop, --fresh.`,
    );
  }
}

/** The person's own key or gateway where the environment names one, else the scripted demo model. */
async function modelSource(): Promise<ModelSource> {
  const env = Object.fromEntries(PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  if (Object.keys(env).length > 0) {
    const description = `yours, from ${Object.keys(env).join(' and ')}`;
    // What an earlier start with the demo model wrote must not stay.
    const settings = { 'capstan.api.baseUrl': undefined, 'capstan.model': undefined };
    return { description, env, settings, async [Symbol.asyncDispose]() {} };
  }
  const { startDemoModel } = await import('./demo/demo-model.ts');
  const demo = await startDemoModel();
  return {
    description: 'the offline demo model (scripted). Set ANTHROPIC_API_KEY to talk to a real one',
    env: {},
    settings: { 'capstan.api.baseUrl': demo.url, 'capstan.model': demo.model },
    [Symbol.asyncDispose]: () => demo[Symbol.asyncDispose](),
  };
}

/** A browser keeps keys and layout by address, so the port of last time is taken again when it is free. */
async function startPersonalEditor(
  port: number | undefined,
  model: ModelSource,
  asksForTrust: boolean,
): Promise<Editor> {
  const options: EditorOptions = {
    editor: 'newest',
    token: true,
    personal: true,
    testDriver: false,
    // The sample is ours; a folder of the person's is theirs to trust.
    workspaceTrust: asksForTrust,
    installed: [repositoryFolder, openerFolder],
    dataFolder: path.join(startFolder, 'data'),
    env: model.env,
    settings: model.settings,
  };
  if (port !== undefined) return startEditor({ ...options, port });
  await mkdir(startFolder, { recursive: true });
  const portFile = path.join(startFolder, 'port');
  const last = Number(await readFile(portFile, 'utf8').catch(() => '0')) || 0;
  const editor = await startEditor({ ...options, port: last }).catch((error: unknown) => {
    if (last !== 0 && error instanceof DevFailure) return startEditor(options);
    throw error;
  });
  await writeFile(portFile, String(editor.port));
  return editor;
}

/** A signal may come twice, from the terminal and from npm; the second must not end this before the editor has ended. */
function untilInterrupted(): Promise<'stopped'> {
  return new Promise((resolve) => {
    const stop = () => {
      resolve('stopped');
      setTimeout(() => process.exit(130), STOP_LIMIT_MS).unref();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  });
}

await main().catch(reportFailure);

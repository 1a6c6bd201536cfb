// Starts a real VS Code server with folders of its own, and ends it without a trace.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { parse as parseJsonc } from 'jsonc-parser';
import { cleanEnvironment, personalEnvironment } from './child-environment.ts';
import { chosenEditor, type EditorChoice } from './editors.ts';
import { DevFailure, explainSystemError } from './failure.mjs';
import { startProcessGroup, type ProcessGroup } from './process-group.ts';
import { provisionEditor } from './provision-editor.ts';

export interface EditorOptions {
  /** Default: what CAPSTAN_EDITOR says, else the newest. */
  readonly editor?: EditorChoice;
  /** The loopback port; default 0, any free one. */
  readonly port?: number;
  /** Whether the address carries a secret token; default false. */
  readonly token?: boolean;
  /** Whether the editor asks before it trusts a folder (Restricted Mode); default false. */
  readonly workspaceTrust?: boolean;
  /** User settings over the quiet defaults and over those in a kept data folder; undefined removes one. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Environment variables over the clean ones; keys reach the editor only this way. */
  readonly env?: Readonly<Record<string, string>>;
  /** For Node before the server's own; the extension hosts get them too. */
  readonly nodeArguments?: readonly string[];
  /** Runs in the person's own environment and home (without their keys) instead of a clean one; default false. */
  readonly personal?: boolean;
  /** Where installed extensions lie; default an empty folder of its own. */
  readonly extensionsFolder?: string;
  /** Folders of extensions that count as installed: loaded from where they are, without the test driver. */
  readonly installed?: readonly string[];
  /**
   * Lets the address name an extension under development and tests; default true. The newest editor then keeps its
   * notifications in their centre, so an editor for a person does without.
   */
  readonly testDriver?: boolean;
  /** Where the editor keeps its state; default a temporary folder that is removed at the end. A named one is kept. */
  readonly dataFolder?: string;
}

/** What the address opens. All paths are absolute. */
export interface EditorTarget {
  readonly folder?: string;
  /** The folder of the extension under development. */
  readonly development?: string;
  /** A module that exports `run()`, run inside the extension host. */
  readonly tests?: string;
}

export interface Editor extends AsyncDisposable {
  readonly choice: EditorChoice;
  /** The version of VS Code. */
  readonly version: string;
  readonly port: number;
  /** Of the server; the extension hosts are its children. */
  readonly pid: number;
  readonly token: string | undefined;
  /** The folder that serves as home to the editor and all it starts; undefined for a personal one. */
  readonly home: string | undefined;
  readonly settingsFile: string;
  url(target?: EditorTarget): string;
  /** Everything the server has printed so far. */
  output(): string;
  /** Resolves when the server has ended, for whatever reason. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

const QUIET_SETTINGS = {
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.secondarySideBar.defaultVisibility': 'visible',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.autofetch': false,
  'git.openRepositoryInParentFolders': 'never',
  'npm.fetchOnlinePackageInfo': false,
  'json.schemaDownload.enable': false,
  'typescript.disableAutomaticTypeAcquisition': true,
};

const START_TIMEOUT_MS = 60_000;

/**
 * Provisions (the first time) and starts an editor on loopback. Rejects with a DevFailure that says what to do when the
 * port is taken or the server does not come up. Disposing ends its process group and removes its temporary folders.
 */
export async function startEditor(options: EditorOptions = {}): Promise<Editor> {
  const choice = options.editor ?? chosenEditor();
  const { node, entry, release } = await provisionEditor(choice);
  // The server itself would stay up, deaf, when its port is taken.
  await assertPortFree(options.port ?? 0);
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'capstan-editor-'));
  const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };
  const removeAtExit = () => rmSync(scratch, removal);
  process.once('exit', removeAtExit);
  const removeScratch = async () => {
    process.off('exit', removeAtExit);
    await rm(scratch, removal);
  };
  try {
    const folders = await prepareFolders(scratch, options);
    const token = options.token ? randomBytes(16).toString('hex') : undefined;
    const args = [...(options.nodeArguments ?? []), entry, ...(await serverArguments(folders, options, token))];
    const group = startProcessGroup(node, args, {
      cwd: scratch,
      env: serverEnvironment(folders, options),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = collectOutput(group);
    try {
      const port = await listeningPort(group, output);
      const home = options.personal ? undefined : folders.home;
      return {
        choice,
        version: release.version,
        port,
        pid: group.child.pid ?? 0,
        token,
        home,
        settingsFile: folders.settingsFile,
        url: (target) => editorUrl(port, token, target),
        output: () => output.text,
        ended: group.ended,
        async [Symbol.asyncDispose]() {
          await group.stop();
          await removeScratch();
        },
      };
    } catch (error) {
      await group.stop();
      throw error;
    }
  } catch (error) {
    await removeScratch();
    throw error;
  }
}

interface EditorFolders {
  readonly home: string;
  readonly data: string;
  readonly user: string;
  readonly extensions: string;
  readonly settingsFile: string;
}

async function prepareFolders(scratch: string, options: EditorOptions): Promise<EditorFolders> {
  const data = options.dataFolder ?? path.join(scratch, 'data');
  const folders = {
    home: path.join(scratch, 'home'),
    data,
    user: path.join(data, 'user'),
    extensions: options.extensionsFolder ?? path.join(data, 'extensions'),
    settingsFile: path.join(data, 'user', 'User', 'settings.json'),
  };
  await mkdir(folders.home, { recursive: true });
  await mkdir(folders.extensions, { recursive: true });
  await mkdir(path.dirname(folders.settingsFile), { recursive: true });
  const settings = {
    ...QUIET_SETTINGS,
    ...(await keptSettings(folders.settingsFile)),
    'security.workspace.trust.enabled': options.workspaceTrust ?? false,
    ...options.settings,
  };
  await writeFile(folders.settingsFile, JSON.stringify(settings, null, 2));
  if (options.installed) await registerExtensions(folders.extensions, options.installed);
  return folders;
}

async function keptSettings(file: string): Promise<Record<string, unknown>> {
  // A person may have written comments.
  return (parseJsonc(await readFile(file, 'utf8').catch(() => '{}')) as Record<string, unknown> | undefined) ?? {};
}

/** Writes the list in which the editor keeps what is installed and where. */
async function registerExtensions(listFolder: string, extensions: readonly string[]): Promise<void> {
  const entries = extensions.map(async (folder) => {
    const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as Record<string, string>;
    return {
      identifier: { id: `${manifest['publisher']}.${manifest['name']}` },
      version: manifest['version'],
      location: { $mid: 1, path: folder, scheme: 'file' },
      metadata: { installedTimestamp: Date.now() },
    };
  });
  await writeFile(path.join(listFolder, 'extensions.json'), JSON.stringify(await Promise.all(entries)));
}

async function serverArguments(
  folders: EditorFolders,
  options: EditorOptions,
  token: string | undefined,
): Promise<string[]> {
  const tokenFile = path.join(folders.data, 'token');
  // In a file, so that a list of processes does not show it.
  if (token) await writeFile(tokenFile, token, { mode: 0o600 });
  return [
    '--host=127.0.0.1',
    `--port=${options.port ?? 0}`,
    token ? `--connection-token-file=${tokenFile}` : '--without-connection-token',
    '--accept-server-license-terms',
    `--server-data-dir=${folders.data}`,
    `--user-data-dir=${folders.user}`,
    `--extensions-dir=${folders.extensions}`,
    '--telemetry-level=off',
    ...((options.testDriver ?? true) ? ['--enable-smoke-test-driver'] : []),
    ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
  ];
}

function serverEnvironment(folders: EditorFolders, options: EditorOptions): Record<string, string> {
  if (options.personal) return personalEnvironment(options.env);
  const { home } = folders;
  return cleanEnvironment({ HOME: home, USERPROFILE: home, GIT_CONFIG_NOSYSTEM: '1', ...options.env });
}

function collectOutput(group: ProcessGroup): { text: string } {
  const output = { text: '' };
  for (const stream of [group.child.stdout, group.child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => (output.text += chunk));
  }
  return output;
}

async function listeningPort(group: ProcessGroup, output: { text: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const port = /Extension host agent listening on (\d+)|Server bound to [^\n]*:(\d+)/.exec(output.text);
      if (port) settle(() => resolve(Number(port[1] ?? port[2])));
    };
    const fail = (why: string) => settle(() => reject(startFailure(why, output.text)));
    const timer = setTimeout(() => fail('did not come up within a minute'), START_TIMEOUT_MS);
    const settle = (action: () => void) => {
      clearTimeout(timer);
      group.child.stdout?.off('data', look);
      action();
    };
    group.child.stdout?.on('data', look);
    void group.ended.then((end) => fail(`ended at once (${end})`));
  });
}

async function assertPortFree(port: number): Promise<void> {
  const probe = createServer();
  try {
    await once(probe.listen(port, '127.0.0.1'), 'listening');
  } catch (error) {
    throw explainSystemError(`start the editor on port ${port}`, error);
  } finally {
    probe.close();
  }
}

function startFailure(why: string, output: string): DevFailure {
  const tail = output.trim().split('\n').slice(-12).join('\n  ');
  return new DevFailure(`The editor ${why}. Run the command again; if it fails again, its last words were:\n  ${tail}`);
}

function editorUrl(port: number, token: string | undefined, target: EditorTarget = {}): string {
  const url = new URL(`http://127.0.0.1:${port}/`);
  const remote = (file: string) => `vscode-remote://127.0.0.1:${port}${file}`;
  const payload = [
    ...(target.development ? [['extensionDevelopmentPath', remote(target.development)]] : []),
    ...(target.tests ? [['extensionTestsPath', remote(target.tests)]] : []),
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  if (token) url.searchParams.set('tkn', token);
  if (target.folder) url.searchParams.set('folder', target.folder);
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

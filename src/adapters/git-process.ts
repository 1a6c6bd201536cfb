// Starts git so that nothing a repository says can run: a pinned program, pinned settings, an environment of our own.
import { spawn } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { isProgram } from './is-program.ts';
import { processGroupOf } from './process-group.ts';

export interface GitPlaces {
  /** Programs below these folders are not run; absolute. */
  readonly workspace: readonly string[];
  /** Usually the process's own: `PATH`, the home folder and what Windows needs are taken from it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Default: 2,000. */
  readonly timeoutMs?: number;
}

export interface GitOutput {
  /** Undefined: it could not be started, ran too long, or said too much. */
  readonly code: number | undefined;
  readonly stdout: string;
  /** Stopped because it said more than is kept. */
  readonly capped: boolean;
}

const MAX_OUTPUT_BYTES = 1024 * 1024;
const KEPT_VARIABLES = ['HOME', 'USERPROFILE', 'XDG_CONFIG_HOME', 'SYSTEMROOT', 'TMPDIR', 'TEMP', 'TMP'];

const PINNED = [
  '--no-pager',
  '--no-optional-locks',
  '--literal-pathspecs',
  ...[
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
    'core.sshCommand=',
    'core.askPass=',
    'credential.helper=',
    'safe.bareRepository=explicit',
    'diff.external=',
    'gpg.program=',
    'gpg.ssh.program=',
    'gpg.x509.program=',
    'submodule.recurse=false',
    'i18n.logOutputEncoding=UTF-8',
    'color.ui=false',
  ].flatMap((setting) => ['-c', setting]),
];

/** The first git on the PATH that lies outside the workspace, links resolved; undefined when there is none. */
export async function findGit({ workspace, environment }: GitPlaces): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'git.exe' : 'git';
  const roots = (await Promise.all(workspace.map(async (root) => [root, await realOf(root)]))).flat();
  for (const folder of (variable(environment, 'PATH') ?? '').split(path.delimiter)) {
    // A relative entry is the workspace's to fill.
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, name);
    const forms = [file, await realOf(file)];
    if (forms.some((form) => roots.some((root) => isWithin(form, root)))) continue;
    if (await isProgram(file)) return file;
  }
  return undefined;
}

/** Never rejects. `top` is the working tree's top folder: git looks for a repository there and nowhere above. */
export function runGit(
  program: string,
  top: string,
  args: readonly string[],
  places: GitPlaces,
  settings: readonly (readonly [name: string, value: string])[] = [],
): Promise<GitOutput> {
  return new Promise((resolve) => {
    const child = spawn(program, [...PINNED, '-C', top, `--work-tree=${top}`, ...args], {
      cwd: top,
      env: gitEnvironment(program, top, places.environment, settings),
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const group = processGroupOf(child);
    const chunks: Buffer[] = [];
    let bytes = 0;
    let capped = false;
    let stopped = false;
    const stop = (): void => {
      stopped = true;
      group.kill();
      child.stdout.destroy();
    };
    const timer = setTimeout(stop, places.timeoutMs ?? 2_000);
    const settle = (code: number | null): void => {
      clearTimeout(timer);
      resolve({
        code: stopped ? undefined : (code ?? undefined),
        stdout: Buffer.concat(chunks).toString('utf8'),
        capped,
      });
    };
    child.stdout.on('data', (chunk: Buffer) => {
      if (capped) return;
      chunks.push(chunk.subarray(0, MAX_OUTPUT_BYTES - bytes));
      bytes += chunk.length;
      capped = bytes > MAX_OUTPUT_BYTES;
      if (capped) stop();
    });
    child.on('error', () => settle(null));
    child.on('close', settle);
  });
}

function gitEnvironment(
  program: string,
  top: string,
  from: GitPlaces['environment'],
  settings: readonly (readonly [string, string])[],
): Record<string, string> {
  const kept = KEPT_VARIABLES.map((name) => [name, variable(from, name)] as const);
  return {
    ...Object.fromEntries(kept.filter((pair): pair is [string, string] => pair[1] !== undefined)),
    // What git starts itself it finds beside itself.
    PATH: path.dirname(program),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_CEILING_DIRECTORIES: path.dirname(top),
    // A partial clone would fetch what is missing, by whatever program its settings name.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([name, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, name],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

/** Names of variables have no case on Windows. */
function variable(from: GitPlaces['environment'], name: string): string | undefined {
  const found = Object.entries(from).find(([key]) => key === name || key.toUpperCase() === name);
  return from[name] ?? found?.[1];
}

function isWithin(file: string, root: string): boolean {
  const relative = path.relative(root, file);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}

function realOf(file: string): Promise<string> {
  return realpath(file).catch(() => file);
}

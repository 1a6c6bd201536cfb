// Whether the system's sandbox can start on this machine: its programs, then one command in it. What starts once is not asked again.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProgram } from '../is-program.ts';

/** This machine, but for tests. */
export interface SandboxMachine {
  readonly platform?: NodeJS.Platform;
  readonly nodeVersion?: string;
  /** The only place where bubblewrap is looked for. */
  readonly bubblewrap?: string;
}

/** Absolute paths of what the sandbox is made of. None on macOS, whose sandbox is part of the system. */
export interface SandboxPrograms {
  readonly bubblewrap?: string;
  /** Carries connections to allowed hosts. */
  readonly socat?: string;
  /** Closes the system's sockets and further namespaces to the command. */
  readonly helper?: string;
}

export interface SandboxNeeds {
  /** Some host can be reached. */
  readonly hosts: boolean;
  /** No program of these folders is started. */
  readonly workspace: readonly string[];
}

/** Of the runtime. */
const LEAST_NODE = [22, 12] as const;
const PROBE_MS = 10_000;

const BUBBLEWRAP =
  'Install bubblewrap (apt-get install bubblewrap, dnf install bubblewrap, pacman -S bubblewrap), or set the sandbox to off.';
const SOCAT = 'Install socat, which carries connections to the allowed hosts, or allow no host.';

/** Bubblewraps that have started in this process. */
const proven = new Set<string>();

/** The programs, or a sentence on what is missing and how to mend it. */
export async function startSandbox(needs: SandboxNeeds, machine: SandboxMachine): Promise<SandboxPrograms | string> {
  const { platform = process.platform, nodeVersion = process.versions.node } = machine;
  if (platform !== 'linux' && platform !== 'darwin') {
    return 'There is one for Linux and macOS only. Set the sandbox to off, or work in WSL 2 or a container.';
  }
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])) {
    return `It needs Node ${LEAST_NODE.join('.')} or later, and this is ${nodeVersion}: use a newer Node, or set the sandbox to off.`;
  }
  const programs = platform === 'darwin' ? {} : await linuxPrograms(needs, machine);
  return typeof programs === 'string' ? programs : loaded(programs);
}

/** The runtime is looked at last: it takes a moment to load. */
async function loaded(programs: SandboxPrograms): Promise<SandboxPrograms | string> {
  const { loadRuntime } = await import('./sandbox-runtime.ts');
  try {
    await loadRuntime(programs);
    return programs;
  } catch (error) {
    return `Its library does not load (${error instanceof Error ? error.message : String(error)}). Install Capstan again, or set the sandbox to off.`;
  }
}

async function linuxPrograms(needs: SandboxNeeds, machine: SandboxMachine): Promise<SandboxPrograms | string> {
  const bubblewrap = await findProgram('bwrap', needs.workspace, machine.bubblewrap);
  if (bubblewrap === undefined) return `bubblewrap is not installed. ${BUBBLEWRAP}`;
  const socat = needs.hosts ? await findProgram('socat', needs.workspace) : undefined;
  if (needs.hosts && socat === undefined) return `socat is not installed. ${SOCAT}`;
  const helper = await findHelper();
  if (helper === undefined)
    return `A part of it is missing for this processor (${process.arch}). Set the sandbox to off.`;
  const failure = proven.has(bubblewrap) ? undefined : await probe(bubblewrap, helper);
  if (failure !== undefined) {
    return (
      `bubblewrap does not start: ${failure}. In a container, allow user namespaces; on Ubuntu 24.04 and later, give bwrap an AppArmor ` +
      'profile that allows userns. Or set the sandbox to off.'
    );
  }
  proven.add(bubblewrap);
  return { bubblewrap, helper, ...(socat === undefined ? {} : { socat }) };
}

/** The system's own before one that the PATH names. */
async function findProgram(name: string, workspace: readonly string[], only?: string): Promise<string | undefined> {
  if (only !== undefined) return (await isProgram(only)) ? only : undefined;
  const isOutside = (folder: string): boolean =>
    workspace.every((root) => path.relative(root, folder).split(path.sep)[0] === '..');
  const named = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  for (const folder of ['/usr/bin', '/bin', '/usr/local/bin', ...named.filter(isOutside)]) {
    const program = path.join(folder, name);
    if (await isProgram(program)) return program;
  }
  return undefined;
}

/** Bundled, it lies in `sandbox/` beside the bundle or above its chunks; in a checkout, in the package. */
async function findHelper(): Promise<string | undefined> {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const bundled = path.join('sandbox', process.arch, 'apply-seccomp');
  for (const file of [path.join(here, bundled), path.join(here, '..', bundled), packagedHelper()]) {
    if (file !== undefined && (await isProgram(file))) return file;
  }
  return undefined;
}

function packagedHelper(): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve('@anthropic-ai/sandbox-runtime');
    return path.join(path.dirname(entry), '..', 'vendor', 'seccomp', process.arch, 'apply-seccomp');
  } catch {
    return undefined;
  }
}

/** Runs nothing in it, as commands are run. Gives what it complained about, undefined when it worked. */
function probe(bubblewrap: string, helper: string): Promise<string | undefined> {
  const capability = process.geteuid?.() === 0 ? ['--cap-drop', 'ALL', '--cap-add', 'CAP_SETFCAP'] : [];
  const namespaces = ['--new-session', '--die-with-parent', '--unshare-net', '--unshare-pid', '--unshare-user'];
  const view = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'];
  const args = [...namespaces, ...capability, ...view, '--', helper, '/bin/sh', '-c', ':'];
  const options = { cwd: '/', env: { PATH: '/usr/bin:/bin' }, timeout: PROBE_MS };
  return new Promise((resolve) => {
    execFile(bubblewrap, args, options, (error, _output, complaint) => {
      const said = complaint.trim().split('\n')[0] ?? '';
      resolve(error ? (said === '' ? error.message.split('\n')[0]! : said).replace(/\.$/, '') : undefined);
    });
  });
}

// The sandbox runtime of this process, loaded at the first command. The package keeps one state for all: here it is set once, and every
// command brings its own rules.
import { randomBytes } from 'node:crypto';
import type { SandboxManager as Manager } from '@anthropic-ai/sandbox-runtime';
import type { PathRules } from './confinement.ts';
import type { SandboxPrograms } from './sandbox-start.ts';

export interface WrappedCommand {
  /** A line for a shell. */
  readonly line: string;
  /** Connections that were refused to it, as far as they are known. */
  refused(): readonly string[];
  /** To be called once when the command has ended. */
  release(): void;
}

export interface WrapRequest {
  /** A line for `/bin/bash`. */
  readonly line: string;
  readonly rules: PathRules;
  readonly hosts: readonly string[];
}

type RuntimeConfig = Parameters<(typeof Manager)['initialize']>[0];

let loading: Promise<typeof Manager> | undefined;
let network: Promise<void> | undefined;
/** Sessions that may open connections. */
let connected = 0;
let closing: Promise<void> = Promise.resolve();

/** Throws where the rules cannot be put into effect. */
export async function wrapCommand(
  { line, rules, hosts }: WrapRequest,
  programs: SandboxPrograms,
  signal: AbortSignal,
): Promise<WrappedCommand> {
  const manager = await loadRuntime(programs);
  // Without hosts there is no way out and nothing listens. With some, they are reached through a proxy on the loopback.
  if (hosts.length > 0) await (network ??= startNetwork(manager, programs));
  const commandId = randomBytes(18).toString('base64url');
  if (hosts.length > 0) manager.registerCommandNetworkLists(commandId, { allowedDomains: [...hosts] });
  const forget = (): void => manager.unregisterCommandNetworkLists(commandId);
  const config = { network: { allowedDomains: [], deniedDomains: [] }, filesystem: rules };
  const wrapped = await manager
    .wrapWithSandbox(line, '/bin/bash', config, signal, { commandId })
    .catch((error: unknown) => {
      forget();
      throw error;
    });
  return {
    line: wrapped,
    refused: () =>
      manager
        .getSandboxViolationStore()
        .getViolationsForCommand(commandId)
        .map((violation) => violation.line),
    release() {
      forget();
      // The names that stood in for missing ones go when no command needs them any more.
      manager.cleanupAfterCommand();
    },
  };
}

/** Rejects where the package is not there or does not load; then it is tried again by the next one who asks. */
export function loadRuntime(programs: SandboxPrograms): Promise<typeof Manager> {
  const load = async (): Promise<typeof Manager> => {
    const { SandboxManager } = await import('@anthropic-ai/sandbox-runtime');
    await closing;
    SandboxManager.updateConfig(baseConfig(programs));
    return SandboxManager;
  };
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** A session that may open connections begins. Returns its end: with the last one's, the proxy goes, which would keep this process alive. */
export function keepNetwork(): () => void {
  connected += 1;
  return () => {
    connected -= 1;
    if (connected > 0 || !network || !loading) return;
    const ending = Promise.all([loading, network.catch(() => undefined)]);
    network = undefined;
    loading = undefined;
    closing = ending.then(([manager]) => manager.reset()).catch(() => undefined);
  };
}

/** What no command has beyond its own rules: nothing. */
function baseConfig({ bubblewrap, socat, helper }: SandboxPrograms): RuntimeConfig {
  return {
    network: { allowedDomains: [], deniedDomains: [] },
    filesystem: { denyRead: [], allowWrite: [], denyWrite: [] },
    // It looks for protected names below the process's own folder, which is nobody's workspace: ours are found by our own search.
    ripgrep: { command: '/bin/true' },
    ...(bubblewrap === undefined ? {} : { bwrapPath: bubblewrap }),
    ...(socat === undefined ? {} : { socatPath: socat }),
    ...(helper === undefined ? {} : { seccomp: { applyPath: helper } }),
  };
}

/** Its own answers to signals would keep this process from ending by them: they go, what it does when the process ends stays. */
async function startNetwork(manager: typeof Manager, programs: SandboxPrograms): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const before = signals.map((name) => new Set(process.listeners(name)));
  try {
    await manager.initialize(baseConfig(programs));
  } catch (error) {
    network = undefined;
    throw error;
  } finally {
    for (const [index, name] of signals.entries()) {
      for (const listener of process.listeners(name)) {
        if (!before[index]?.has(listener)) process.removeListener(name, listener);
      }
    }
  }
}

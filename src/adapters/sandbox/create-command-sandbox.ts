// Puts shell commands into the sandbox of the system (bubblewrap, Seatbelt), as a policy says.
import type { SandboxPolicy } from '../../core/permissions/sandbox-policy.ts';
import type { CommandSandbox, SandboxEntry } from './command-sandbox.ts';
import type { Confinement } from './confinement.ts';
import type { SandboxMachine } from './sandbox-start.ts';

/**
 * For one session. `machine` stands for another than this one, in tests. The policy is taken as it is: hosts are checked where they are set
 * (`hostProblem`), and one that slips through refuses every command.
 */
export function createCommandSandbox(policy: SandboxPolicy, machine: SandboxMachine = {}): CommandSandbox {
  const required = policy.mode === 'required';
  let opening: Promise<Confinement> | undefined;
  let opened: Confinement | undefined;
  let leaveNetwork: (() => void) | undefined;
  let disposed = false;

  /** What could not be opened (a full disk) is tried again by the next command. */
  const open = async (): Promise<Confinement> => {
    const { openConfinement } = await import('./confinement.ts');
    try {
      opened = await openConfinement(policy);
    } catch (error) {
      opening = undefined;
      throw error;
    }
    return opened;
  };

  const close = (): void => {
    opened?.dispose();
    leaveNetwork?.();
    leaveNetwork = undefined;
  };

  const enter: CommandSandbox['enter'] = async (start, signal): Promise<SandboxEntry> => {
    const { startSandbox } = await import('./sandbox-start.ts');
    const hosts = policy.hosts ?? [];
    const found = await startSandbox({ hosts: hosts.length > 0, workspace: policy.workspace }, machine);
    if (typeof found === 'string') {
      return required
        ? { kind: 'refused', reason: `The command was not run: it must run in a sandbox, which cannot start. ${found}` }
        : { kind: 'outside', reason: `The sandbox cannot start, so this ran without it. ${found}` };
    }
    const confinement = await (opening ??= open());
    if (hosts.length > 0 && !leaveNetwork) {
      const { keepNetwork } = await import('./sandbox-runtime.ts');
      leaveNetwork ??= keepNetwork();
    }
    if (disposed) {
      close();
      return { kind: 'refused', reason: 'The session has ended.' };
    }
    const { enclose } = await import('./enclose.ts');
    return { kind: 'inside', enclosure: await enclose({ found, confinement, policy, start, signal }) };
  };

  return {
    required,
    enter: (start, signal) =>
      enter(start, signal).catch((error: unknown) => ({ kind: 'refused', reason: failed(error) })),
    dispose() {
      disposed = true;
      close();
    },
  };
}

function failed(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return `The command was not run: the sandbox could not be put around it (${words}). Ask the person to look at this.`;
}

// Runs commands in a sandbox for tests.
import { stat } from 'node:fs/promises';
import { afterEach } from 'mocha';
import { createCommandSandbox } from '../../src/adapters/sandbox/create-command-sandbox.ts';
import type { SandboxMachine } from '../../src/adapters/sandbox/sandbox-start.ts';
import { ShellRunner } from '../../src/adapters/shell-runner.ts';
import type { SandboxPolicy } from '../../src/core/permissions/sandbox-policy.ts';
import type { ShellRequest, ShellResult } from '../../src/core/ports.ts';

export type Run = (command: string, rest?: Partial<ShellRequest>, signal?: AbortSignal) => Promise<ShellResult>;

export function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Call in a `describe`: runners that end with the test. */
export function runners(): (policy: SandboxPolicy, machine?: SandboxMachine) => Run {
  const made: ShellRunner[] = [];
  afterEach(() => {
    for (const runner of made.splice(0)) runner.dispose();
  });
  return (policy, machine) => {
    const runner = new ShellRunner({ sandbox: createCommandSandbox(policy, machine) });
    made.push(runner);
    return (command, rest = {}, signal = new AbortController().signal) =>
      runner.run(
        { command, cwd: policy.workspace[0]!, timeoutMs: 15_000, maxOutputBytes: 100_000, ...rest },
        signal,
        () => undefined,
      );
  };
}

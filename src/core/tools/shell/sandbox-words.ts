// What the model is told of the sandbox: beforehand, when it was in the way, and when it is missing.
import type { SandboxPolicy } from '../../permissions/sandbox-policy.ts';
import type { ShellResult } from '../../ports.ts';
import { plainOutput } from './plain-output.ts';

type Sandbox = Pick<SandboxPolicy, 'mode' | 'hosts'>;

/** To be added to the description of a tool, with a space before it; empty without a sandbox. */
export function aboutSandbox(sandbox: Sandbox | undefined): string {
  if (!sandbox) return '';
  return ` Commands run in a sandbox: they write to the workspace and $TMPDIR only (not to .git or to settings of editors and agents), ${reach(sandbox)}, and what they leave running ends with them.`;
}

/** Lines to follow the output. */
export function sandboxWords({ blocked, unsandboxed }: ShellResult, sandbox: Sandbox | undefined): string[] {
  return [
    ...(unsandboxed === undefined ? [] : [`[${plainOutput(unsandboxed)}]`]),
    ...(blocked === undefined ? [] : [`[${plainOutput(blocked).replace(/\.$/, '')}. ${hint(sandbox)}]`]),
  ];
}

function reach({ hosts = [] }: Sandbox): string {
  return hosts.length === 0 ? 'reach no host' : `reach only ${hosts.join(', ')}`;
}

function hint(sandbox: Sandbox | undefined): string {
  if (sandbox?.mode !== 'on') return 'No command can leave the sandbox: find another way, or tell the person.';
  return (
    `Commands write to the workspace and $TMPDIR only and ${reach(sandbox)}. If this one must go further, call again with ` +
    'dangerouslyDisableSandbox: true; the person is asked.'
  );
}

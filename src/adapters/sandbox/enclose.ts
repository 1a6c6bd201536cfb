// Puts one command into the sandbox: the line that starts it, and what is made of its end.
import type { SandboxPolicy } from '../../core/permissions/sandbox-policy.ts';
import { secretPlaces } from '../../core/permissions/sandbox-policy.ts';
import type { ShellStart } from '../shell-start.ts';
import type { Enclosure } from './command-sandbox.ts';
import type { Confinement } from './confinement.ts';
import { refusalIn } from './refusal-in.ts';
import { wrapCommand } from './sandbox-runtime.ts';
import type { SandboxPrograms } from './sandbox-start.ts';

/** The command travels in the environment: on a line that is quoted again at every level it would grow past what a system takes. */
const VARIABLE = 'CAPSTAN_SANDBOXED_COMMAND';

/** The relays to the proxy begin beside the command: without this its first connection may come before they listen. Five seconds at most. */
const PROXY_LISTENS =
  'for _ in {1..250}; do (exec 3<>"/dev/tcp/127.0.0.1/${HTTP_PROXY##*:}") && break; sleep 0.02; done 2>/dev/null';

export interface EncloseRequest {
  readonly found: SandboxPrograms;
  readonly confinement: Confinement;
  readonly policy: SandboxPolicy;
  readonly start: ShellStart;
  readonly signal: AbortSignal;
}

export async function enclose({ found, confinement, policy, start, signal }: EncloseRequest): Promise<Enclosure> {
  const { program, args } = start;
  const fixed = [program, ...args.slice(0, -1)].map(quoted).join(' ');
  const temp = quoted(confinement.temp);
  const hosts = policy.hosts ?? [];
  const line = [
    ...(hosts.length > 0 && process.platform === 'linux' ? [PROXY_LISTENS] : []),
    `export TMPDIR=${temp} TMP=${temp} TEMP=${temp}`,
    `sandboxed=$${VARIABLE}`,
    `unset ${VARIABLE}`,
    `exec ${fixed} "$sandboxed"`,
  ].join('; ');
  const { paths, standIns } = await confinement.rules();
  const wrapped = await wrapCommand({ line, rules: paths, hosts }, found, signal);
  confinement.guard.begin(standIns);
  const secrets = secretPlaces(policy);
  return {
    start: { ...start, program: '/bin/bash', args: ['--norc', '--noprofile', '-c', wrapped.line] },
    environment: { [VARIABLE]: args.at(-1) ?? '' },
    blocked: (output, exitCode) => refusalIn({ output, exitCode, refused: wrapped.refused(), secrets }),
    release() {
      wrapped.release();
      confinement.guard.end();
    },
  };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

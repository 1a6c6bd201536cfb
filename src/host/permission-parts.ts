// What the gate of this window goes by, and the sandbox: the person's settings, the machine's policy, the workspace and its trust.
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { hostPlatform } from '../adapters/host-platform.ts';
import { readManagedSandbox } from '../adapters/managed-policy.ts';
import { createPastCalls } from '../adapters/past-calls.ts';
import { createPermissionSettings, managedSettingsPath } from '../adapters/permission-settings.ts';
import { createSavedRules } from '../adapters/saved-rules.ts';
import { createShellGrammar } from '../adapters/shell-grammar.ts';
import {
  effectiveSandboxMode,
  hostProblem,
  sandboxModes,
  type SandboxPolicy,
} from '../core/permissions/sandbox-policy.ts';
import type { SessionPorts } from '../core/session/compose-session.ts';
import { isVirtual, workingFolder } from './locations.ts';
import type { Log } from './log.ts';
import { readSandboxHosts, readSettings } from './settings.ts';

type PermissionParts = Omit<SessionPorts['permissions'], 'prompter' | 'reviewer'>;

/** The parsers are kept until the window closes: one for all. */
const grammar = createShellGrammar();

export interface PermissionFolders {
  readonly workspace: readonly string[];
  /** That may be read and are never written. */
  readonly readOnly: readonly string[];
  /** Holds the logs of past sessions. */
  readonly sessions: string;
}

/** Folders are absolute. */
export function permissionParts(log: Log, { workspace, readOnly, sessions }: PermissionFolders): PermissionParts {
  const settings = createPermissionSettings({
    home: homedir(),
    managed: managedSettingsPath(process.platform),
    workspace,
    isTrusted: isWorkspaceTrusted,
  });
  const folder = workingFolder();
  const [root] = folder && isVirtual(folder) ? [] : workspace;
  return {
    workspace,
    readOnly,
    home: homedir(),
    platform: hostPlatform(),
    grammar,
    rules: () => settings.rules(),
    onProblem: ({ file, line, message }) => log.warn(`${file}${line === undefined ? '' : `:${line}`}: ${message}`),
    ruleStore: createSavedRules({ root, home: homedir(), isTrusted: isWorkspaceTrusted }),
    pastCalls: createPastCalls({ folder: sessions, cwd: workspace[0] ?? homedir() }),
  };
}

/** Undefined: commands run as the person's programs do. A host that cannot be one is left out, and said. `storage`: ours, absolute. */
export async function sandboxPolicy(
  log: Log,
  workspace: readonly string[],
  storage: string,
): Promise<SandboxPolicy | undefined> {
  const set = sandboxModes.find((mode) => mode === readSettings().sandbox) ?? 'off';
  const mode = effectiveSandboxMode(set, await readManagedSandbox());
  if (mode === 'off') return undefined;
  const hosts = readSandboxHosts().filter((host) => {
    const problem = hostProblem(host);
    if (problem) log.warn(problem);
    return !problem;
  });
  return { mode, workspace, home: homedir(), hosts, denyRead: [storage] };
}

function isWorkspaceTrusted(): boolean {
  return vscode.workspace.isTrusted;
}

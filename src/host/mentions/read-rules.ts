// What may be attached: nothing outside the workspace, and nothing that the permission rules deny for Read.
import * as vscode from 'vscode';
import { PermissionEvaluator } from '../../core/permissions/evaluator.ts';
import type { FileSystem } from '../../core/ports.ts';
import { isWithin, toPath } from '../locations.ts';
import type { Log } from '../log.ts';
import { permissionParts } from '../permission-parts.ts';

/** Whether the file or folder at this absolute path may be given to the model. Follows links. Never rejects. */
export type MayRead = (path: string) => Promise<boolean>;

/** `sessionsFolder` holds the logs of all sessions. Rules count as they are at each question. */
export function createMayRead(files: FileSystem, log: Log, sessionsFolder: string): MayRead {
  let known: { readonly workspace: readonly string[]; readonly evaluator: PermissionEvaluator } | undefined;

  function evaluatorFor(workspace: readonly string[]): PermissionEvaluator {
    if (known?.workspace.join('\0') !== workspace.join('\0')) {
      const { pastCalls: _, ...rules } = permissionParts(log, { workspace, readOnly: [], sessions: sessionsFolder });
      known = { workspace, evaluator: new PermissionEvaluator({ ...rules, files }) };
    }
    return known.evaluator;
  }

  return async (path) => {
    const workspace = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => toPath(uri));
    try {
      const [real, ...folders] = await Promise.all([path, ...workspace].map((each) => files.resolve(each)));
      if (real === undefined || !folders.some((folder) => folder !== undefined && isWithin(folder, real))) return false;
      const verdict = await evaluatorFor(workspace).judge({ kind: 'read', tool: 'Read', path });
      return verdict.decision !== 'deny';
    } catch {
      // What cannot be looked at cannot be attached.
      return false;
    }
  };
}

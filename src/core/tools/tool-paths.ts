// Paths as tools take and show them: made absolute on the way in, short on the way out, and opened only as they were judged.
import type { Grant } from '../permissions/access.ts';
import { joinPath, relativePath, resolvePath } from '../permissions/lexical-path.ts';
import { pathProblem } from '../permissions/paths.ts';
import type { FileSystem } from '../ports.ts';
import { ToolError } from './tool.ts';

/** Throws `ToolError` for a path that cannot mean anything. */
export function absolutePath(path: string, cwd: string): string {
  const problem = pathProblem(path);
  if (problem !== undefined) throw new ToolError(problem);
  const hidden = pathProblem(resolvePath(cwd, path));
  if (hidden !== undefined) throw new ToolError(hidden);
  // Where a link stands before `..`, text and disk lead to different places: the gate judges both.
  return joinPath(cwd, path);
}

/** For a summary line of an input that may still be arriving, or be of the wrong kind. */
export function shownPath(path: unknown, cwd: string): { object: string; path?: string } {
  if (typeof path !== 'string' || path === '') return { object: '' };
  const absolute = resolvePath(cwd, path);
  return { object: relativePath(cwd, absolute), path: absolute };
}

/** For a summary line: the text, or nothing when it has not arrived or is of the wrong kind. */
export function shownText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Refuses when the granted path leads somewhere else by now. */
export async function checkGranted(files: Pick<FileSystem, 'resolve'>, grant: Grant): Promise<void> {
  const now = await files.resolve(grant.path).catch(() => undefined);
  if (now === grant.path) return;
  throw new ToolError(
    `${grant.path} leads somewhere else than when it was allowed: a link on the way was changed. Look at the folder again before you retry.`,
  );
}

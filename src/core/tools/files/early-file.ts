// What a call to a file tool will open, told from an input that is still arriving.
import type { FileSystem } from '../../ports.ts';
import type { PathAccess } from '../../permissions/verdict.ts';
import { absolutePath } from '../tool-paths.ts';
import type { Tool } from '../tool.ts';

/** Of tools whose `file_path` names the one file that they read first. Nothing where the file system does not read ahead. */
export function earlyFile(
  files: Pick<FileSystem, 'readAhead'>,
  tool: string,
  kind: PathAccess['kind'],
): NonNullable<Tool['early']> {
  return (input, cwd) => {
    const path = input['file_path'];
    if (path === undefined || !files.readAhead) return undefined;
    return { access: { kind, tool, path: absolutePath(path, cwd) }, prepare: async (path) => files.readAhead?.(path) };
  };
}

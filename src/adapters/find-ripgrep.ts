// Where ripgrep may be: in the editor, in either of its layouts, or on the PATH outside the workspace.
import path from 'node:path';
import { isProgram } from './is-program.ts';

export interface RipgrepPlaces {
  /** The editor's application folder. */
  readonly appRoot?: string;
  /** Programs below these folders are not run. */
  readonly workspace: readonly string[];
  /** Default: the process's own. */
  readonly path?: string;
  readonly platform?: NodeJS.Platform;
  readonly arch?: string;
}

/** Programs that exist, best first; empty when there is none. Nothing is started. */
export async function findRipgrep(places: RipgrepPlaces): Promise<readonly string[]> {
  const { appRoot, workspace, platform = process.platform, arch = process.arch } = places;
  const name = platform === 'win32' ? 'rg.exe' : 'rg';
  const candidates = [
    ...(appRoot === undefined ? [] : editorPlaces(appRoot, `${platform}-${arch}`, name)),
    ...(places.path ?? process.env['PATH'] ?? '')
      .split(path.delimiter)
      .filter((folder) => path.isAbsolute(folder) && !workspace.some((root) => isWithin(folder, root)))
      .map((folder) => path.join(folder, name)),
  ];
  const usable = await Promise.all(candidates.map(isProgram));
  return candidates.filter((_, index) => usable[index]);
}

/** Since 1.122 the editor carries one package for all platforms, before that one for its own. */
function editorPlaces(appRoot: string, target: string, name: string): string[] {
  return ['node_modules', 'node_modules.asar.unpacked'].flatMap((modules) => [
    path.join(appRoot, modules, '@vscode', 'ripgrep-universal', 'bin', target, name),
    path.join(appRoot, modules, '@vscode', 'ripgrep', 'bin', name),
  ]);
}

function isWithin(folder: string, root: string): boolean {
  const relative = path.relative(root, folder);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}

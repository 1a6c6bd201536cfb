// Paths of files that exist only in a question: where they lead, with links, case and Unicode forms as the question says.
import type { FileStat, FileSystem } from '../../core/ports.ts';
import {
  isAbsolutePath,
  isWindowsPath,
  parentPath,
  resolvePath,
  splitPath,
} from '../../core/permissions/lexical-path.ts';
import type { VirtualFiles } from './check-request.ts';

const MAX_LINKS = 40;

export function createVirtualPaths(files: VirtualFiles): Pick<FileSystem, 'resolve' | 'stat'> {
  return new VirtualPaths(files);
}

class VirtualPaths {
  /** The spelling on the disk by the folded one. */
  private readonly spelled = new Map<string, string>();
  private readonly kinds = new Map<string, FileStat['kind']>();
  private readonly links = new Map<string, string>();
  private readonly fold: (path: string) => string;

  constructor({ files = [], symlinks = {}, caseInsensitive, normalizationInsensitive }: VirtualFiles) {
    this.fold = (path) => {
      const composed = normalizationInsensitive ? path.normalize('NFC') : path;
      return caseInsensitive ? composed.toLowerCase().normalize('NFC') : composed;
    };
    for (const file of files) this.add(file, file.endsWith('/') ? 'folder' : 'file');
    for (const [link, target] of Object.entries(symlinks)) {
      this.add(link, 'other');
      this.links.set(this.fold(plain(link)), target);
    }
  }

  async resolve(path: string): Promise<string | undefined> {
    return isAbsolutePath(path, path) ? this.walk(path) : undefined;
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const place = await this.resolve(path);
    const kind = place === undefined ? undefined : this.kinds.get(this.fold(place));
    return kind && { kind, size: 0 };
  }

  private add(path: string, kind: FileStat['kind']): void {
    const place = plain(path);
    this.spelled.set(this.fold(place), place);
    this.kinds.set(this.fold(place), kind);
    const parent = parentPath(place);
    if (parent !== place && !this.kinds.has(this.fold(parent))) this.add(parent, 'folder');
  }

  /** Name by name, as a file system does: a `..` behind a link leads out of what the link points to. Undefined for a loop of links. */
  private walk(path: string): string | undefined {
    const { root, pieces } = splitPath(plain(path));
    let at = root;
    let followed = 0;
    const pending = pieces.toReversed();
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (name === '' || name === '.') continue;
      if (name === '..') {
        at = parentPath(at);
        continue;
      }
      const place = at + (at === root || at.endsWith('/') || at.endsWith('\\') ? '' : separatorOf(at)) + name;
      const target = this.links.get(this.fold(place));
      if (target === undefined) {
        at = this.spelled.get(this.fold(place)) ?? place;
        continue;
      }
      followed += 1;
      if (followed > MAX_LINKS) return undefined;
      const led = isAbsolutePath(target, at)
        ? splitPath(target)
        : { root: at, pieces: target.split(isWindowsPath(at) ? /[\\/]/ : '/') };
      at = led.root;
      pending.push(...led.pieces.toReversed());
    }
    return at;
  }
}

function separatorOf(path: string): string {
  return isWindowsPath(path) ? '\\' : '/';
}

/** Without `.`, `..` and a slash at its end. */
function plain(path: string): string {
  return resolvePath(path, '.');
}

// Paths as text: making them absolute, comparing them by whole components, saying them short. Touches no disk.

/** A Windows path is told by its drive letter or its two leading backslashes; everything else is POSIX. */
export function isWindowsPath(path: string): boolean {
  return /^(?:[A-Za-z]:(?:[\\/]|$)|\\\\[^\\])/.test(path);
}

function separatorOf(path: string): '/' | '\\' {
  return isWindowsPath(path) ? '\\' : '/';
}

/** Splits an absolute path into its root (`/`, `C:\`, `\\server\share\`) and its names, with `.` and `..` worked out. */
function parse(path: string): { root: string; names: string[] } {
  const windows = isWindowsPath(path);
  const plain = windows ? path.replace(/^[\\/]{2}[?.][\\/](?:UNC[\\/]|(?=[A-Za-z]:))/i, unwrapDevicePath) : path;
  const pieces = windows ? plain.split(/[\\/]+/) : plain.split('/');
  let root = '/';
  if (windows) {
    const unc = /^[\\/]{2}/.test(plain);
    root = unc ? `\\\\${pieces[1] ?? ''}\\${pieces[2] ?? ''}\\` : `${(pieces[0] ?? '').toUpperCase()}\\`;
    pieces.splice(0, unc ? 3 : 1);
  }
  const names: string[] = [];
  for (const piece of pieces) {
    if (piece === '' || piece === '.') continue;
    if (piece === '..') names.pop();
    else names.push(piece);
  }
  return { root, names };
}

function unwrapDevicePath(prefix: string): string {
  return /UNC/i.test(prefix) ? '\\\\' : '';
}

export function isAbsolutePath(path: string, like: string): boolean {
  return isWindowsPath(like) ? isWindowsPath(path) : path.startsWith('/');
}

/** The path made absolute against `base` (absolute), with `.`, `..` and double separators worked out. */
export function resolvePath(base: string, path: string): string {
  const rooted = isWindowsPath(base) && /^[\\/](?![\\/])/.test(path);
  const separator = separatorOf(base);
  const whole = isAbsolutePath(path, base) ? path : rooted ? parse(base).root + path : `${base}${separator}${path}`;
  const { root, names } = parse(whole);
  return root + names.join(separator);
}

/** The folder that holds an absolute path; a root holds itself. */
export function parentPath(path: string): string {
  const { root, names } = parse(path);
  return root + names.slice(0, -1).join(separatorOf(path));
}

/** The last name, or an empty text for a root. */
export function baseName(path: string): string {
  return parse(path).names.at(-1) ?? '';
}

/** The names of an absolute path, from its root on. */
export function pathNames(path: string): readonly string[] {
  return parse(path).names;
}

/** One spelling for names that a file system may take for the same: composed, lower case, without Windows' trailing dots and streams. */
export function foldName(name: string): string {
  const folded = name.normalize('NFKC').toLowerCase().normalize('NFKC');
  return folded.replace(/(?<=[^.]):.*$/, '').replace(/(?<=[^. ])[. ]+$/, '');
}

/**
 * The names that lead from `folder` to `path`, none for the folder itself; undefined when `path` is not in it. Whole components are
 * compared, so `/project-evil` is not in `/project`. Drive letters and server names compare without case; with `fold`, so do all names.
 */
export function namesWithin(path: string, folder: string, fold = false): readonly string[] | undefined {
  const inner = parse(path);
  const outer = parse(folder);
  if (inner.root.toLowerCase() !== outer.root.toLowerCase() || inner.names.length < outer.names.length)
    return undefined;
  const same = (left: string, right: string): boolean => left === right || (fold && foldName(left) === foldName(right));
  return outer.names.every((name, index) => same(name, inner.names[index] ?? ''))
    ? inner.names.slice(outer.names.length)
    : undefined;
}

/** `src/cart.js` for what lies in `folder`, `.` for the folder itself, else the path as it is. */
export function relativePath(folder: string, path: string): string {
  const names = namesWithin(path, folder);
  if (names === undefined) return path;
  return names.length === 0 ? '.' : names.join('/');
}

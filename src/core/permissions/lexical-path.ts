// Paths as text: making them absolute, comparing them by whole components, saying them short. Touches no disk.

/** A Windows path is told by its drive letter or its two leading backslashes; everything else is POSIX. */
export function isWindowsPath(path: string): boolean {
  return /^(?:[A-Za-z]:(?:[\\/]|$)|\\\\[^\\])/.test(path);
}

function separatorOf(path: string): '/' | '\\' {
  return isWindowsPath(path) ? '\\' : '/';
}

/** An absolute path's root (`/`, `C:\`, `\\server\share\`) and what stands between its separators, `.` and `..` as they are. */
export function splitPath(path: string): { root: string; pieces: string[] } {
  const windows = isWindowsPath(path);
  const plain = windows ? path.replace(/^[\\/]{2}[?.][\\/](?:UNC[\\/]|(?=[A-Za-z]:))/i, unwrapDevicePath) : path;
  const pieces = windows ? plain.split(/[\\/]+/) : plain.split('/');
  if (!windows) return { root: '/', pieces };
  const unc = /^[\\/]{2}/.test(plain);
  const root = unc ? `\\\\${pieces[1] ?? ''}\\${pieces[2] ?? ''}\\` : `${(pieces[0] ?? '').toUpperCase()}\\`;
  return { root, pieces: pieces.slice(unc ? 3 : 1) };
}

/** The same with `.` and `..` worked out. */
function parse(path: string): { root: string; names: string[] } {
  const { root, pieces } = splitPath(path);
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

/** The path made absolute against `base` (absolute); `.` and `..` stay as they are. */
export function joinPath(base: string, path: string): string {
  if (!isWindowsPath(base)) return path.startsWith('/') ? path : `${base}/${path}`;
  // Two leading separators of either kind name a server.
  const written = path.replace(/^[\\/]{2,}(?=[^\\/])/, '\\\\');
  if (isWindowsPath(written)) return written;
  return /^[\\/]/.test(written) ? splitPath(base).root + written : `${base}\\${written}`;
}

/** The path made absolute against `base` (absolute), with `.`, `..` and double separators worked out. */
export function resolvePath(base: string, path: string): string {
  const { root, names } = parse(joinPath(base, path));
  return root + names.join(separatorOf(base));
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

/** Characters that mean something in a path or a pattern: no folding may make one. */
const MEANINGFUL = /[\\/*?[\]!#]/;

/**
 * One spelling for text that a file system may take for the same: composed, compatible forms, in lower case, without the characters
 * that some of them pass over. Takes more for the same than any one of them does.
 */
export function foldText(text: string): string {
  const plain = text.replace(/\p{Default_Ignorable_Code_Point}+/gu, '').replace(/[^\0-\x7f]+/g, (run) => {
    const folded = run.normalize('NFKD');
    return MEANINGFUL.test(folded) ? run : folded;
  });
  // Upper case first: it is what spells out `ß` and brings the two forms of `σ` together.
  return plain.toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}

/** The same for one name, without what Windows passes over at its end: dots, spaces and the name of a stream. */
export function foldName(name: string): string {
  return foldText(name)
    .replace(/(?<=[^.]):.*$/, '')
    .replace(/(?<=[^. ])[. ]+$/, '');
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

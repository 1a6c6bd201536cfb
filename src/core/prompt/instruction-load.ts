// One reading of the instruction files: where they may be, which of them may be read, and what they import.
import { isWindowsPath, namesWithin, parentPath, pathNames, resolvePath } from '../permissions/lexical-path.ts';
import { FileError, type FileSystem } from '../ports.ts';
import { findRules, matchesGlob } from './instruction-rules.ts';
import type { InstructionFile } from './instruction-file.ts';
import { parseInstruction, type InstructionText } from './instruction-text.ts';

export interface InstructionOptions {
  readonly files: Pick<FileSystem, 'stat' | 'list' | 'readText' | 'resolve'>;
  /** Absolute. */
  readonly cwd: string;
  readonly home: string;
  /** Default: `.claude` in the home folder. */
  readonly userFolder?: string;
  /** The organisation's file, absolute; nothing drops or excludes it. See `managedInstructionsPath`. */
  readonly managed?: string;
  /** Otherwise only the managed and the user's files are read. */
  readonly trusted: boolean;
  /**
   * Whether what a project's file names may be read although it lies outside the working folder (or, for a link, outside the folder
   * that holds it). Asked for one file at a time, with canonical paths; the answer is the caller's to remember. A rejection is a no.
   */
  readonly approveImport: (path: string, importedBy: string) => boolean | Promise<boolean>;
  /** `claudeMdExcludes`: globs over absolute paths. */
  readonly excludes?: readonly string[];
}

export interface Place {
  readonly scope: InstructionFile['scope'];
  readonly path: string;
  /** Its links may not lead out of here unasked. */
  readonly folder: string;
  /** For a rule: what its globs count from. */
  readonly ruleRoot?: string;
}

export interface Found extends Place {
  readonly real: string;
  readonly hash: string;
  readonly parsed: InstructionText;
  readonly importedBy?: string;
}

const MAX_HOPS = 4;
const MAX_FILES = 200;
const MAX_BYTES = 1024 * 1024;

export class InstructionLoad {
  readonly problems: string[] = [];
  private readonly looked = new Map<string, Promise<boolean>>();
  private readonly options: InstructionOptions;

  constructor(options: InstructionOptions) {
    this.options = options;
  }

  /** A folder as it is written, and with its links resolved. */
  async formsOf(folder: string): Promise<readonly string[]> {
    const real = await this.options.files.resolve(folder).catch(() => undefined);
    return real === undefined || real === folder ? [folder] : [folder, real];
  }

  startPlaces(): Promise<Place[]>[] {
    const { cwd, home, managed, trusted } = this.options;
    const user = this.options.userFolder ?? resolvePath(home, '.claude');
    const first: Place[] = [
      ...(managed === undefined ? [] : [{ scope: 'managed' as const, path: managed, folder: parentPath(managed) }]),
      { scope: 'user', path: resolvePath(user, 'CLAUDE.md'), folder: user },
    ];
    return [
      Promise.resolve(first),
      this.rulePlaces('user', resolvePath(user, 'rules'), cwd),
      ...(trusted ? ancestors(cwd).map((folder) => this.folderPlaces(folder, true)) : []),
    ];
  }

  async folderPlaces(folder: string, withRules: boolean): Promise<Place[]> {
    const place = (scope: Place['scope'], name: string): Place => ({ scope, path: resolvePath(folder, name), folder });
    // What may be asked about next is looked at in the same breath.
    for (const name of ['AGENTS.md', 'CLAUDE.local.md']) void this.isFile(resolvePath(folder, name));
    const named = await Promise.all(
      ['CLAUDE.md', '.claude/CLAUDE.md'].map(async (name) => {
        const found = place('project', name);
        return (await this.isFile(found.path)) && !this.isExcluded(found) ? [found] : [];
      }),
    );
    const own = named.flat();
    return [
      ...(own.length > 0 ? own : [place('project', 'AGENTS.md')]),
      ...(withRules ? await this.rulePlaces('project', resolvePath(folder, '.claude/rules'), folder) : []),
      place('local', 'CLAUDE.local.md'),
    ];
  }

  private async rulePlaces(scope: Place['scope'], rules: string, ruleRoot: string): Promise<Place[]> {
    const paths = await findRules(this.options.files, rules);
    return paths.map((path) => ({ scope, path, folder: scope === 'user' ? rules : ruleRoot, ruleRoot }));
  }

  /** Those that can be read, in their order, each file once whatever links lead to it. */
  async read(places: readonly Place[]): Promise<Found[]> {
    const found = (await this.readAll(places)).slice(0, MAX_FILES);
    const seen = new Set<string>();
    return found.filter(({ real }) => !seen.has(real) && seen.add(real));
  }

  /** Each file followed by what it imports. Goes hop by hop, so that a file counts where it is nearest, and cycles end. */
  async withImports(roots: readonly Found[]): Promise<Found[]> {
    const seen = new Set(roots.map((file) => file.real));
    const children = new Map<Found, Found[]>();
    let level = roots;
    for (let hop = 1; hop <= MAX_HOPS && level.length > 0; hop += 1) {
      const next: Found[] = [];
      const imported = await Promise.all(level.map((file) => this.readAll(this.importsOf(file), file)));
      level.forEach((file, index) => {
        const fresh = imported[index]!.filter(({ real }) => seen.size < MAX_FILES && !seen.has(real) && seen.add(real));
        children.set(file, fresh);
        next.push(...fresh);
      });
      level = next;
    }
    const inOrder = (file: Found): Found[] => [file, ...(children.get(file) ?? []).flatMap(inOrder)];
    return roots.flatMap(inOrder);
  }

  private importsOf(file: Found): Place[] {
    const { home, cwd } = this.options;
    return file.parsed.imports.map((written) => ({
      scope: file.scope,
      folder: cwd,
      path: written.startsWith('~/')
        ? resolvePath(home, written.slice(2))
        : resolvePath(parentPath(file.path), written),
    }));
  }

  private async readAll(places: readonly Place[], importer?: Found): Promise<Found[]> {
    const resolved = await Promise.all(places.map((place) => this.resolve(place)));
    const allowed: (Place & { real: string })[] = [];
    // One question after the other.
    for (const place of resolved) if (place && (await this.isAllowed(place, importer))) allowed.push(place);
    const found = await Promise.all(allowed.map((place) => this.readOne(place, importer)));
    return found.filter((file) => file !== undefined);
  }

  private async resolve(place: Place): Promise<(Place & { real: string }) | undefined> {
    if (this.isExcluded(place) || !(await this.isFile(place.path))) return undefined;
    const real = await this.options.files.resolve(place.path).catch(() => undefined);
    return real === undefined || this.isExcluded({ ...place, path: real }) ? undefined : { ...place, real };
  }

  private async isAllowed(place: Place & { real: string }, importer: Found | undefined): Promise<boolean> {
    if (place.scope === 'managed' || place.scope === 'user') return true;
    const inside = (await this.formsOf(place.folder)).at(-1)!;
    if (namesWithin(place.real, inside) !== undefined) return true;
    try {
      if (await this.options.approveImport(place.real, importer?.path ?? place.path)) return true;
    } catch {
      // As a no.
    }
    this.problems.push(`${place.real} lies outside the project and was not approved, so ${place.path} was left out.`);
    return false;
  }

  private async readOne(place: Place & { real: string }, importer: Found | undefined): Promise<Found | undefined> {
    try {
      const size = (await this.options.files.stat(place.real))?.size ?? 0;
      if (size > MAX_BYTES) {
        throw new FileError(
          'too_large',
          `${place.path} is larger than 1 MB. Make it shorter, or name only what matters.`,
        );
      }
      const { text, hash } = await this.options.files.readText(place.real);
      const parsed = parseInstruction({ text, hash });
      return { ...place, hash, parsed, ...(importer ? { importedBy: importer.path } : {}) };
    } catch (error) {
      this.problems.push(`Instructions were left out. ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  private isFile(path: string): Promise<boolean> {
    const known = this.looked.get(path);
    if (known) return known;
    const looking = this.options.files.stat(path).then(
      (found) => found?.kind === 'file',
      () => false,
    );
    this.looked.set(path, looking);
    return looking;
  }

  private isExcluded(place: Place): boolean {
    if (place.scope === 'managed') return false;
    const path = isWindowsPath(place.path) ? place.path.replaceAll('\\', '/') : place.path;
    return (this.options.excludes ?? []).some((pattern) => matchesGlob(pattern, path));
  }
}

/** From the root of the file system to the folder itself. */
function ancestors(folder: string): string[] {
  const names = pathNames(folder);
  return [folder, ...names.map((_, index) => resolvePath(folder, '../'.repeat(index + 1)))].toReversed();
}

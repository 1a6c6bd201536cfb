// Permission rules from the settings files of the person and of the workspace, read again when one of them changes.
import { statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import { permissionModes, type PermissionMode } from '../core/permissions/mode.ts';
import {
  parseRule,
  type Rule,
  type RuleBehavior,
  type RuleProblem,
  type RuleSet,
  type RuleSource,
} from '../core/permissions/rules.ts';
import { repositoryRoots } from './repository-roots.ts';

export interface PermissionSettingsOptions {
  /** The person's home folder. */
  readonly home: string;
  /** The machine's policy, which nobody's rules lift; absolute. Default: none. */
  readonly managed?: string;
  /** The workspace's folders, absolute. */
  readonly workspace: readonly string[];
  /** Asked at each reading: only then may files of the workspace allow anything. */
  readonly isTrusted: () => boolean;
}

interface SettingsFile extends RuleSource {
  /** Part of the workspace: anyone who could write to the repository wrote it. */
  readonly shared: boolean;
  /** Lies where others may write: it can only restrict. */
  readonly foreign?: boolean;
}

interface Reading {
  readonly stamp: string;
  readonly result: Promise<RuleSet>;
}

/** The most careful first. */
const BY_CARE: readonly PermissionMode[] = ['plan', 'dontAsk', 'default', 'acceptEdits', 'bypassPermissions'];
/** Longest file that is read, in bytes. */
const MAX_BYTES = 2_000_000;
const BEHAVIORS = ['deny', 'ask', 'allow'] as const satisfies readonly RuleBehavior[];

/** Never rejects: what cannot be read grants nothing and is among the problems. */
export function createPermissionSettings(options: PermissionSettingsOptions): { rules(): Promise<RuleSet> } {
  // Where a repository begins is looked up once.
  let located: Promise<readonly SettingsFile[]> | undefined;
  const readings = new Map<string, Reading>();

  async function readCached(file: SettingsFile, trusted: boolean): Promise<RuleSet> {
    const stamp = `${stampOf(file.file)} ${trusted}`;
    // The same file counts from each of the folders that share it.
    const key = `${file.file}\0${file.root}`;
    const known = readings.get(key);
    if (known?.stamp === stamp) return known.result;
    const result = readSettings(file, !file.foreign && (trusted || !file.shared), options.home);
    readings.set(key, { stamp, result });
    return result;
  }

  return {
    async rules() {
      const trusted = options.isTrusted();
      const files = await (located ??= settingsFiles(options));
      const sets = await Promise.all(files.map((file) => readCached(file, trusted)));
      return {
        rules: sets.flatMap((set) => set.rules),
        problems: sets.flatMap((set) => set.problems),
        additionalFolders: sets.flatMap((set) => set.additionalFolders),
        ...modeOf(sets, files),
      };
    },
  };
}

/** The policy's mode counts before all; one of the workspace only where it is as careful as the person's, or more so. */
function modeOf(
  sets: readonly RuleSet[],
  files: readonly SettingsFile[],
): Pick<RuleSet, 'defaultMode' | 'bypassForbidden'> {
  const nearest = (fits: (file: SettingsFile) => boolean): PermissionMode | undefined =>
    sets.findLast((set, index) => set.defaultMode !== undefined && fits(files[index]!))?.defaultMode;
  const own = nearest(({ scope }) => scope === 'user');
  const shared = nearest((file) => file.shared);
  const careful = shared !== undefined && BY_CARE.indexOf(shared) <= BY_CARE.indexOf(own ?? 'default');
  const defaultMode = nearest(({ scope }) => scope === 'managed') ?? (careful ? shared : own);
  const bypassForbidden = sets.some((set) => set.bypassForbidden);
  return { ...(defaultMode === undefined ? {} : { defaultMode }), bypassForbidden };
}

async function settingsFiles({ home, managed, workspace }: PermissionSettingsOptions): Promise<SettingsFile[]> {
  const own = path.join(home, '.claude');
  const ofWorkspace = await Promise.all(workspace.map((root) => filesOf(root, home)));
  const policy: SettingsFile[] =
    managed === undefined ? [] : [{ scope: 'managed', file: managed, root: path.dirname(managed), shared: false }];
  return [
    ...policy,
    { scope: 'user', file: path.join(own, 'settings.json'), root: own, shared: false },
    ...ofWorkspace.flat(),
  ];
}

/** Local settings of the repository's top and of the main worktree count as if they stood in the folder: patterns hang from there. */
async function filesOf(root: string, home: string): Promise<SettingsFile[]> {
  const above = await repositoryRoots(root, home);
  return [
    ...above.map(({ path: folder, own }): SettingsFile => {
      return { scope: 'local', file: localIn(folder), root, shared: true, foreign: !own };
    }),
    { scope: 'project', file: path.join(root, '.claude', 'settings.json'), root, shared: true },
    { scope: 'local', file: localIn(root), root, shared: true },
  ];
}

function localIn(folder: string): string {
  return path.join(folder, '.claude', 'settings.local.json');
}

/** Where administrators put the machine's policy. */
export function managedSettingsPath(platform: string): string {
  if (platform === 'win32') return String.raw`C:\Program Files\ClaudeCode\managed-settings.json`;
  const folder = platform === 'darwin' ? '/Library/Application Support/ClaudeCode' : '/etc/claude-code';
  return `${folder}/managed-settings.json`;
}

/** Each decision asks for it: the look that waits is several times as cheap as the one that goes through four threads. */
function stampOf(file: string): string {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    return found ? `${found.mtimeMs} ${found.ctimeMs} ${found.size} ${found.ino}` : 'none';
  } catch {
    return 'none';
  }
}

async function readSettings(source: SettingsFile, mayAllow: boolean, home: string): Promise<RuleSet> {
  const { file } = source;
  let text: string;
  try {
    const found = await stat(file);
    // A repository may hold a link to a device that never ends.
    if (!found.isFile()) throw new Error('it is no plain file');
    if (found.size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`);
    text = (await readFile(file, 'utf8')).replace(/^\ufeff/, '');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { rules: [], problems: [], additionalFolders: [] };
    return {
      rules: [],
      problems: [{ file, message: `The settings could not be read: ${message}. No rule of them counts.` }],
      additionalFolders: [],
    };
  }
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
  const problems: RuleProblem[] = errors.slice(0, 1).map(({ error, offset }) => ({
    file,
    line: lineOf(offset),
    message: `The settings are not valid JSON (${printParseErrorCode(error)}): they allow nothing until that is corrected.`,
  }));
  // What can still be made out of a broken file may only restrict.
  const behaviors = mayAllow && errors.length === 0 ? BEHAVIORS : BEHAVIORS.filter((behavior) => behavior !== 'allow');
  const rules: Rule[] = [];
  for (const behavior of behaviors) {
    for (const node of listAt(tree, behavior, (problem) => problems.push({ file, ...problem }), lineOf)) {
      const parsed = parseRule(behavior, getNodeValue(node), source, lineOf(node.offset));
      if ('rule' in parsed) rules.push(parsed.rule);
      else problems.push(parsed.problem);
    }
  }
  const folders =
    mayAllow && errors.length === 0 ? additionalFolders(tree, source.shared ? source.root : home, home) : [];
  return { rules, problems, additionalFolders: folders, ...modeSettings(tree, source.shared || errors.length > 0) };
}

/** A repository, and a file that is broken, may make a session more careful than the default, never less. */
function modeSettings(tree: Node | undefined, onlyCareful: boolean): Pick<RuleSet, 'defaultMode' | 'bypassForbidden'> {
  const valueAt = (name: string): unknown => {
    const node = tree && findNodeAtLocation(tree, ['permissions', name]);
    return node && getNodeValue(node);
  };
  const bypassForbidden = valueAt('disableBypassPermissionsMode') === 'disable';
  const mode = permissionModes.find((mode) => mode === valueAt('defaultMode'));
  const counts = mode !== undefined && (!onlyCareful || BY_CARE.indexOf(mode) <= BY_CARE.indexOf('default'));
  return { ...(counts ? { defaultMode: mode } : {}), bypassForbidden };
}

function listAt(
  tree: Node | undefined,
  behavior: RuleBehavior,
  onProblem: (problem: Omit<RuleProblem, 'file'>) => void,
  lineOf: (offset: number) => number,
): readonly Node[] {
  const node = tree && findNodeAtLocation(tree, ['permissions', behavior]);
  if (!node) return [];
  if (node.type === 'array') return node.children ?? [];
  onProblem({ line: lineOf(node.offset), message: `permissions.${behavior} must be a list of rules. It is ignored.` });
  return [];
}

/** Relative ones hang from the workspace's folder, those of the person from home. */
function additionalFolders(tree: Node | undefined, base: string, home: string): string[] {
  const node = tree && findNodeAtLocation(tree, ['permissions', 'additionalDirectories']);
  const values: unknown[] = node?.type === 'array' ? (getNodeValue(node) as unknown[]) : [];
  return values
    .filter((value): value is string => typeof value === 'string' && value.trim() !== '' && !value.includes('\0'))
    .map((value) =>
      path.resolve(
        base,
        value.replace(/^~(?=$|[/\\])/, () => home),
      ),
    );
}

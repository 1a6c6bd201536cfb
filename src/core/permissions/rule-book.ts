// The rules as they stand at this moment, with the folders that their patterns and the workspace's borders hang from.
import type { PatternFolders } from './path-rules.ts';
import { createPathResolver, type PathFiles, type PathResolver } from './paths.ts';
import { emptyRuleSet, type Rule, type RuleProblem, type RuleSet } from './rules.ts';

export interface RuleBookOptions {
  readonly files: PathFiles;
  /** The workspace's folders, absolute. */
  readonly workspace: readonly string[];
  /** What relative patterns hang from, absolute. Default: the workspace's first folder. */
  readonly cwd?: string;
  /** Folders beside it that count as inside, absolute. */
  readonly additional?: readonly string[];
  /** Folders that may be read without asking and are never written, absolute; not part of the workspace. They need not exist. */
  readonly readOnly?: readonly string[];
  readonly home: string;
  /** Asked for at each call, so that a changed settings file counts at once. Its failure allows nothing. */
  readonly rules: () => Promise<RuleSet> | RuleSet;
  /** Told once about each rule or file that could not be understood. */
  readonly onProblem?: (problem: RuleProblem) => void;
}

/** One reading of the rules, good for one call. */
export interface RulePage {
  readonly rules: readonly Rule[];
  readonly bypassForbidden: boolean;
  readonly resolver: PathResolver;
  readonly folders: PatternFolders;
  /** Whether a canonical path lies in a folder that is read and never written. */
  readonly isReadOnly: (canonical: string) => Promise<boolean>;
  /** The workspace's folders and home in every form they are known by: no command may take them away unasked. */
  readonly critical: readonly string[];
  /** Why the rules are not all there; undefined when they are. */
  readonly unread?: string;
  /** Tells the person, once. */
  readonly tell: (problem: RuleProblem) => void;
  /** The same page with rules more. */
  readonly with: (rules: readonly Rule[]) => RulePage;
}

export class RuleBook {
  private readonly told = new Set<string>();
  private readonly resolvers = new Map<string, PathResolver>();
  private readonly readOnly: PathResolver;
  private readonly options: RuleBookOptions;

  constructor(options: RuleBookOptions) {
    this.options = options;
    this.readOnly = createPathResolver(options.files, options.readOnly ?? []);
  }

  /** Rejects only where the file system does. */
  async open(): Promise<RulePage> {
    const { set, unread } = await this.read();
    for (const problem of set.problems) this.tell(problem);
    const resolver = forOneCall(this.resolverFor(set));
    const folders = await this.patternFolders(set, resolver);
    const workspace = await Promise.all(this.options.workspace.map((folder) => resolver.forms(folder)));
    const { rules, bypassForbidden = false } = set;
    return pageOf({
      rules,
      bypassForbidden,
      resolver,
      folders,
      isReadOnly: (canonical) => this.readOnly.holds(canonical),
      tell: (problem) => this.tell(problem),
      critical: [...workspace.flat(), ...folders.home],
      ...(unread === undefined ? {} : { unread }),
    });
  }

  private async read(): Promise<{ set: RuleSet; unread?: string }> {
    try {
      return { set: await this.options.rules() };
    } catch (error) {
      const unread = error instanceof Error ? error.message : String(error);
      const message = `The permission rules could not be read (${unread}). Everything is asked until they can.`;
      return { set: { ...emptyRuleSet, problems: [{ file: '', message }] }, unread };
    }
  }

  private tell(problem: RuleProblem): void {
    const key = JSON.stringify(problem);
    if (this.told.has(key)) return;
    this.told.add(key);
    try {
      this.options.onProblem?.(problem);
    } catch {
      // Who cannot be told changes no verdict.
    }
  }

  private resolverFor(set: RuleSet): PathResolver {
    const { files, workspace, additional = [] } = this.options;
    const roots = [...workspace, ...additional, ...set.additionalFolders];
    const key = roots.join('\0');
    const resolver = this.resolvers.get(key) ?? createPathResolver(files, roots);
    this.resolvers.set(key, resolver);
    return resolver;
  }

  private async patternFolders(set: RuleSet, resolver: PathResolver): Promise<PatternFolders> {
    const { workspace, home, cwd = workspace[0] ?? home } = this.options;
    const roots = new Map<string, readonly string[]>();
    for (const { source } of set.rules) {
      if (!roots.has(source.root)) roots.set(source.root, await resolver.forms(source.root));
    }
    return {
      cwd: await resolver.forms(cwd),
      home: await resolver.forms(home),
      root: (rule) => roots.get(rule.source.root) ?? [],
    };
  }
}

/** Looks at each path once, so that one call is judged by one state of the disk. */
function forOneCall(resolver: PathResolver): PathResolver {
  const resolved = new Map<string, ReturnType<PathResolver['resolve']>>();
  const linked = new Map<readonly string[], ReturnType<PathResolver['linked']>>();
  return {
    forms: (folder) => resolver.forms(folder),
    holds: (canonical) => resolver.holds(canonical),
    resolve: (path) => remembered(resolved, path, () => resolver.resolve(path)),
    linked: (names) => remembered(linked, names, () => resolver.linked(names)),
  };
}

function remembered<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function pageOf(page: Omit<RulePage, 'with'>): RulePage {
  return {
    ...page,
    with: (rules) => (rules.length === 0 ? pageOf(page) : pageOf({ ...page, rules: [...page.rules, ...rules] })),
  };
}

// What an editor knows, in memory: language services, tasks and tools of extensions that answer from a script.
import type { EditorTask, EditorTasks, TaskRun } from '../../../src/core/tools/editor/editor-tasks.ts';
import type {
  ExtensionToolHost,
  ExtensionToolInfo,
  ExtensionToolPart,
} from '../../../src/core/tools/editor/extension-tools.ts';
import type {
  ServiceError,
  ChangePlan,
  CodePlace,
  CodeProblem,
  CodeSymbol,
  FileProblems,
  LanguageServices,
  OfferedAction,
  TextChangePlan,
  TextPosition,
} from '../../../src/core/tools/editor/language-services.ts';

export class MemoryLanguageServices implements LanguageServices {
  /** What was asked, in order: "definitions /project/a.ts 3:7". */
  readonly asked: string[] = [];
  readonly applied: Omit<TextChangePlan, 'count'>[][] = [];
  readonly problems = new Map<string, readonly CodeProblem[]>();
  places: readonly CodePlace[] = [];
  symbols: readonly CodeSymbol[] = [];
  texts: readonly string[] = [];
  plan: ChangePlan = { files: [], beyond: [] };
  actions: readonly OfferedAction[] = [];
  unsaved: readonly string[] = [];
  restricted: string | undefined;
  /** Thrown by whatever is asked next. */
  failure: ServiceError | undefined;
  /** Files that cannot be opened. */
  readonly unopenable = new Set<string>();
  /** Runs while problems settle: the place to let new ones appear. */
  whileSettling: (() => void) | undefined;

  restriction(): string | undefined {
    return this.restricted;
  }

  async knownProblems(): Promise<readonly FileProblems[]> {
    return [...this.problems].map(([path, problems]) => ({ path, virtual: !path.startsWith('/'), problems }));
  }

  async settledProblems(
    paths: readonly string[],
    { edited, signal }: Parameters<LanguageServices['settledProblems']>[1],
  ): Promise<readonly FileProblems[]> {
    this.asked.push(`settled ${paths.join(' ')}${edited ? ' edited' : ''}${signal.aborted ? ' aborted' : ''}`);
    this.whileSettling?.();
    return paths
      .filter((path) => !this.unopenable.has(path))
      .map((path) => ({ path, virtual: false, problems: this.problems.get(path) ?? [] }));
  }

  outline(path: string): Promise<readonly CodeSymbol[]> {
    return this.answer(`outline ${path}`, this.symbols);
  }

  findSymbols(query: string): Promise<readonly CodeSymbol[]> {
    return this.answer(`symbols ${query}`, this.symbols);
  }

  definitions(path: string, { line, column }: TextPosition): Promise<readonly CodePlace[]> {
    return this.answer(`definitions ${path} ${line}:${column}`, this.places);
  }

  references(path: string, { line, column }: TextPosition): Promise<readonly CodePlace[]> {
    return this.answer(`references ${path} ${line}:${column}`, this.places);
  }

  hover(path: string, { line, column }: TextPosition): Promise<readonly string[]> {
    return this.answer(`hover ${path} ${line}:${column}`, this.texts);
  }

  planRename(path: string, { line, column }: TextPosition, newName: string): Promise<ChangePlan> {
    return this.answer(`rename ${path} ${line}:${column} ${newName}`, this.plan);
  }

  codeActions(path: string, line: number): Promise<readonly OfferedAction[]> {
    return this.answer(`actions ${path} ${line}`, this.actions);
  }

  async apply(files: readonly Omit<TextChangePlan, 'count'>[]): Promise<readonly string[]> {
    await this.answer('apply', undefined);
    this.applied.push([...files]);
    return this.unsaved;
  }

  private async answer<T>(asked: string, value: T): Promise<T> {
    this.asked.push(asked);
    if (this.failure) throw this.failure;
    return value;
  }
}

export class MemoryTasks implements EditorTasks {
  readonly ran: { readonly name: string; readonly timeoutMs: number }[] = [];
  tasks: readonly EditorTask[] = [];
  outcome: TaskRun = { ended: 'exit', exitCode: 0, output: 'done\r\n' };
  restricted: string | undefined;
  failure: ServiceError | undefined;

  restriction(): string | undefined {
    return this.restricted;
  }

  async list(): Promise<readonly EditorTask[]> {
    return this.tasks;
  }

  async run({ name }: EditorTask, { timeoutMs, onOutput }: Parameters<EditorTasks['run']>[1]): Promise<TaskRun> {
    if (this.failure) throw this.failure;
    this.ran.push({ name, timeoutMs });
    onOutput(this.outcome.output ?? '');
    return this.outcome;
  }
}

export class MemoryExtensionTools implements ExtensionToolHost {
  readonly invoked: { readonly name: string; readonly input: object }[] = [];
  tools: readonly ExtensionToolInfo[] = [];
  parts: readonly ExtensionToolPart[] = [];
  failure: ServiceError | undefined;

  list(): readonly ExtensionToolInfo[] {
    return this.tools;
  }

  async invoke(name: string, input: object): Promise<readonly ExtensionToolPart[]> {
    if (this.failure) throw this.failure;
    this.invoked.push({ name, input });
    return this.parts;
  }
}

export function problemAt(line: number, message: string, severity: CodeProblem['severity'] = 'error'): CodeProblem {
  return { severity, message, source: 'ts 1', line, column: 1 };
}

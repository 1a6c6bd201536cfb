// What a task of the editor would run, all of it: its command line, its folder and variables, and the tasks that it runs first.
import * as vscode from 'vscode';

const MAX_TASKS = 50;

export interface TaskCommand {
  /** Undefined: only the extension behind it knows. */
  readonly command: string | undefined;
  /** The tasks that run with it, itself included. */
  readonly names: ReadonlySet<string>;
}

export function taskCommand(task: vscode.Task, all: readonly vscode.Task[]): TaskCommand {
  const family = withDependencies(task, all);
  const lines = family.map(({ name, task: member }) => {
    const command = member && commandLine(member);
    if (member === task) return command;
    return `with the task ${JSON.stringify(name)}: ${command ?? 'its command is not known'}`;
  });
  const known = lines.filter((line) => line !== undefined);
  return {
    command: known.length === 0 ? undefined : known.join('\n'),
    names: new Set(family.map(({ name }) => name)),
  };
}

function withDependencies(
  task: vscode.Task,
  all: readonly vscode.Task[],
): { readonly name: string; readonly task: vscode.Task | undefined }[] {
  const family = new Map<string, vscode.Task | undefined>([[task.name, task]]);
  for (const member of family.values()) {
    if (family.size > MAX_TASKS) break;
    for (const needed of member ? dependenciesOf(member) : []) {
      if (family.has(needed)) continue;
      family.set(
        needed,
        all.find((one) => one.name === needed || `${one.source}: ${one.name}` === needed),
      );
    }
  }
  return [...family].map(([name, member]) => ({ name, task: member }));
}

/** As tasks.json says it; the API does not. */
function dependenciesOf(task: vscode.Task): string[] {
  const scope = typeof task.scope === 'object' ? task.scope.uri : undefined;
  const entries: unknown = vscode.workspace.getConfiguration('tasks', scope).get('tasks');
  if (!Array.isArray(entries)) return [];
  const entry = (entries as readonly TaskEntry[]).find(
    (one) => (one.label ?? one.taskName ?? (one.type === 'npm' ? `npm: ${one.script ?? ''}` : '')) === task.name,
  );
  const needed = entry?.dependsOn ?? [];
  return (Array.isArray(needed) ? needed : [needed]).map((one) =>
    typeof one === 'string' ? one : JSON.stringify(one),
  );
}

interface TaskEntry {
  readonly label?: string;
  readonly taskName?: string;
  readonly type?: string;
  readonly script?: string;
  readonly dependsOn?: unknown;
}

function commandLine({ execution, scope }: vscode.Task): string | undefined {
  if (!execution || execution instanceof vscode.CustomExecution) return undefined;
  const line =
    execution instanceof vscode.ProcessExecution
      ? [execution.process, ...execution.args].map(quoted).join(' ')
      : (execution.commandLine ?? [execution.command, ...(execution.args ?? [])].map(quoted).join(' '));
  const { cwd, env = {} } = execution.options ?? {};
  const folder = typeof scope === 'object' ? scope.uri.fsPath : undefined;
  const elsewhere = cwd !== undefined && cwd !== folder && cwd !== '${workspaceFolder}';
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return [
    line,
    ...(elsewhere ? [`[in ${cwd}]`] : []),
    ...(variables.length > 0 ? [`[with ${variables.join(' ')}]`] : []),
  ].join(' ');
}

function quoted(word: string | vscode.ShellQuotedString | undefined): string {
  const text = typeof word === 'object' ? word.value : (word ?? '');
  return /^[^\s"'\\]+$/.test(text) ? text : JSON.stringify(text);
}

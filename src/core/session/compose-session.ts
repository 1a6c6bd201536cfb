// Puts one session together over the ports of its front: tools, agents, gate, reminders, engine. The editor and the command line share it.
import { createAgents } from '../agents/agents.ts';
import type { AgentSession } from '../engine/agent-session.ts';
import { withCircuitBreaker } from '../engine/circuit-breaker.ts';
import { openAgentSession, type OpenAgentSessionOptions } from '../engine/open-agent-session.ts';
import type { Reminder } from '../engine/reminder.ts';
import { createSideModel } from '../engine/side-model.ts';
import type { EngineSettings } from '../engine/turn-loop.ts';
import { createPermissionGate, type PermissionGateOptions } from '../permissions/gate.ts';
import { createSessionChoices, withChoices } from './session-choices.ts';
import { createModeState, permissionModes, type ModeState, type PermissionMode } from '../permissions/mode.ts';
import type { SandboxPolicy } from '../permissions/sandbox-policy.ts';
import type { ProcessRunner, ResultStore } from '../ports.ts';
import type { SessionLog } from '../sessions/session-log.ts';
import { createSecretPlaceholders } from '../secrets/secret-placeholders.ts';
import { createTools, type ToolPorts } from '../tools/create-tools.ts';
import { createProblemReminder } from '../tools/editor/problem-reminder.ts';
import { createPlanModeReminder } from '../tools/planning/plan-mode-reminder.ts';
import type { PlanReviewer, Questioner } from '../tools/planning/person-ports.ts';
import { createTodoList, type TodoList } from '../tools/planning/todo-list.ts';
import { createTodoReminder } from '../tools/planning/todo-reminder.ts';
import { createBackgroundTasks } from '../tools/shell/background-task-list.ts';
import type { CommandMirror } from '../tools/shell/command-mirror.ts';
import { createShellState, type ShellState } from '../tools/shell/shell-state.ts';
import { createTaskReminder } from '../tools/shell/task-reminder.ts';
import type { Tool } from '../tools/tool.ts';
import type { WebAccess } from '../tools/web/web-access.ts';

type EnginePorts = Pick<
  OpenAgentSessionOptions,
  'model' | 'context' | 'clock' | 'newId' | 'random' | 'product' | 'isMemoryTight' | 'day'
>;
type FrontTools = Pick<ToolPorts, 'files' | 'search' | 'pdf' | 'notebooks' | 'editor' | 'edits'>;

export interface SessionPorts extends EnginePorts, FrontTools {
  /** Absolute: where the session works. */
  readonly cwd: string;
  /** The workspace's folders, absolute, `cwd` the first. */
  readonly workspace: readonly string[];
  /** As they are for every conversation; what is chosen for this one counts over them. */
  readonly settings: () => EngineSettings;
  /** Owned by the session from here on. */
  readonly log: SessionLog;
  /** Disposed of with the session, after its last turn. */
  readonly results: ResultStore & { dispose(): void | Promise<void> };
  readonly permissions: Omit<PermissionGateOptions, 'files' | 'mode' | 'newId'>;
  /** That a new session begins in; one from a log goes on in its own. Default `default`. */
  readonly mode?: PermissionMode;
  /** Absent where no commands can run. The runner is the caller's to dispose of, after the session. */
  readonly commands?: {
    readonly processes: ProcessRunner;
    readonly language: 'bash' | 'powershell';
    readonly mirror?: CommandMirror;
    readonly sandbox?: SandboxPolicy;
  };
  readonly web: WebAccess;
  /** Keys and tokens in what tools find reach neither the model nor the log, but placeholders of them. Default false. */
  readonly maskSecrets?: boolean;
  readonly questioner: Questioner;
  readonly planReviewer: PlanReviewer;
  /** The front's own, heard before all others. Default none. */
  readonly reminders?: readonly Reminder[];
}

export interface ComposedSession {
  readonly session: AgentSession;
  /** In the order in which the model is told about them, those that it must look for included. */
  readonly tools: readonly Tool[];
  readonly mode: ModeState;
}

/** Starts nothing: no process, no request, no look at a file. The session is the caller's to dispose of. */
export function composeSession(ports: SessionPorts): ComposedSession {
  const { cwd, log, results, clock, newId, files, permissions } = ports;
  const mode = createModeState(lastMode(log) ?? ports.mode);
  const model = withCircuitBreaker({ model: ports.model, clock });
  const choices = createSessionChoices(log.entries);
  const settings = () => withChoices(ports.settings(), choices.current);
  const side = createSideModel({ client: model, clock, settings, random: ports.random });
  const tasks = createBackgroundTasks({ clock, newId, results });
  const todos = createTodoList(log.entries);
  const shared = { ...ports, side, mode, tasks };
  const agents = createAgents({ toolset: () => agentToolset(shared), tasks, results });
  const shell = createShellState(cwd);
  const tools = createTools(toolPorts(shared, shell, todos), agents.tools);
  const session = openAgentSession({
    ...ports,
    model,
    settings,
    choices,
    tools,
    agents,
    gate: createPermissionGate({ ...permissions, files, newId, mode: () => mode.current }),
    reminders: [
      ...(ports.reminders ?? []),
      createPlanModeReminder(mode, log.entries),
      createTodoReminder(todos),
      createTaskReminder(tasks),
      ...problemReminders(ports, () => shell.cwd),
    ],
    ...(ports.maskSecrets ? { secrets: createSecretPlaceholders(newId().slice(0, 8)) } : {}),
    mode,
    cwd: () => shell.cwd,
    owned: [tasks, results],
  });
  return { session, tools, mode };
}

interface SharedPorts extends Omit<SessionPorts, 'mode'> {
  readonly side: ReturnType<typeof createSideModel>;
  readonly mode: ModeState;
  readonly tasks: ReturnType<typeof createBackgroundTasks>;
}

function toolPorts(ports: SharedPorts, shell: ShellState, todos: TodoList): ToolPorts {
  const { commands, tasks, web, side, mode, questioner, planReviewer, ...rest } = ports;
  return {
    ...rest,
    web: { access: web, side },
    planning: { todos, mode, questioner, planReviewer },
    ...(commands ? { commands: { ...commands, shell, tasks } } : {}),
  };
}

/** What an agent has read, where its shell stands and what it has to do are its own; the rest it shares. */
function agentToolset(ports: SharedPorts) {
  const shell = createShellState(ports.cwd);
  const tools = createTools(toolPorts(ports, shell, createTodoList()));
  return { tools, cwd: () => shell.cwd, reminders: problemReminders(ports, () => shell.cwd) };
}

function problemReminders({ editor }: Pick<SessionPorts, 'editor'>, cwd: () => string): readonly Reminder[] {
  return editor ? [createProblemReminder(editor.language, cwd)] : [];
}

function lastMode({ entries }: SessionLog): PermissionMode | undefined {
  const last = entries.findLast((entry) => entry.type === 'mode_changed')?.mode;
  return permissionModes.find((mode) => mode === last);
}

// The library: the agent of the command line for programs, and the parts that it is composed of.

/**
 * The short way:
 *
 *     const agent = await createAgent({ cwd: '/project', permissions: { allow: ['Edit'] } });
 *     for await (const event of agent.run('Fix the failing test')) console.log(event.type);
 *     await agent.dispose();
 */
export { createAgent, type Agent, type AgentOptions, type AgentPermissions } from './agent.ts';
export { ArgumentsError } from './arguments-error.ts';
export {
  all,
  allowList,
  any,
  denyAll,
  denyList,
  majority,
  readOnly,
  riskThreshold,
  type Approval,
  type ApprovalRequest,
  type ApprovalStrategy,
} from '../core/permissions/approval-strategy.ts';
export { permissionModes, type PermissionMode } from '../core/permissions/mode.ts';
export type { SessionOrigin } from './print-arguments.ts';
export { Spending } from './spending.ts';

/** The long way: a query engine over ports of the caller's own, or over the ones below. */
export { QueryEngine, type QueryEngineOptions } from '../core/engine/query-engine.ts';
export { openAgentSession, type OpenAgentSessionOptions } from '../core/engine/open-agent-session.ts';
export type { AgentSession } from '../core/engine/agent-session.ts';
export type { EngineSettings } from '../core/engine/turn-loop.ts';

/** What happens, as events; the durable ones are the session log. */
export { isDurable } from '../core/events.ts';
export type {
  AgentEvent,
  CallSummary,
  DurableEvent,
  Failure,
  FailureClass,
  LogEntry,
  ToolDetails,
  ToolOutcome,
  TransientEvent,
  TurnOutcome,
  Usage,
  UserInput,
} from '../core/events.ts';

/** What the engine is built over. */
export { FileError, SearchError } from '../core/ports.ts';
export type {
  Clock,
  EditProposal,
  EditReviewer,
  EditVerdict,
  FileSystem,
  KeptResult,
  ModelClient,
  ModelEvent,
  ModelRequest,
  PermissionAnswer,
  PermissionPrompter,
  PermissionQuestion,
  ProcessRunner,
  ResultStore,
  ResultWriter,
  Search,
} from '../core/ports.ts';
export { createAnthropicClient, type AnthropicClientOptions, type Connection } from '../adapters/anthropic-client.ts';
export { createSessionFiles, type SessionFilesOptions } from '../adapters/session-files.ts';
export { NodeFileSystem } from '../adapters/node-file-system.ts';
export { openResultFiles } from '../adapters/result-files.ts';
export { ShellRunner } from '../adapters/shell-runner.ts';
export { RipgrepSearch } from '../adapters/ripgrep-search.ts';
export { WalkSearch } from '../adapters/walk-search.ts';
export { findRipgrep } from '../adapters/find-ripgrep.ts';
export { createPermissionSettings, type PermissionSettingsOptions } from '../adapters/permission-settings.ts';
export { systemClock } from '../adapters/system-clock.ts';
export { SessionLockedError } from '../core/sessions/session-log.ts';
export type { SessionLog, SessionStore, SessionSummary } from '../core/sessions/session-log.ts';

/** Tools, and the gate that every call goes through. */
export { createTools, type ToolPorts } from '../core/tools/create-tools.ts';
export { createShellState, type ShellState } from '../core/tools/shell/shell-state.ts';
export {
  defineTool,
  ToolError,
  type Tool,
  type ToolAction,
  type ToolContext,
  type ToolResult,
} from '../core/tools/tool.ts';
export { createPermissionGate, type PermissionGateOptions } from '../core/permissions/gate.ts';
export type { Access, Authorization, AuthorizationRequest, Grant, PermissionGate } from '../core/permissions/access.ts';
export { parseRule, type Rule, type RuleSet, type RuleSource } from '../core/permissions/rules.ts';

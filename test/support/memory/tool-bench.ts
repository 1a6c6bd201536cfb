// Runs tool calls as the engine does: input checked, gate asked, action run.
import assert from 'node:assert/strict';
import * as z from 'zod/mini';
import { createShellGrammar } from '../../../src/adapters/shell-grammar.ts';
import type { Access, Authorization, Grant } from '../../../src/core/permissions/access.ts';
import { createPermissionGate, type PermissionGateOptions } from '../../../src/core/permissions/gate.ts';
import {
  emptyRuleSet,
  parseRule,
  type Rule,
  type RuleBehavior,
  type RuleSet,
} from '../../../src/core/permissions/rules.ts';
import type { FileSystem, ProcessRunner, ResultStore, Search } from '../../../src/core/ports.ts';
import { createTools } from '../../../src/core/tools/create-tools.ts';
import { createShellState, type ShellState } from '../../../src/core/tools/shell/shell-state.ts';
import type { CallEvent, Tool, ToolAction, ToolResult } from '../../../src/core/tools/tool.ts';
import { ScriptedPerson } from './scripted-person.ts';

/** Loaded once for all tests of a process. */
const grammar = createShellGrammar();

const unused = (): never => {
  throw new Error('This test has no such port');
};

export interface BenchOptions extends Partial<Pick<PermissionGateOptions, 'rules' | 'platform' | 'home' | 'readOnly'>> {
  readonly files: FileSystem;
  readonly search?: Search;
  readonly processes?: ProcessRunner;
  readonly results?: ResultStore;
  /** Tools beside those of `createTools`; one of the same name takes its place. */
  readonly tools?: readonly Tool[];
  /** Default `/project`. */
  readonly root?: string;
}

export class ToolBench {
  readonly person = new ScriptedPerson();
  readonly shell: ShellState;
  readonly reported: string[] = [];
  readonly recorded: CallEvent[] = [];
  private calls = 0;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly root: string;
  lastAuthorization: Authorization | undefined;
  private readonly gate;

  constructor(options: BenchOptions) {
    const { files, root = '/project', rules = () => emptyRuleSet, platform = 'linux', home = '/home/me' } = options;
    this.root = root;
    this.shell = createShellState(root);
    let ids = 0;
    this.gate = createPermissionGate({
      files,
      workspace: [root],
      readOnly: options.readOnly ?? [],
      home,
      rules,
      prompter: this.person,
      reviewer: this.person,
      newId: () => `q${(ids += 1)}`,
      platform,
      grammar,
    });
    const tools = createTools({
      files,
      search: options.search ?? { glob: unused, grep: unused },
      commands: { processes: options.processes ?? { run: unused }, shell: this.shell, language: 'bash' },
      workspace: [root],
      ...(options.results ? { results: options.results } : {}),
    });
    this.tools = new Map([...tools, ...(options.tools ?? [])].map((tool) => [tool.name, tool]));
  }

  /** Rejects with the ToolError, or with the reason of a denial. */
  async call(name: string, input: object, signal = new AbortController().signal): Promise<ToolResult> {
    const tool = this.tools.get(name)!;
    const action = tool.prepare(z.parse(tool.schema(), input), { cwd: this.root });
    const grant = await this.authorize(action.access, action.propose, signal);
    return action.run(grant, {
      cwd: this.root,
      signal,
      report: (text) => void this.reported.push(text),
      turnId: 't1',
      toolUseId: `c${(this.calls += 1)}`,
      authorize: (access, propose) => this.authorize(access, propose, signal),
      waiting: (_words, answer) => answer(),
      record: (event) => void this.recorded.push(event),
    });
  }

  private async authorize(access: Access, propose: ToolAction['propose'], signal: AbortSignal): Promise<Grant> {
    const authorization = await this.gate.authorize({
      access,
      ...(propose ? { propose } : {}),
      signal,
      onWaiting: () => undefined,
      onAnswered: () => undefined,
    });
    this.lastAuthorization = authorization;
    if (authorization.decision === 'deny') throw new Error(`denied: ${authorization.reason}`);
    return authorization.grant;
  }

  /** The result's text. */
  async text(name: string, input: object): Promise<string> {
    return textOf(await this.call(name, input));
  }
}

/** A result's text; these tools give no other content. */
export function textOf({ content }: ToolResult): string {
  assert.ok(typeof content === 'string');
  return content;
}

/** `rulesOf({ deny: ['Read(.env)'] })`, from a project settings file in `/project`. */
export function rulesOf(lists: Partial<Record<RuleBehavior, readonly string[]>>, root = '/project'): RuleSet {
  const source = { scope: 'project' as const, file: `${root}/.claude/settings.json`, root };
  const rules: Rule[] = [];
  for (const behavior of ['deny', 'ask', 'allow'] as const) {
    (lists[behavior] ?? []).forEach((text, index) => {
      const parsed = parseRule(behavior, text, source, index + 1);
      if ('problem' in parsed) throw new Error(parsed.problem.message);
      rules.push(parsed.rule);
    });
  }
  return { ...emptyRuleSet, rules };
}

// Judges one question by the very evaluator that judges the agent's calls. Touches nothing.
import { homedir } from 'node:os';
import { hostPlatform } from '../../adapters/host-platform.ts';
import { NodeFileSystem } from '../../adapters/node-file-system.ts';
import { createShellGrammar } from '../../adapters/shell-grammar.ts';
import type { Access } from '../../core/permissions/access.ts';
import { PermissionEvaluator } from '../../core/permissions/evaluator.ts';
import { joinPath, resolvePath } from '../../core/permissions/lexical-path.ts';
import {
  parseRule,
  type Rule,
  type RuleBehavior,
  type RuleProblem,
  type RuleSet,
} from '../../core/permissions/rules.ts';
import type { Verdict } from '../../core/permissions/verdict.ts';
import type { CheckAnswer, CheckRequest } from './check-request.ts';
import { createVirtualPaths } from './virtual-paths.ts';

const grammar = createShellGrammar();

/** The rules that a question brings stand for the project's settings file. */
export async function judgeRequest(request: CheckRequest): Promise<CheckAnswer> {
  const { id = null, workspace = request.cwd ?? process.cwd(), additional = [], fs } = request;
  const home = request.home ?? homedir();
  const platform = request.platform ?? hostPlatform();
  const mode = request.mode ?? 'default';
  const evaluator = new PermissionEvaluator({
    files: fs ? createVirtualPaths(fs) : new NodeFileSystem(),
    workspace: [workspace],
    additional,
    ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
    home,
    platform,
    foldsNames: platform !== 'linux' || (fs?.caseInsensitive ?? false) || (fs?.normalizationInsensitive ?? false),
    rules: () => rulesOf(request, workspace),
    mode: () => mode,
    grammar,
  });
  return answerOf(id, await evaluator.judge(accessOf(request, workspace)));
}

function accessOf(request: CheckRequest, workspace: string): Access {
  const cwd = request.cwd ?? workspace;
  const { tool } = request;
  if ('command' in request) return { kind: 'command', tool, command: request.command, cwd };
  if ('url' in request) return { kind: 'web', tool, url: request.url };
  // An empty path stays one, and `~` stands for home: both are the evaluator's to judge.
  const path = request.path.trim() === '' || request.path.startsWith('~') ? request.path : joinPath(cwd, request.path);
  return { kind: ['Read', 'Glob', 'Grep'].includes(tool) ? 'read' : 'edit', tool, path };
}

function rulesOf(request: CheckRequest, root: string): RuleSet {
  const source = { scope: 'project', file: resolvePath(root, '.claude/settings.json'), root } as const;
  const rules: Rule[] = [];
  const problems: RuleProblem[] = [];
  for (const behavior of ['deny', 'ask', 'allow'] satisfies RuleBehavior[]) {
    for (const text of request[behavior] ?? []) {
      const parsed = parseRule(behavior, text, source);
      if ('rule' in parsed) rules.push(parsed.rule);
      else problems.push(parsed.problem);
    }
  }
  return { rules, problems, additionalFolders: [] };
}

function answerOf(id: unknown, verdict: Verdict): CheckAnswer {
  const { rule, parts = [] } = verdict;
  return {
    id,
    decision: verdict.decision,
    reason: verdict.decision === 'deny' ? verdict.denial.reason : verdict.reason,
    rule: rule?.text ?? null,
    scope: rule?.source.scope ?? null,
    parts: parts.map((part) => ({ command: part.command, decision: part.decision, rule: part.rule?.text ?? null })),
  };
}

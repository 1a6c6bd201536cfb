// Judges a shell command: rules on each of its parts, and what its analysis could not make out.
import { judgeCommand } from './command-rules.ts';
import * as words from './gate-words.ts';
import { relativePath } from './lexical-path.ts';
import type { RulePage } from './rule-book.ts';
import type { Rule } from './rules.ts';
import { analyzeCommand, type ShellAnalysis } from './shell-analysis.ts';
import type { ShellGrammar } from './shell/shell-grammar.ts';
import { denyVerdict, type CommandAccess, type Verdict } from './verdict.ts';
import { visibleText } from './visible-text.ts';

export interface CommandSurroundings {
  readonly here: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** Without it every command is asked about. */
  readonly grammar?: ShellGrammar;
}

export async function judgeCommandAccess(
  access: CommandAccess,
  page: RulePage,
  around: CommandSurroundings,
): Promise<Verdict> {
  const { command, cwd, purpose } = access;
  if (command.trim() === '') return denyVerdict(words.unjudgeable('The command is empty. Give the command to run.'));
  if (command.includes('\0')) {
    return denyVerdict(words.unjudgeable('The command contains a NUL character. Give it without.'));
  }
  const analysis = await analyzeCommand(command, around.grammar, around.platform === 'win32' ? 'powershell' : 'bash');
  const found = judgeCommand(page.rules, access.tool, analysis);
  // Until the files of a command are judged here, what touches any is asked about.
  const settled = found.decision !== 'allow' || found.files.length === 0;
  const judged = found.rule && settled ? { decision: found.decision, rule: found.rule } : undefined;
  const rule = judged ? { rule: judged.rule } : {};
  const what = `\`${command}\``;
  if (judged?.decision === 'deny') return denyVerdict(words.deniedByRule(what, judged.rule), judged.rule);
  const granting = { path: cwd, access };
  if (judged?.decision === 'allow') {
    return {
      decision: 'allow',
      by: 'rule',
      reason: `Allowed by ${words.describeRule(judged.rule)}`,
      granting,
      ...rule,
    };
  }
  return {
    decision: 'ask',
    because: judged ? 'rule' : 'default',
    reason: judged ? `Asked by ${words.describeRule(judged.rule)}` : 'No rule allows every part of it',
    asking: {
      what,
      title: 'Run a command',
      subject: visibleText(command),
      facts: facts(cwd, analysis, judged?.rule, around.here),
      ...(purpose === undefined ? {} : { purpose: visibleText(purpose) }),
    },
    granting,
    ...(judged
      ? {}
      : { session: { scope: { kind: 'command', command, cwd }, words: 'this exact command in this folder' } }),
    suggestions: [],
    ...rule,
  };
}

function facts(cwd: string, analysis: ShellAnalysis, rule: Rule | undefined, here: string): string[] {
  const several = analysis.complete && analysis.parts.length > 1;
  return [
    ...(cwd === here ? [] : [`In ${visibleText(relativePath(here, cwd))}`]),
    ...(several ? analysis.parts.map((part, index) => `Part ${index + 1}: ${visibleText(part.text)}`) : []),
    ...(analysis.complete ? [] : [`No rule can allow it: ${analysis.reason ?? 'it is not plain'}`]),
    ...words.ruleFact(rule),
  ];
}

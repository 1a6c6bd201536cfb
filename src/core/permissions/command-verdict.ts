// Judges a shell command: rules on each of its parts, the files that it touches, and what its analysis could not make out.
import { judgeCommandFile, type FileSurroundings, type FileVerdict } from './command-file-verdict.ts';
import { judgeCommand, type CommandJudgement, type PartJudgement } from './command-rules.ts';
import { suggestedRules } from './command-suggestions.ts';
import * as words from './gate-words.ts';
import { relativePath } from './lexical-path.ts';
import type { PermissionMode } from './mode.ts';
import type { PathSurroundings } from './path-verdict.ts';
import type { RulePage } from './rule-book.ts';
import { coversTool, parseRule } from './rules.ts';
import { analyzeCommand, NO_GRAMMAR, type ShellAnalysis } from './shell-analysis.ts';
import { destructiveTarget } from './shell/destructive-target.ts';
import type { ShellGrammar } from './shell/shell-grammar.ts';
import { denyVerdict, type AskVerdict, type CommandAccess, type PartVerdict, type Verdict } from './verdict.ts';
import { visibleText } from './visible-text.ts';
import { t } from '../../shared/l10n.ts';

export interface CommandSurroundings extends PathSurroundings {
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly mode: PermissionMode;
  /** Without it every command is asked about. */
  readonly grammar?: ShellGrammar;
}

/** What was found out about one command. */
interface CommandCase {
  readonly access: CommandAccess;
  readonly analysis: ShellAnalysis;
  readonly found: CommandJudgement;
  /** Those that are not allowed first, the gravest in front. */
  readonly files: readonly FileVerdict[];
  /** Why the person is needed whatever the rules say. */
  readonly destroys: string | undefined;
  readonly parts: readonly PartVerdict[];
  readonly around: CommandSurroundings;
}

/** Asked each time: neither a rule nor a mode lets a command out. */
const OUTSIDE = 'Runs outside the sandbox';

const GRAVITY: Readonly<Record<AskVerdict['because'], number>> = {
  destructive: 4,
  unsure: 3,
  unsandboxed: 2,
  rule: 2,
  protected: 1,
  default: 0,
};

/** Passes on what the file system throws. */
export async function judgeCommandAccess(
  access: CommandAccess,
  page: RulePage,
  around: CommandSurroundings,
): Promise<Verdict> {
  const { command } = access;
  if (command.trim() === '') return denyVerdict(words.unjudgeable('The command is empty. Give the command to run.'));
  if (command.includes('\0')) {
    return denyVerdict(words.unjudgeable('The command contains a NUL character. Give it without.'));
  }
  const language = access.tool === 'PowerShell' || around.platform === 'win32' ? 'powershell' : 'bash';
  const analysis = await analyzeCommand(command, around.grammar, language);
  if (analysis.reason === NO_GRAMMAR) {
    page.tell({
      file: '',
      message: 'The shell grammar could not be loaded, so every command is asked about. Install Capstan again.',
    });
  }
  const one = await examine(access, analysis, page, around);
  const verdict = decide(one);
  const asks = verdict.decision === 'ask' && verdict.because === 'default';
  const offers = asks && (around.mode === 'default' || around.mode === 'acceptEdits');
  return offers ? { ...verdict, suggestions: await proved(one, page) } : verdict;
}

async function examine(
  access: CommandAccess,
  analysis: ShellAnalysis,
  page: RulePage,
  around: CommandSurroundings,
): Promise<CommandCase> {
  const edits = around.mode === 'acceptEdits';
  // While planning only what changes nothing runs, whatever else rules allow.
  const planning = around.mode === 'plan';
  const rules = planning
    ? page.rules.filter((rule) => rule.behavior !== 'allow' || !coversTool(rule, access.tool))
    : page.rules;
  const found = judgeCommand(rules, access.tool, analysis, { edits });
  const surroundings: FileSurroundings = { ...around, cwd: access.cwd, edits };
  const judged = await Promise.all(found.files.map((file) => judgeCommandFile(file, page, surroundings)));
  const files = judged
    .filter((file) => file !== undefined)
    .toSorted((left, right) => graveness(right) - graveness(left));
  const critical = { home: around.home, workspace: page.critical, cwd: access.cwd };
  const destroys = destructiveTarget(analysis, critical);
  return { access, analysis, found, files, destroys, parts: partVerdicts(found, files), around };
}

function graveness({ decision, because }: FileVerdict): number {
  return decision === 'deny' ? 10 : decision === 'ask' ? 1 + GRAVITY[because] : 0;
}

function decide(one: CommandCase): Verdict {
  const { access, found, files, destroys, parts } = one;
  const what = `\`${access.command}\``;
  const [gravest] = files;
  if (found.decision === 'deny' && found.rule) {
    return denyVerdict(words.deniedByRule(what, found.rule), found.rule, parts);
  }
  if (gravest?.decision === 'deny' && gravest.rule) {
    return denyVerdict(words.deniedByRule(`${what} (${lowered(gravest.shown)})`, gravest.rule), gravest.rule, parts);
  }
  const plain = destroys === undefined && !access.unsandboxed;
  if (found.decision === 'allow' && gravest?.decision !== 'ask' && plain) return allowed(one);
  return asked(one, what);
}

function allowed({ access, found, files, parts }: CommandCase): Verdict {
  const rule = found.rule ?? files.find((file) => file.rule && file.shown.startsWith('Writes'))?.rule;
  return {
    decision: 'allow',
    by: rule ? 'rule' : 'default',
    reason: rule
      ? t('Allowed by {0}', words.describeRule(rule))
      : files.some(isWrite)
        ? t('Edits are accepted')
        : t('It only reads'),
    granting: { path: access.cwd, access },
    parts,
    ...(rule ? { rule } : {}),
  };
}

function isWrite({ shown }: FileVerdict): boolean {
  return shown.startsWith('Writes');
}

function asked(one: CommandCase, what: string): AskVerdict {
  const { access, analysis, found, files, destroys, parts } = one;
  const { command, cwd, purpose } = access;
  const file = files[0]?.decision === 'ask' ? files[0] : undefined;
  const rule = found.decision === 'ask' && found.rule ? found.rule : file?.rule;
  const otherwise = analysis.unread ? 'unsure' : access.unsandboxed ? 'unsandboxed' : (file?.because ?? 'default');
  const because = destroys !== undefined ? 'destructive' : rule ? 'rule' : otherwise;
  return {
    decision: 'ask',
    because,
    reason: reasonOf(one, file),
    asking: {
      what,
      title: t('Run a command'),
      subject: visibleText(command),
      facts: factsOf(one),
      ...(purpose === undefined ? {} : { purpose: visibleText(purpose) }),
    },
    granting: { path: cwd, access },
    ...(because === 'default'
      ? { session: { scope: { kind: 'command', command, cwd }, words: 'this exact command in this folder' } }
      : {}),
    suggestions: [],
    parts,
    ...(rule ? { rule } : {}),
  };
}

function reasonOf({ access, found, destroys }: CommandCase, file: FileVerdict | undefined): string {
  if (destroys !== undefined) return destroys;
  if (access.unsandboxed) return OUTSIDE;
  if (found.decision === 'ask' && found.rule) {
    const plainly = found.reason === 'asked by a rule';
    return plainly
      ? t('Asked by {0}', words.describeRule(found.rule))
      : `${raised(found.reason)}: ${words.describeRule(found.rule)}`;
  }
  if (file?.rule) return `${file.shown}: ${file.reason}`;
  if (found.decision === 'ask') return raised(found.reason);
  return file ? `${file.shown}: ${file.reason}` : raised(found.reason);
}

function factsOf({ access, analysis, found, files, destroys, parts, around }: CommandCase): string[] {
  const commands = parts.slice(0, found.parts.length);
  return [
    ...(destroys === undefined ? [] : [visibleText(destroys)]),
    ...(access.unsandboxed ? [OUTSIDE] : []),
    ...(access.cwd === around.here ? [] : [t('In {0}', visibleText(relativePath(around.here, access.cwd)))]),
    ...(analysis.complete && commands.length > 1
      ? commands.map((part, index) => `${words.partLabel(index + 1)}${visibleText(part.command)}${standing(part)}`)
      : []),
    ...files.filter(({ decision }) => decision === 'ask').map(({ shown, reason }) => `${shown}: ${reason}`),
    ...(analysis.complete ? [] : [t('No rule can allow it: {0}', analysis.reason ?? t('it is not plain'))]),
    ...words.ruleFact(found.decision === 'ask' ? found.rule : undefined),
  ];
}

function standing({ decision, rule }: PartVerdict): string {
  if (decision === 'allow') return rule ? ` (allowed by ${rule.text})` : ' (allowed)';
  return rule ? ` (asked by ${rule.text})` : '';
}

function partVerdicts({ parts }: CommandJudgement, files: readonly FileVerdict[]): PartVerdict[] {
  const commands = parts.map(({ part, decision, rule, reason }: PartJudgement) => ({
    command: part.text,
    decision,
    reason,
    ...(rule ? { rule } : {}),
  }));
  const objecting = files.filter(({ decision }) => decision !== 'allow');
  return [
    ...commands,
    ...objecting.map(({ shown, decision, rule, reason }) => ({
      command: shown,
      decision,
      reason,
      ...(rule ? { rule } : {}),
    })),
  ];
}

/** The rules for "always", if the command judged with them is allowed; else none. */
async function proved(one: CommandCase, page: RulePage): Promise<readonly string[]> {
  const { access, analysis, found, files, around } = one;
  const commands = suggestedRules(access.tool, analysis, found);
  if (!commands) return [];
  const texts = [...new Set([...commands, ...files.flatMap((file) => file.suggestions)])];
  if (texts.length === 0 || texts.length > 5) return [];
  const source = { scope: 'session', file: '', root: around.here } as const;
  const added = texts.flatMap((text) => {
    const parsed = parseRule('allow', text, source);
    return 'rule' in parsed ? [parsed.rule] : [];
  });
  if (added.length < texts.length) return [];
  const again = await examine(access, analysis, page.with(added), around);
  return decide(again).decision === 'allow' ? texts : [];
}

function raised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function lowered(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

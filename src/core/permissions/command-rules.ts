// Judges a shell command by the rules: deny and ask look at every form they can find, allow needs every part to be plain and named.
import { commandFiles, type CommandFile } from './command-files.ts';
import { coversTool, escapeRegExp, type Rule, type RuleBehavior } from './rules.ts';
import { commandForms, knownForms } from './shell/command-forms.ts';
import { freeCommand } from './shell/free-commands.ts';
import { setsVariables } from './shell/set-variables.ts';
import type { ShellAnalysis, SimpleCommand } from './shell-analysis.ts';

/** What the rules say about a call, and which of them says it. */
export interface Judgement {
  readonly decision: RuleBehavior;
  readonly rule: Rule;
}

/** What is known about one part. */
export interface PartJudgement {
  readonly part: SimpleCommand;
  readonly decision: RuleBehavior;
  /** The rule that decides; none for what is allowed by its nature, or asked because no rule names it. */
  readonly rule?: Rule;
  readonly reason: string;
}

export interface CommandJudgement {
  /** `allow` stands only if `files` do not object. `ask` without a rule is the default. */
  readonly decision: RuleBehavior;
  readonly rule?: Rule;
  /** For the person, the beginning of no sentence: "no rule allows `rm x`". */
  readonly reason: string;
  readonly parts: readonly PartJudgement[];
  /** What the gate must judge as reads and edits before the decision stands. */
  readonly files: readonly CommandFile[];
}

export interface CommandJudgeOptions {
  /** The mode lets `mkdir touch rm rmdir mv cp sed` run where edits may. Default false. */
  readonly edits?: boolean;
}

/** Longer commands do not run unasked by their nature; rules still look at all of them. */
const MAX_FREE_LENGTH = 10_000;

const patterns = new WeakMap<Rule, { surely: RegExp; maybe: RegExp }>();

/** `prefix:*` and `prefix *` match the prefix alone or before a space; other stars any text; the rest is literal. */
function patternsOf(rule: Rule, anyCase: boolean): { surely: RegExp; maybe: RegExp } {
  const known = patterns.get(rule);
  if (known) return known;
  const text = rule.specifier ?? '*';
  const prefix = /^([^]*?)(?::\*| \*)$/.exec(text)?.[1];
  const body = (prefix ?? text).split('*').map(escapeRegExp).join('[^]*');
  const tail = (gap: string): string => (prefix === undefined ? '' : `(?:${gap}[^]*)?`);
  const flags = anyCase ? 'i' : '';
  const made = {
    surely: new RegExp(`^${body}${tail(' ')}$`, flags),
    maybe: new RegExp(`^${body}${tail(String.raw`\s`)}$`, flags),
  };
  patterns.set(rule, made);
  return made;
}

/** `tool` is the shell tool's name. */
export function judgeCommand(
  rules: readonly Rule[],
  tool: string,
  analysis: ShellAnalysis,
  options: CommandJudgeOptions = {},
): CommandJudgement {
  return new CommandJudge(rules, tool, analysis, options).judge();
}

class CommandJudge {
  private readonly ours: readonly Rule[];
  private readonly analysis: ShellAnalysis;
  private readonly edits: boolean;
  private readonly anyCase: boolean;
  private readonly forms = new Map<SimpleCommand, readonly string[]>();
  private readonly free = new Set<SimpleCommand>();

  constructor(rules: readonly Rule[], tool: string, analysis: ShellAnalysis, options: CommandJudgeOptions) {
    this.ours = rules.filter((rule) => coversTool(rule, tool));
    this.analysis = analysis;
    this.edits = options.edits ?? false;
    this.anyCase = analysis.language === 'powershell';
  }

  judge(): CommandJudgement {
    const judged = this.analysis.parts.map((part) => this.judgePart(part));
    const whole = this.judgeWhole();
    const real = judged.filter(({ part, rule }) => !part.guess || rule);
    const files = commandFiles(this.analysis, this.free, { edits: this.edits });
    const worst = whole?.decision === 'deny' ? whole : (judged.find(({ decision }) => decision === 'deny') ?? whole);
    const asked = worst ?? judged.find(({ decision, rule, part }) => decision === 'ask' && (rule || !part.guess));
    const base = { parts: real, files };
    if (asked?.rule) return { ...base, decision: asked.decision, rule: asked.rule, reason: asked.reason };
    if (!this.analysis.complete) {
      return { ...base, decision: 'ask', reason: this.analysis.reason ?? 'it cannot be read for certain' };
    }
    if (asked) return { ...base, decision: 'ask', reason: asked.reason };
    const rule = judged.find(({ rule }) => rule)?.rule;
    return {
      ...base,
      decision: 'allow',
      ...(rule ? { rule } : {}),
      reason: rule ? 'rules allow every part' : 'it only reads',
    };
  }

  /** A deny or ask rule may be written for a whole line: `curl * | sh`. */
  private judgeWhole(): PartJudgement | undefined {
    const text = this.analysis.command.trim();
    const part: SimpleCommand = { words: [], assignments: [], redirections: [], text };
    for (const decision of ['deny', 'ask'] as const) {
      const rule = this.restrictive(decision).find((rule) => this.matchesAny(rule, [text]));
      if (rule) return { part, decision, rule, reason: `${decision === 'deny' ? 'denied' : 'asked'} by a rule` };
    }
    return undefined;
  }

  private restrictive(decision: 'deny' | 'ask'): readonly Rule[] {
    return this.ours.filter((rule) => rule.behavior === decision);
  }

  private matchesAny(rule: Rule, forms: readonly string[]): boolean {
    if (rule.specifier === undefined) return true;
    const { maybe } = patternsOf(rule, this.anyCase);
    return forms.some((form) => maybe.test(form));
  }

  private formsOf(part: SimpleCommand): readonly string[] {
    const known = this.forms.get(part) ?? commandForms(part, this.analysis.language);
    this.forms.set(part, known);
    return known;
  }

  private judgePart(part: SimpleCommand): PartJudgement {
    for (const decision of ['deny', 'ask'] as const) {
      const rule = this.restrictive(decision).find((rule) => this.matchesAny(rule, this.formsOf(part)));
      if (rule) return { part, decision, rule, reason: `${decision === 'deny' ? 'denied' : 'asked'} by a rule` };
    }
    if (part.guess) return { part, decision: 'ask', reason: 'it may not be a command' };
    if (part.unclear !== undefined) return { part, decision: 'ask', reason: part.unclear };
    const hidden = [...this.restrictive('deny'), ...this.restrictive('ask')].find((rule) =>
      this.mayTurnInto(rule, part),
    );
    if (hidden) {
      return { part, decision: 'ask', rule: hidden, reason: 'what it expands may be what a rule forbids' };
    }
    return this.judgeAllowed(part);
  }

  private judgeAllowed(part: SimpleCommand): PartJudgement {
    const allows = this.ours.filter((rule) => rule.behavior === 'allow');
    const rule = allows.find((rule) => this.surelyCovers(rule, part));
    const setting = setsVariables(part, rule, this.analysis.language);
    if (setting !== undefined) return { part, decision: 'ask', reason: setting };
    if (part.words.length === 0) return { part, decision: 'allow', reason: 'it runs nothing by itself' };
    if (rule) return { part, decision: 'allow', rule, reason: 'allowed by a rule' };
    if (part.transparent) return { part, decision: 'allow', reason: 'it only runs what follows' };
    const short = this.analysis.command.length <= MAX_FREE_LENGTH;
    if (short && this.analysis.language === 'bash' && freeCommand(part, this.edits)) {
      this.free.add(part);
      return { part, decision: 'allow', reason: 'it only reads' };
    }
    return { part, decision: 'ask', reason: `no rule allows ${part.text}` };
  }

  private surelyCovers(rule: Rule, part: SimpleCommand): boolean {
    if (rule.specifier === undefined) return true;
    if (part.exact && rule.specifier.includes('*')) return false;
    if (rule.specifier === part.text) return true;
    const { surely } = patternsOf(rule, this.anyCase);
    const words = part.words.map((word) => word.text).join(' ');
    if (surely.test(words)) return true;
    if (part.assignments.length === 0 || !/^\w+=/.test(rule.specifier)) return false;
    return part.assignments.every(({ value }) => value.literal) && surely.test(`${assigned(part)} ${words}`);
  }

  /** Whether an expansion could make of the part what the rule names. */
  private mayTurnInto(rule: Rule, part: SimpleCommand): boolean {
    if (part.words.every((word) => word.literal)) return false;
    const text = (rule.specifier ?? '').replace(/(?::\*| \*)$/, '*');
    const star = text.indexOf('*');
    const literal = star === -1 ? text : text.slice(0, star);
    return knownForms(part, this.analysis.language).some(
      (form) => literal.startsWith(form) || (star !== -1 && form.startsWith(literal)),
    );
  }
}

function assigned(part: SimpleCommand): string {
  return part.assignments.map(({ name, value }) => `${name}=${value.text}`).join(' ');
}

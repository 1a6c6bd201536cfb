// What is decided about a call before anybody is asked: the rules', the defaults' and the mode's say, with the reason.
import type { Access, Grant } from './access.ts';
import type { Denial } from './gate-words.ts';
import type { Rule } from './rules.ts';
import type { SessionScope } from './session-grants.ts';

/** What a grant will hold once the gate makes it. */
export type Granting = {
  readonly [Key in keyof Grant as Key extends string ? (Key extends 'review' ? never : Key) : never]: Grant[Key];
};

/** A question for the person, in words. */
export interface AskingText {
  /** What is wanted, for the model that may be refused: "Read src/a.ts". */
  readonly what: string;
  readonly title: string;
  /** All of it, nothing hidden. */
  readonly subject: string;
  readonly facts: readonly string[];
  readonly purpose?: string;
}

/** One part of a command, or a file that it touches and that is not allowed by itself. */
export interface PartVerdict {
  readonly command: string;
  readonly decision: 'allow' | 'ask' | 'deny';
  readonly rule?: Rule;
  /** Why it is so, the beginning of no sentence: "no rule allows rm x". */
  readonly reason: string;
}

interface Judged {
  /** The rule that decided, if one did. */
  readonly rule?: Rule;
  readonly parts?: readonly PartVerdict[];
}

export type AllowVerdict = Judged & {
  readonly decision: 'allow';
  readonly by: 'rule' | 'default';
  readonly reason: string;
  readonly granting: Granting;
};

export type AskVerdict = Judged & {
  readonly decision: 'ask';
  /**
   * `default`: nothing speaks for or against it. The others are asked each time, whatever was allowed for the session. `unsure`: it
   * could not be judged. No mode lifts a question for `rule`, `destructive` or `unsure`.
   */
  readonly because: 'default' | 'rule' | 'protected' | 'destructive' | 'unsure' | 'unsandboxed';
  readonly reason: string;
  readonly asking: AskingText;
  readonly granting: Granting;
  /** What a yes for the session would cover; `words` is absent where it may be covered but is not offered. */
  readonly session?: { readonly scope: SessionScope; readonly words?: string };
  /** Rules that would allow it from now on, as they would be saved. Empty: none can. */
  readonly suggestions: readonly string[];
};

export type DenyVerdict = Judged & { readonly decision: 'deny'; readonly denial: Denial };

export type Verdict = AllowVerdict | AskVerdict | DenyVerdict;

export type PathAccess = Extract<Access, { kind: 'read' | 'edit' }>;
export type CommandAccess = Extract<Access, { kind: 'command' }>;
export type NamedAccess = Exclude<Access, PathAccess | CommandAccess>;

export function denyVerdict(denial: Denial, rule?: Rule, parts?: readonly PartVerdict[]): DenyVerdict {
  return { decision: 'deny', denial, ...(rule ? { rule } : {}), ...(parts ? { parts } : {}) };
}

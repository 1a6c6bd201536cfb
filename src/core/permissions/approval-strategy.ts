// Answers in the person's place, for runs that nobody watches: by lists, by risk, or by several of these together.
import type { Access } from './access.ts';

/** What a strategy goes by. Only what no rule speaks about comes before one: a rule that asks means a person. */
export interface ApprovalRequest {
  readonly access: Access;
  /** From 0 to 10. */
  readonly risk: number;
}

/** `abstain` leaves it to whoever would be asked otherwise. */
export type Approval = 'approve' | 'deny' | 'abstain';
export type ApprovalStrategy = (request: ApprovalRequest) => Approval;

/** Approves calls of these tools, and leaves the rest. */
export function allowList(tools: readonly string[]): ApprovalStrategy {
  return ({ access }) => (tools.includes(access.tool) ? 'approve' : 'abstain');
}

/** Denies calls of these tools, and leaves the rest. */
export function denyList(tools: readonly string[]): ApprovalStrategy {
  return ({ access }) => (tools.includes(access.tool) ? 'deny' : 'abstain');
}

export const denyAll: ApprovalStrategy = () => 'deny';

/** Approves what changes nothing here (files outside the workspace, pages), and denies the rest. */
export const readOnly: ApprovalStrategy = ({ access }) => {
  const looks = access.kind === 'read' || access.kind === 'web' || (access.kind === 'action' && access.readOnly);
  return looks ? 'approve' : 'deny';
};

/** Approves up to this risk, and denies above it. */
export function riskThreshold(most: number): ApprovalStrategy {
  return ({ risk }) => (risk <= most ? 'approve' : 'deny');
}

/** Approves when all do that say something; one that denies, denies. */
export function all(...strategies: readonly ApprovalStrategy[]): ApprovalStrategy {
  return (request) => {
    const answers = strategies.map((strategy) => strategy(request));
    if (answers.includes('deny')) return 'deny';
    return answers.includes('approve') ? 'approve' : 'abstain';
  };
}

/** Approves when one does; denies when one denies and none approves. */
export function any(...strategies: readonly ApprovalStrategy[]): ApprovalStrategy {
  return (request) => {
    const answers = strategies.map((strategy) => strategy(request));
    if (answers.includes('approve')) return 'approve';
    return answers.includes('deny') ? 'deny' : 'abstain';
  };
}

/** More than half of those that say something must approve. */
export function majority(...strategies: readonly ApprovalStrategy[]): ApprovalStrategy {
  return (request) => {
    const answers = strategies.map((strategy) => strategy(request)).filter((answer) => answer !== 'abstain');
    if (answers.length === 0) return 'abstain';
    return answers.filter((answer) => answer === 'approve').length * 2 > answers.length ? 'approve' : 'deny';
  };
}

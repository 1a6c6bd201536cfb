// ExitPlanMode: puts the plan before the person, who approves it, changes it, or asks for another one.
import * as z from 'zod/mini';
import type { ModeState } from '../../permissions/mode.ts';
import { describeChange } from '../files/unified-diff.ts';
import { inputObject, lazily, textField } from '../input-fields.ts';
import { defineTool, ToolError, type Tool, type ToolResult } from '../tool.ts';
import type { PlanReviewer, PlanVerdict } from './person-ports.ts';

const MAX_PLAN = 50_000;
/** A longer difference says less than the plan itself, which stands beside it. */
const MAX_DIFF = 4_000;

const schema = lazily(() =>
  inputObject({
    plan: textField('The whole plan, in Markdown.'),
    // Part of the input that models know; what is asked of the person here is the plan alone.
    allowedPrompts: z.optional(z.unknown()),
  }),
);

type ExitInput = z.infer<ReturnType<typeof schema>>;

export function createExitPlanModeTool({ mode, reviewer }: { mode: ModeState; reviewer: PlanReviewer }): Tool {
  return defineTool<ExitInput>({
    name: 'ExitPlanMode',
    description:
      'In plan mode: puts your plan before the person, who may change it, and waits. Approved, plan mode ends and you carry the plan out as it then reads. Give steps, files and how you will check the result. Questions go to AskUserQuestion first.',
    schema,
    summarize: ({ plan }) => ({
      verb: 'Presented a plan',
      activeVerb: 'Presenting a plan',
      object: typeof plan === 'string' ? titleOf(plan) : '',
      quiet: false,
    }),
    prepare({ plan }) {
      if (mode.current !== 'plan') {
        throw new ToolError('Plan mode is not on, so there is nothing to approve. Go on with the work itself.');
      }
      if (plan.trim() === '')
        throw new ToolError('The plan is empty. Write down what you are going to do, then call again.');
      if (plan.length > MAX_PLAN) {
        throw new ToolError(
          `The plan has ${plan.length} characters; at most ${MAX_PLAN} fit. Leave out code and details that only matter later.`,
        );
      }
      return {
        access: { kind: 'internal', tool: 'ExitPlanMode' },
        async run(_grant, { signal, record, waiting }) {
          const verdict = await waiting('Approve the plan?', () => reviewer.review(plan, signal));
          if (signal.aborted) return { content: 'Stopped before the plan was decided on.', details: {}, isError: true };
          if (verdict.decision === 'reject') return rejected(verdict);
          mode.set(verdict.mode);
          record({ type: 'mode_changed', mode: verdict.mode });
          return approved(plan, verdict);
        },
      };
    },
  });
}

/** The plan's first heading or line. */
export function titleOf(plan: string): string {
  const line = plan.split('\n').find((text) => /[^\s#*_-]/.test(text)) ?? '';
  return line
    .replace(/^[\s#*_-]+/, '')
    .trim()
    .slice(0, 80);
}

function approved(plan: string, verdict: Extract<PlanVerdict, { decision: 'approve' }>): ToolResult {
  const edits = verdict.mode === 'acceptEdits' ? ' Edits in the workspace are accepted without a question.' : '';
  const start = `The person approved the plan; plan mode is off.${edits}`;
  if (verdict.plan.trim() === plan.trim()) {
    return { content: `${start} Carry it out as you wrote it.`, details: { note: 'Approved', verdict: 'approved' } };
  }
  const { diff, added, removed } = describeChange(plan, verdict.plan);
  const changes = diff !== undefined && diff.length <= MAX_DIFF ? `\n\nWhat they changed:\n${diff}` : '';
  return {
    content: `${start} They changed it first. Carry out this one, not yours:\n\n${verdict.plan}${changes}`,
    details: {
      note: `Approved with your changes (+${added} −${removed})`,
      verdict: 'approved',
      plan: verdict.plan,
    },
  };
}

function rejected({ words, by }: Extract<PlanVerdict, { decision: 'reject' }>): ToolResult {
  if (by === 'nobody') {
    return {
      content:
        'Nobody is there to approve the plan, so the plan is the outcome. Change nothing: end now, and give the whole plan as your answer.',
      details: { note: 'Nobody was there to approve it' },
    };
  }
  if (words) {
    return {
      content: `The person did not approve the plan. They say: ${words}\nPlan mode stays on. Change the plan accordingly and present it again.`,
      details: { note: `Not approved: ${words}`, verdict: 'rejected' },
    };
  }
  return {
    content:
      'The person did not approve the plan and wants to go on planning. Plan mode stays on. Ask what is missing, or end and let them say it.',
    details: { note: 'Not approved', verdict: 'rejected' },
  };
}

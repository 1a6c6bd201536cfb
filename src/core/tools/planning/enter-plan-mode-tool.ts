// EnterPlanMode: from here on the model looks and plans, and changes nothing until the person has approved a plan.
import type * as z from 'zod/mini';
import type { ModeState } from '../../permissions/mode.ts';
import { inputObject, lazily } from '../input-fields.ts';
import { defineTool, type Tool } from '../tool.ts';

const schema = lazily(() => inputObject({}));

type EnterInput = z.infer<ReturnType<typeof schema>>;

export function createEnterPlanModeTool({ mode }: { mode: ModeState }): Tool {
  return defineTool<EnterInput>({
    name: 'EnterPlanMode',
    description:
      'Switches to plan mode: you only look and plan, and present the plan with ExitPlanMode before anything is changed. For work with several ways to do it or large effects; not for small, clear tasks.',
    schema,
    summarize: () => ({
      verb: 'Switched to plan mode',
      activeVerb: 'Switching to plan mode',
      object: '',
      quiet: false,
    }),
    prepare: () => ({
      access: { kind: 'internal', tool: 'EnterPlanMode' },
      async run(_grant, { record }) {
        if (mode.current === 'plan') return { content: 'Plan mode is on already.', details: {} };
        mode.set('plan');
        record({ type: 'mode_changed', mode: 'plan' });
        return { content: 'Plan mode is on.', details: {} };
      },
    }),
  });
}

// What the subagent of a call does: its newest step under the closed row, all kept ones with what they took under the open one.
import type { ToolItem } from '../../src/shared/view-model.ts';
import { shortCost, shortCount } from '../state/short-words.ts';
import { revealHidden } from '../state/visible-text.ts';
import { MiddleText } from './middle-text.tsx';
import { StateMark } from './state-mark.tsx';
import { t, wordOf } from '../l10n.ts';

type Agent = NonNullable<ToolItem['agent']>;

export function AgentSteps({ item, isOpen }: { item: ToolItem; isOpen: boolean }) {
  const { agent } = item;
  if (!agent) return null;
  if (isOpen) return <AllSteps agent={agent} />;
  // Done: the row says so itself.
  const newest = agent.steps.at(-1);
  if (!newest || (newest.state !== 'running' && item.state !== 'running')) return null;
  return (
    <p class="agent-newest">
      <Step {...newest} />
    </p>
  );
}

function AllSteps({ agent }: { agent: Agent }) {
  const { type, steps, earlierSteps, inputTokens, outputTokens, costUsd } = agent;
  const figures = [
    type,
    t('{0} in', shortCount(inputTokens)),
    t('{0} out', shortCount(outputTokens)),
    ...(costUsd === undefined ? [] : [shortCost(costUsd)]),
  ];
  return (
    <div class="agent-steps">
      {earlierSteps > 0 && <p class="agent-earlier">{t('{0} earlier steps', earlierSteps)}</p>}
      <ol aria-label={t('Steps of the agent')}>
        {steps.map((step, index) => (
          <li key={earlierSteps + index} class="agent-step">
            <Step {...step} />
            <StateMark state={step.state} />
          </li>
        ))}
      </ol>
      <p class="agent-figures" dir="auto">
        {figures.join(' · ')}
      </p>
    </div>
  );
}

function Step({ verb, object }: Pick<Agent['steps'][number], 'verb' | 'object'>) {
  return (
    <>
      <span class="verb">{wordOf(verb)}</span>
      <MiddleText class="object" text={revealHidden(object)} />
    </>
  );
}

// What the model asks the person: the choice while it waits, then what was answered.
import type { ToolItem } from '../../src/shared/view-model.ts';
import { t, wordOf } from '../l10n.ts';
import { usePanel } from '../panel-context.ts';
import { revealHidden } from '../state/visible-text.ts';
import { Button } from './controls.tsx';
import { Icon } from './icon.tsx';
import { StateMark } from './state-mark.tsx';

type Question = NonNullable<ToolItem['questions']>[number];

export function QuestionRow({ item, questions }: { item: ToolItem; questions: readonly Question[] }) {
  const panel = usePanel();
  const { waiting } = item;
  return (
    <div class={`row ${waiting ? 'waiting' : ''}`} data-group="" data-state={item.state}>
      <div class="row-line">
        <div class="row-main" data-stop="" tabIndex={-1} role="group" aria-label={t('Question')}>
          <span class="row-icon">
            <Icon name="question" />
          </span>
          <span class="verb">{wordOf(item.verb)}</span>
          <span class="row-end">
            <StateMark state={item.state} />
          </span>
        </div>
      </div>
      <dl class="questions">
        {questions.map((question, index) => (
          <Asked key={index} question={question} ended={waiting ? undefined : (item.note ?? t('Not answered'))} />
        ))}
      </dl>
      {waiting && (
        <div class="waiting-actions">
          <Button primary onClick={() => panel.send({ type: 'showQuestion', requestId: waiting.requestId })}>
            {t('Answer…')}
          </Button>
        </div>
      )}
    </div>
  );
}

interface AskedProps {
  question: Question;
  /** What is said in place of an answer, once none is waited for. */
  ended: string | undefined;
}

function Asked({ question: { question, options, answer }, ended }: AskedProps) {
  return (
    <>
      <dt dir="auto">{revealHidden(question)}</dt>
      {answer && <Answer {...answer} />}
      {!answer && ended !== undefined && <dd class="dim">{revealHidden(ended)}</dd>}
      {!answer &&
        ended === undefined &&
        options.map(({ label, description }) => (
          <dd key={label} class="option" dir="auto">
            {revealHidden(label)}
            <span class="dim"> {revealHidden(description)}</span>
          </dd>
        ))}
    </>
  );
}

function Answer({ chosen, words }: NonNullable<Question['answer']>) {
  const said = [...chosen, ...(words === undefined ? [] : [`“${words}”`])];
  return (
    <>
      {(said.length > 0 ? said : [t('None of the options')]).map((text) => (
        <dd key={text} class="answered">
          <Icon name="check" />
          <span class="sr-only">{t('Your answer:')} </span>
          <span dir="auto">{revealHidden(text)}</span>
        </dd>
      ))}
    </>
  );
}

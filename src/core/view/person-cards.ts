// What a call asks of the person, for a card: the plan that it presents, the questions and what was answered.
import type { DurableEvent } from '../events.ts';
import type { ToolItem } from '../../shared/view-model.ts';

type Questions = NonNullable<ToolItem['questions']>;

/** `item` with what its input asks; models write anything, so what does not fit is left out. */
export function withAsked(item: ToolItem, input: unknown): ToolItem {
  if (item.name === 'ExitPlanMode') {
    const plan = textOf(input, 'plan');
    return plan.trim() === '' ? item : { ...item, plan };
  }
  if (item.name !== 'AskUserQuestion') return item;
  const questions = listOf(input, 'questions').map((question) => ({
    header: textOf(question, 'header'),
    question: textOf(question, 'question'),
    options: listOf(question, 'options').map((option) => ({
      label: textOf(option, 'label'),
      description: textOf(option, 'description'),
    })),
  }));
  return questions.length === 0 ? item : { ...item, questions };
}

/** `item` with the person's verdict or answers. */
export function withAnswered(
  item: ToolItem,
  { details }: Pick<Extract<DurableEvent, { type: 'tool_completed' }>, 'details'>,
): ToolItem {
  const { verdict, plan, answers } = details;
  return {
    ...item,
    ...(verdict === undefined ? {} : { verdict }),
    ...(plan === undefined ? {} : { plan }),
    ...(answers === undefined || !item.questions ? {} : { questions: answered(item.questions, answers) }),
  };
}

function answered(questions: Questions, answers: NonNullable<ToolDetailsAnswers>): Questions {
  return questions.map((question, index) => {
    const answer = answers[index];
    if (!answer) return question;
    const { chosen, words } = answer;
    return { ...question, answer: { chosen: [...chosen], ...(words === undefined ? {} : { words }) } };
  });
}

type ToolDetailsAnswers = Extract<DurableEvent, { type: 'tool_completed' }>['details']['answers'];

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function textOf(value: unknown, name: string): string {
  const text = fieldOf(value, name);
  return typeof text === 'string' ? text : '';
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = fieldOf(value, name);
  return Array.isArray(list) ? list : [];
}

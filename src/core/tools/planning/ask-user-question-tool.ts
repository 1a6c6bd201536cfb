// AskUserQuestion: one to four questions with options, put to the person.
import type * as z from 'zod/mini';
import { inputObject, lazily, optionalFlag, optionalText, textField } from '../input-fields.ts';
import { shownText } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool, type ToolResult } from '../tool.ts';
import { listField } from './list-fields.ts';
import type { PersonAnswer, PersonQuestion, Questioner } from './person-ports.ts';

const MAX_QUESTION = 1_000;
const MAX_LABEL = 100;
const MAX_DESCRIPTION = 1_000;
const MAX_PREVIEW = 10_000;

const schema = lazily(() => {
  const option = inputObject({
    label: textField('A few words.'),
    description: textField('What it means, what it costs.'),
    preview: optionalText('Code or text that shows it.'),
  });
  const question = inputObject({
    question: textField('The whole question.'),
    header: textField('One or two words, e.g. "Storage".'),
    options: listField(option, { least: 2, most: 4, what: 'a list of 2 to 4 options' }),
    multiSelect: optionalFlag('Several may be chosen. Default false.'),
  });
  return inputObject({ questions: listField(question, { least: 1, most: 4, what: 'a list of 1 to 4 questions' }) });
});

type AskInput = z.infer<ReturnType<typeof schema>>;

export function createAskUserQuestionTool({ questioner }: { questioner: Questioner }): Tool {
  return defineTool<AskInput>({
    name: 'AskUserQuestion',
    description:
      'Asks the person to choose, where the task leaves open what only they can decide. Do not ask what you can find out or what has an obvious answer. They may always answer in their own words: give no option for that. Put the one that you advise first.',
    schema,
    summarize: ({ questions }) => ({
      verb: 'Asked',
      activeVerb: 'Asking',
      object: Array.isArray(questions) ? shownText(questions[0]?.question) : '',
      quiet: false,
    }),
    prepare(input) {
      const questions = input.questions.map(({ multiSelect = false, ...question }): PersonQuestion => ({
        ...question,
        multiSelect,
      }));
      questions.forEach(checkQuestion);
      return {
        access: { kind: 'internal', tool: 'AskUserQuestion' },
        async run(_grant, { signal, waiting }) {
          const answers = await waiting(questions[0]?.question ?? 'A question', () =>
            questioner.ask(questions, signal),
          );
          if (answers === undefined) return closed(questions, signal);
          return 'by' in answers ? nobody() : answered(questions, answers);
        },
      };
    },
  });
}

function checkQuestion({ question, header, options }: PersonQuestion, index: number): void {
  const which = `Question ${index + 1}`;
  if (question.trim() === '') throw new ToolError(`${which} is empty. Write out what the person is asked.`);
  checkLength(which, question, MAX_QUESTION);
  checkLength(`The header of question ${index + 1}`, header, MAX_LABEL);
  const labels = new Set<string>();
  for (const { label, description, preview = '' } of options) {
    if (label.trim() === '') throw new ToolError(`${which} has an option without a label. Name each option.`);
    if (labels.has(label)) {
      throw new ToolError(`${which} has two options called ${JSON.stringify(label)}. Give each a label of its own.`);
    }
    labels.add(label);
    checkLength(`A label of question ${index + 1}`, label, MAX_LABEL);
    checkLength(`A description in question ${index + 1}`, description, MAX_DESCRIPTION);
    checkLength(`A preview in question ${index + 1}`, preview, MAX_PREVIEW);
  }
}

function checkLength(what: string, text: string, most: number): void {
  if (text.length <= most) return;
  throw new ToolError(`${what} has ${text.length} characters; at most ${most} fit. Say it shorter.`);
}

function answered(questions: readonly PersonQuestion[], answers: readonly PersonAnswer[]): ToolResult {
  const lines = questions.map(({ question }, index) => `“${question}” ${answerWords(answers[index])}`);
  const note = answers.flatMap(({ chosen, words }) => [...chosen, ...(words === undefined ? [] : [words])]).join(', ');
  return { content: `The person answered:\n${lines.join('\n')}`, details: { note, answers } };
}

function answerWords({ chosen, words }: PersonAnswer = { chosen: [] }): string {
  const parts = [
    ...(chosen.length > 0 ? [chosen.join(', ')] : []),
    ...(words === undefined ? [] : [`in their own words: ${words}`]),
  ];
  return `→ ${parts.join('; ') || 'none of the options'}`;
}

function closed(questions: readonly PersonQuestion[], { aborted }: AbortSignal): ToolResult {
  const asked = questions.map(({ question }) => `“${question}”`).join(' ');
  return {
    content: `The person closed the question without an answer: ${asked} Take that neither for a yes nor for a no. Go on with what does not depend on it, or end and say what you need to know.`,
    details: { note: 'Closed without an answer' },
    ...(aborted ? { isError: true } : {}),
  };
}

function nobody(): ToolResult {
  return {
    content:
      'Nobody is there to answer. Decide by yourself what serves the task best, go on, and say in your answer what you decided and why.',
    details: { note: 'Nobody was there to answer' },
  };
}

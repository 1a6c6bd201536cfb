// Puts a permission question into the words of a native dialog: the whole subject, the facts, and whose words are whose.
import type { PermissionQuestion } from '../core/ports.ts';
import { visibleText } from '../core/permissions/visible-text.ts';
import { t } from '../shared/l10n.ts';

/** A dialog cannot scroll everywhere; what is longer is opened as a document beside it. */
const MAX_SUBJECT = 1500;
const MAX_LINES = 24;
const MAX_PURPOSE = 300;
const MAX_LISTED = 300;

export interface QuestionText {
  readonly message: string;
  readonly detail: string;
  /** The whole subject, when the dialog shows only its beginning and end. */
  readonly whole?: string;
}

export function questionText(question: PermissionQuestion): QuestionText {
  const subject = visibleText(question.subject);
  const long = subject.length > MAX_SUBJECT || subject.split('\n').length > MAX_LINES;
  const parts = [
    long ? shorten(subject) : subject,
    question.facts.map((fact) => `• ${visibleText(fact).replaceAll('\n', ' ⏎ ')}`).join('\n'),
    question.purpose ? t('The model says: “{0}”', oneLine(question.purpose)) : '',
    question.sessionGrant ? t('“Allow for This Session” allows: {0}', visibleText(question.sessionGrant)) : '',
    question.always
      ? t(
          '“Always Allow” saves {0} in {1}',
          question.always.rules.map(visibleText).join(', '),
          visibleText(question.always.file),
        )
      : '',
  ];
  return {
    message: `${visibleText(question.title)}?`,
    detail: parts.filter((part) => part !== '').join('\n\n'),
    ...(long ? { whole: subject } : {}),
  };
}

/** Those that could harm most in front; equal ones in their order. */
export function graveFirst(questions: readonly PermissionQuestion[]): readonly PermissionQuestion[] {
  return questions.toSorted((left, right) => right.risk - left.risk);
}

/** Several that wait side by side, the gravest first. */
export function listText(waiting: readonly PermissionQuestion[]): QuestionText {
  const questions = graveFirst(waiting);
  const texts = questions.map(questionText);
  const brief = questions.map((question, index) => entry(question, clip(visibleText(question.subject)), index));
  const whole = questions.map((question, index) => entry(question, visibleText(question.subject), index));
  const isShort = texts.every((text) => text.whole === undefined) && brief.join('') === whole.join('');
  return {
    message: t('{0} calls wait for your answer, the gravest first', questions.length),
    detail: `${brief.join('\n\n')}${isShort ? '' : `\n\n${t('All of it is open in the editor behind this question.')}`}`,
    ...(isShort ? {} : { whole: whole.join('\n\n') }),
  };
}

function entry(question: PermissionQuestion, subject: string, index: number): string {
  const facts = question.facts.map((fact) => `\n   • ${oneLine(fact)}`).join('');
  return `${index + 1}. ${visibleText(question.title)}: ${subject}${facts}`;
}

function clip(subject: string): string {
  return subject.length > MAX_LISTED
    ? `${subject.slice(0, MAX_LISTED)}… ${t('({0} more)', subject.length - MAX_LISTED)}`
    : subject;
}

function shorten(subject: string): string {
  const half = MAX_SUBJECT / 2;
  const lines = subject.split('\n');
  const head = lines
    .slice(0, MAX_LINES / 2)
    .join('\n')
    .slice(0, half);
  const tail = lines
    .slice(-MAX_LINES / 2)
    .join('\n')
    .slice(-half);
  const left = subject.length - head.length - tail.length;
  const note = `[${t('{0} characters are not shown here. The whole text is open in the editor behind this question: read it there before you allow it.', left)}]`;
  return `${head}\n\n${note}\n\n${tail}`;
}

function oneLine(words: string): string {
  const line = visibleText(words).replaceAll(/\s+/g, ' ').trim();
  return line.length > MAX_PURPOSE ? `${line.slice(0, MAX_PURPOSE)}…` : line;
}

// Puts the model's questions to the person in native quick picks, one after another. Closing one is no answer to any of them.
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { visibleText } from '../core/permissions/visible-text.ts';
import type { PersonAnswer, PersonAnswers, PersonQuestion, Questioner } from '../core/tools/planning/person-ports.ts';
import type { Log } from './log.ts';
import { plainLabel, type QuickQuestions } from './quick-question.ts';
import type { ReadOnlyDocuments } from './read-only-documents.ts';
import { windowAttention, type WindowAttention } from './window-attention.ts';

/** What does not fit into a line of a quick pick is opened as a document behind it. */
const MAX_QUESTION = 90;
const MAX_DESCRIPTION = 110;

interface AnswerItem extends vscode.QuickPickItem {
  /** As the model wrote it; undefined for the person's own words. */
  readonly option: string | undefined;
}

interface Step {
  readonly index: number;
  readonly count: number;
  /** What was answered before the person came back to it. */
  readonly before: PersonAnswer | undefined;
}

export interface QuestionDialogsParts {
  readonly quick: QuickQuestions;
  readonly documents: ReadOnlyDocuments;
  readonly log: Log;
  /** Default: this window's. */
  readonly attention?: WindowAttention;
}

export class QuestionDialogs implements Questioner, vscode.Disposable {
  readonly #parts: QuestionDialogsParts;
  readonly #end = new AbortController();

  constructor(parts: QuestionDialogsParts) {
    this.#parts = parts;
  }

  async ask(questions: readonly PersonQuestion[], signal: AbortSignal): Promise<PersonAnswers> {
    const either = AbortSignal.any([signal, this.#end.signal]);
    try {
      return await this.#parts.quick.inTurn(() => this.#askAll(questions, either));
    } catch (error) {
      this.#parts.log.error('A question could not be shown; it counts as not answered.', error);
      return undefined;
    }
  }

  /** Closes what is up and what waits, without an answer. */
  dispose(): void {
    this.#end.abort();
  }

  async #askAll(questions: readonly PersonQuestion[], signal: AbortSignal): Promise<PersonAnswers> {
    const answers: PersonAnswer[] = [];
    const count = questions.length;
    const { quick, attention = windowAttention } = this.#parts;
    if (!attention.isLookedAt()) {
      const words = vscode.l10n.t('Capstan asks: {0}', plainLine(questions[0]?.question ?? ''));
      void attention.offer(words).then((wanted) => wanted && !signal.aborted && quick.show());
    }
    for (let index = 0; index < count;) {
      const answer = await this.#askOne(questions[index]!, { index, count, before: answers[index] }, signal);
      if (answer === undefined) return undefined;
      if (answer === 'back') {
        index -= 1;
      } else {
        answers[index] = answer;
        index += 1;
      }
    }
    return answers;
  }

  async #askOne(question: PersonQuestion, step: Step, signal: AbortSignal): Promise<PersonAnswer | 'back' | undefined> {
    if (signal.aborted) return undefined;
    const close = await this.#openWhole(question);
    try {
      return await this.#choose(question, step, signal);
    } finally {
      await close();
    }
  }

  async #choose(
    question: PersonQuestion,
    { index, count, before }: Step,
    signal: AbortSignal,
  ): Promise<PersonAnswer | 'back' | undefined> {
    const items = itemsOf(question);
    const frame = { title: plainLine(question.header), step: index + 1, totalSteps: count };
    const placeholder = plainLine(question.question);
    let selected = items.filter(({ option }) =>
      option === undefined ? before?.words !== undefined : before?.chosen.includes(option),
    );
    for (;;) {
      const choice = { ...frame, placeholder, items, selected, many: question.multiSelect, canGoBack: index > 0 };
      const picked = await this.#parts.quick.choose(choice, signal);
      if (picked === undefined || picked === 'back') return picked;
      const chosen = items.flatMap((item) => (item.option !== undefined && picked.includes(item) ? item.option : []));
      if (picked.every(({ option }) => option !== undefined)) return { chosen };
      const box = { ...frame, placeholder: vscode.l10n.t('Your answer'), prompt: placeholder };
      const words = await this.#parts.quick.write(box, signal);
      if (words !== undefined) return { chosen, words };
      if (signal.aborted) return undefined;
      // Leaving the box leads back to the choice.
      selected = [...picked];
    }
  }

  async #openWhole(question: PersonQuestion): Promise<() => Promise<void>> {
    if (fits(question)) return async () => {};
    const uri = this.#parts.documents.put(randomUUID(), 'Capstan asks.txt', wholeText(question));
    const options = { viewColumn: vscode.ViewColumn.Active, preserveFocus: true, preview: true };
    await vscode.window.showTextDocument(uri, options);
    return async () => {
      const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
      const ours = tabs.filter(({ input }) => input instanceof vscode.TabInputText && input.uri.path === uri.path);
      await vscode.window.tabGroups.close(ours, true);
    };
  }
}

function itemsOf({ options, multiSelect }: PersonQuestion): AnswerItem[] {
  return [
    ...options.map(({ label, description }) => ({
      label: plainLine(label),
      detail: plainLine(description),
      option: label,
    })),
    {
      label: vscode.l10n.t('Other…'),
      detail: multiSelect
        ? vscode.l10n.t('Add an answer in your own words.')
        : vscode.l10n.t('Answer in your own words.'),
      option: undefined,
      alwaysShow: true,
    },
  ];
}

function plainLine(text: string): string {
  return plainLabel(visibleText(text));
}

function fits({ question, options }: PersonQuestion): boolean {
  if (question.length > MAX_QUESTION || question.includes('\n')) return false;
  return options.every(({ description, preview }) => preview === undefined && description.length <= MAX_DESCRIPTION);
}

function wholeText({ question, options }: PersonQuestion): string {
  const parts = options.map(({ label, description, preview }) =>
    [label, description, ...(preview === undefined ? [] : ['', preview])].map(visibleText).join('\n'),
  );
  return [visibleText(question), ...parts].join('\n\n────────\n\n');
}

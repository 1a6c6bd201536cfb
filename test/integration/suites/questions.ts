import { after, afterEach, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { PersonAnswers, PersonQuestion } from '../../../src/core/tools/planning/person-ports.ts';
import { Log } from '../../../src/host/log.ts';
import { QuestionDialogs } from '../../../src/host/question-dialogs.ts';
import { READING_MS } from '../../../src/host/ask-until-read.ts';
import { QuickQuestions } from '../../../src/host/quick-question.ts';
import { ReadOnlyDocuments } from '../../../src/host/read-only-documents.ts';
import { ORIGINAL_SCHEME } from '../../../src/shared/contributions.ts';
import { createAttention } from '../attention.ts';
import { activated, until } from '../editor.ts';
import { answerInput, CLOSE } from '../quick-inputs.ts';

const run = (command: string) => vscode.commands.executeCommand(command);
const accept = () => run('workbench.action.acceptSelectedQuickOpenItem');
const next = () => run('workbench.action.quickOpenSelectNext');
const close = () => run('workbench.action.closeQuickOpen');

const option = (label: string) => ({ label, description: `About ${label}` });
const storage: PersonQuestion = {
  question: 'Where is it kept?',
  header: 'Storage',
  options: [option('File'), option('Database')],
  multiSelect: false,
};
const format: PersonQuestion = {
  question: 'In which format?',
  header: 'Format',
  options: [option('JSON'), option('$(trash) YAML')],
  multiSelect: false,
};

describe('questions to the person', () => {
  const attention = createAttention();
  let time = 0;
  let quick: QuickQuestions;
  let dialogs: QuestionDialogs;
  let log: Log;
  let provider: vscode.Disposable;
  let abort = new AbortController();

  before(async () => {
    await activated();
    quick = new QuickQuestions(() => time);
    log = new Log();
    const documents = new ReadOnlyDocuments();
    // Asked after the extension's own, which does not know these documents.
    provider = vscode.workspace.registerTextDocumentContentProvider(ORIGINAL_SCHEME, documents);
    dialogs = new QuestionDialogs({ quick, documents, log, attention: attention.port });
  });
  after(() => provider.dispose());
  afterEach(async () => {
    abort.abort();
    abort = new AbortController();
    await until('no question is up', () => !quick.show());
  });

  const ask = (...questions: PersonQuestion[]) => {
    let answers: PersonAnswers | 'none yet' = 'none yet';
    const done = dialogs.ask(questions, abort.signal).then((given) => (answers = given));
    return { done, now: () => answers };
  };
  /** Until the question is up, and long enough for a yes to be meant. */
  const read = async () => {
    await until('a question is up', () => quick.show());
    time += READING_MS;
  };

  it('take the chosen option of each, in order', async () => {
    const { done } = ask(storage, format);
    await read();
    await next();
    await accept();
    await read();
    await next();
    await accept();
    assert.deepEqual(await done, [{ chosen: ['Database'] }, { chosen: ['$(trash) YAML'] }]);
  });

  it('tell a person who looks elsewhere, and come to the front when they press the button', async () => {
    attention.look(false);
    const { done } = ask(storage);
    await attention.offered();
    assert.equal(attention.words.at(-1), 'Capstan asks: Where is it kept?');
    attention.press();
    attention.look(true);
    await read();
    await accept();
    assert.deepEqual(await done, [{ chosen: ['File'] }]);
  });

  it('do not take a key that was on its way', async () => {
    const { now } = ask(storage);
    await until('a question is up', () => quick.show());
    await accept();
    await sleep(200);
    assert.equal(now(), 'none yet');
    assert.ok(quick.show());
  });

  it('are closed without an answer', async () => {
    const { done } = ask(storage, format);
    await read();
    await accept();
    await read();
    await close();
    assert.equal(await done, undefined);
  });

  it('lead from the box for own words back to the choice', async () => {
    const { done, now } = ask(storage);
    await read();
    await next();
    await next();
    await accept();
    await answerInput(CLOSE);
    await read();
    assert.equal(now(), 'none yet');
    await next();
    await accept();
    // The choice begins where it was left: after "Other…" comes the first.
    assert.deepEqual(await done, [{ chosen: ['File'] }]);
  });

  it('take nothing from a choice of several in which nothing is chosen', async () => {
    const { now } = ask({ ...storage, multiSelect: true });
    await read();
    await accept();
    await sleep(200);
    assert.equal(now(), 'none yet');
  });

  it('wait for each other, and end unanswered when they are stopped', async () => {
    const first = ask(storage);
    const second = ask(format);
    await read();
    await accept();
    assert.deepEqual(await first.done, [{ chosen: ['File'] }]);
    await read();
    assert.equal(second.now(), 'none yet');
    abort.abort();
    assert.equal(await second.done, undefined);
    assert.equal(await dialogs.ask([storage], abort.signal), undefined);
  });

  it('open what does not fit as a document, which goes with them', async () => {
    const preview = 'line one\nline two';
    const { done } = ask({ ...storage, options: [{ ...option('File'), preview }, option('Database')] });
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
    await until('the document', () => tabs().includes('Capstan asks.txt'));
    await read();
    await accept();
    assert.deepEqual(await done, [{ chosen: ['File'] }]);
    assert.ok(!tabs().includes('Capstan asks.txt'));
  });

  it('end unanswered with the dialogs', async () => {
    const others = new QuestionDialogs({ quick, documents: new ReadOnlyDocuments(), log });
    const asked = others.ask([storage], abort.signal);
    await until('a question is up', () => quick.show());
    others.dispose();
    assert.equal(await asked, undefined);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseToolInput } from '../../../src/core/engine/tool-input.ts';
import { createAskUserQuestionTool } from '../../../src/core/tools/planning/ask-user-question-tool.ts';
import type { PersonAnswers, PersonQuestion } from '../../../src/core/tools/planning/person-ports.ts';
import { absentQuestioner } from '../../../src/headless/nobody-plans.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { ToolBench, textOf } from '../../support/memory/tool-bench.ts';

const option = (label: string, description = 'Some words') => ({ label, description });
const storage = {
  question: 'Where is it kept?',
  header: 'Storage',
  options: [option('File'), option('Database')],
};

function benchOf(answers: PersonAnswers) {
  const asked: (readonly PersonQuestion[])[] = [];
  const questioner = {
    ask: async (questions: readonly PersonQuestion[]) => {
      asked.push(questions);
      return answers;
    },
  };
  const tools = [createAskUserQuestionTool({ questioner })];
  return { asked, bench: new ToolBench({ files: new MemoryFileSystem(), tools }) };
}

describe('AskUserQuestion', () => {
  it('says in one sentence what does not fit', () => {
    const tool = createAskUserQuestionTool({ questioner: absentQuestioner });
    const said = (input: unknown) => {
      const parsed = parseToolInput(tool, input, undefined);
      assert.ok(!parsed.ok);
      return parsed.message;
    };
    assert.match(said({ questions: [] }), /questions: must be a list of 1 to 4 questions\./);
    assert.match(said({ questions: Array.from({ length: 5 }, () => storage) }), /must be a list of 1 to 4 questions/);
    assert.match(said({ questions: [{ ...storage, options: [option('One')] }] }), /must be a list of 2 to 4 options/);
    assert.match(said({ questions: [{ ...storage, multiSelect: 'no' }] }), /multiSelect: must be true or false/);
    assert.match(said({ questions: [{ ...storage, options: undefined }] }), /questions\.0\.options: is missing/);
  });

  it('asks nothing that cannot be answered', async () => {
    const { bench, asked } = benchOf([]);
    const ask = (question: object) => bench.call('AskUserQuestion', { questions: [{ ...storage, ...question }] });
    await assert.rejects(ask({ question: ' ' }), /Question 1 is empty\. Write out/);
    await assert.rejects(ask({ options: [option('A'), option('A')] }), /two options called "A"\. Give each a label/);
    await assert.rejects(ask({ options: [option('A'), option(' ')] }), /an option without a label/);
    await assert.rejects(ask({ question: 'x'.repeat(1_001) }), /Question 1 has 1001 characters; at most 1000 fit/);
    await assert.rejects(
      ask({ options: [option('A'), option('B', 'x'.repeat(1_001))] }),
      /A description in question 1/,
    );
    assert.deepEqual(asked, []);
  });

  it('tells the model what was chosen and what was said', async () => {
    const { bench, asked } = benchOf([{ chosen: ['File'] }, { chosen: ['A', 'B'], words: 'and C' }, { chosen: [] }]);
    const many = { question: 'Which?', header: 'Kinds', options: [option('A'), option('B')], multiSelect: true };
    const result = await bench.call('AskUserQuestion', { questions: [storage, many, many] });
    assert.equal(
      textOf(result),
      'The person answered:\n“Where is it kept?” → File\n“Which?” → A, B; in their own words: and C\n“Which?” → none of the options',
    );
    assert.equal(result.details.note, 'File, A, B, and C');
    assert.deepEqual(asked[0]?.[0], { ...storage, multiSelect: false });
    assert.deepEqual(bench.person.questions, []);
  });

  it('takes a closed question neither for a yes nor for a no', async () => {
    const { bench } = benchOf(undefined);
    const result = await bench.call('AskUserQuestion', { questions: [storage] });
    assert.match(textOf(result), /^The person closed the question without an answer: “Where is it kept\?” Take that/);
    assert.equal(result.isError, undefined);
  });

  it('is interrupted when the turn is stopped meanwhile', async () => {
    const stop = new AbortController();
    const questioner = {
      ask: async () => {
        stop.abort();
        return undefined;
      },
    };
    const tools = [createAskUserQuestionTool({ questioner })];
    const bench = new ToolBench({ files: new MemoryFileSystem(), tools });
    const result = await bench.call('AskUserQuestion', { questions: [storage] }, stop.signal);
    assert.equal(result.isError, true);
  });

  it('lets the model decide where nobody is there, and say so', async () => {
    const tools = [createAskUserQuestionTool({ questioner: absentQuestioner })];
    const bench = new ToolBench({ files: new MemoryFileSystem(), tools });
    assert.match(
      await bench.text('AskUserQuestion', { questions: [storage] }),
      /^Nobody is there to answer\. Decide by/,
    );
  });
});

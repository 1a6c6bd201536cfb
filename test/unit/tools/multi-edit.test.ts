import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseToolInput } from '../../../src/core/engine/tool-input.ts';
import { createFileState } from '../../../src/core/tools/files/file-state.ts';
import { createMultiEditTool } from '../../../src/core/tools/files/multi-edit-tool.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { rulesOf, textOf, ToolBench } from '../../support/memory/tool-bench.ts';

const FILE = '/project/src/cart.js';

type Step = readonly [old: string, fresh: string, all?: boolean];

const call = (...steps: readonly Step[]): object => ({
  file_path: 'src/cart.js',
  edits: steps.map(([old_string, new_string, replace_all]) => ({
    old_string,
    new_string,
    ...(replace_all === undefined ? {} : { replace_all }),
  })),
});

function benchWith(text?: string): { files: MemoryFileSystem; bench: ToolBench } {
  const files = new MemoryFileSystem(text === undefined ? { '/project/src/other.js': '' } : { [FILE]: text });
  const tools = [createMultiEditTool({ files, fileState: createFileState() })];
  return { files, bench: new ToolBench({ files, tools, rules: () => rulesOf({ allow: ['Edit'] }) }) };
}

describe('MultiEdit', () => {
  it('says in a sentence what is wrong with its input', () => {
    const { bench } = benchWith('a\n');
    const problem = (input: unknown): string => {
      const parsed = parseToolInput(bench.tools.get('MultiEdit')!, input, undefined);
      return parsed.ok ? '' : parsed.message.replace(/^The input of MultiEdit does not fit: (.*)\. Nothing.*$/, '$1');
    };
    const one = { old_string: 'a', new_string: 'b' };
    assert.equal(problem({ file_path: 'a' }), 'edits: is missing');
    assert.equal(problem({ file_path: 'a', edits: one }), 'edits: must be a list of edits');
    assert.equal(problem({ file_path: 'a', edits: [] }), 'edits: is empty: give at least one edit');
    assert.equal(
      problem({ file_path: 'a', edits: Array.from({ length: 1_001 }, () => one) }),
      'edits: holds more than 1000 edits: make several calls, or Write the file',
    );
    assert.equal(
      problem({ file_path: 'a', edits: [one, { old_string: 3 }] }),
      'edits.1.old_string: must be text, not 3; edits.1.new_string: is missing',
    );
    assert.match(
      problem({ file_path: 'a', edits: [{ ...one, all: true }] }),
      /^edits\.0: there is no field all; the fields are /,
    );
  });

  it('makes the edits in order, each on the outcome of the one before', async () => {
    const { files, bench } = benchWith('one\ntwo\nthree\n');
    const told = await bench.text('MultiEdit', call(['two', '2\nhalf'], ['half\nthree', '3'], ['one', '1']));
    assert.equal(files.texts.get(FILE), '1\n2\n3\n');
    assert.equal(told, 'Made 3 edits in src/cart.js, the first change at line 1 (+3 -3).');
  });

  it('makes none when one fails, and names that one and why', async () => {
    const text = 'one\ntwo\ntwo\nlast\n';
    const cases: readonly (readonly [Step, RegExp])[] = [
      [
        ['three', 'x'],
        /^Error: Edit 2 of 3 failed, so none was made: old_string was not found in \/project\/src\/cart\.js\./,
      ],
      [
        ['two', 'x'],
        /Edit 2 of 3 failed, so none was made: old_string occurs 2 times in .* \(lines 2, 3\)\. Take in more/,
      ],
      [
        ['x', 'x'],
        /Edit 2 of 3 failed, so none was made: old_string and new_string are the same, so there is nothing to change\.$/,
      ],
      [['', 'x'], /Edit 2 of 3 failed, so none was made: old_string is empty\. Give the text to replace\.$/],
      [
        ['x', 'y'.repeat(10_000_001)],
        /Edit 2 of 3 failed, so none was made: new_string has 10,000,001 characters, and at most 10,000,000 are taken/,
      ],
      [
        ['one', 'x'],
        /not found.*It was there before the edits ahead of it in this call: match the text as they leave it\.$/s,
      ],
    ];
    for (const [step, words] of cases) {
      const { files, bench } = benchWith(text);
      await assert.rejects(
        bench.call('MultiEdit', call(['one', 'ONE'], step, ['last', 'LAST'])).catch((error: Error) => {
          throw new Error(error.message);
        }),
        words,
      );
      assert.equal(files.texts.get(FILE), text);
    }
  });

  it('says so when the edits together change nothing', async () => {
    const { bench } = benchWith('a\n');
    await assert.rejects(
      bench.call('MultiEdit', call(['a', 'b'], ['b', 'a'])),
      /cart\.js reads just the same after these edits\. There is nothing to change\./,
    );
  });

  it('tells of each edit what was overlooked and how often it replaced', async () => {
    const { files, bench } = benchWith('a  \r\nb\r\nc\r\nc\r\n');
    const told = await bench.text('MultiEdit', call(['a\nb', 'A\nB'], ['c', 'C', true]));
    assert.match(told, /^Edit 1: old_string differed from the file in line endings or trailing blanks/m);
    assert.match(told, /^Edit 2: 2 occurrences were replaced\.$/m);
    assert.equal(files.texts.get(FILE), 'A\r\nB\r\nC\r\nC\r\n');
  });

  it('remembers the line endings of the file where an edit takes the last of them away', async () => {
    const { files, bench } = benchWith('a\r\nb\r\n');
    await bench.call('MultiEdit', call(['a\nb\n', 'x'], ['x', 'a\nB\n']));
    assert.equal(files.texts.get(FILE), 'a\r\nB\r\n');
  });

  it('makes a new file when its first edit has no old text, and only then', async () => {
    const { files, bench } = benchWith();
    await assert.rejects(bench.call('MultiEdit', call(['a', 'b'])), /cart\.js does not exist/);
    const told = await bench.text('MultiEdit', call(['', 'a\nb\n'], ['b', 'B']));
    assert.match(told, /^Made 2 edits in src\/cart\.js.*\nThe file is new\.$/);
    assert.equal(files.texts.get(FILE), 'a\nB\n');
    await assert.rejects(
      bench.call('MultiEdit', call(['', 'x'], ['a', 'b'])),
      /Edit 1 of 2 failed.*old_string is empty, but .* is not/,
    );
  });

  it('shows the person all of the edits as one change', async () => {
    const files = new MemoryFileSystem({ [FILE]: 'a\nb\n' });
    const bench = new ToolBench({ files, tools: [createMultiEditTool({ files, fileState: createFileState() })] });
    bench.person.verdicts.push(({ after }) => ({ decision: 'accept', after }));
    const result = await bench.call('MultiEdit', call(['a', 'A'], ['b', 'B']));
    assert.deepEqual(
      bench.person.proposals.map(({ before, after }) => [before, after]),
      [['a\nb\n', 'A\nB\n']],
    );
    assert.equal(textOf(result), 'Made 2 edits in src/cart.js, the first change at line 1 (+2 -2).');
    assert.equal(result.details.diff, '@@ -1,2 +1,2 @@\n-a\n-b\n+A\n+B');
  });
});

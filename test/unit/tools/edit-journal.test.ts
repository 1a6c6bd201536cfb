// Which edits are told to the journal of what lands unseen, and when.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FileError } from '../../../src/core/ports.ts';
import type { EditJournal } from '../../../src/core/review/edit-journal.ts';
import { createTools } from '../../../src/core/tools/create-tools.ts';
import { MemoryLanguageServices, MemoryTasks } from '../../support/memory/memory-editor.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { rulesOf, ToolBench } from '../../support/memory/tool-bench.ts';

const FILE = '/project/a.txt';

function benchWith(allow: readonly string[]) {
  const files = new MemoryFileSystem({ [FILE]: 'one\ntwo\n' });
  const language = new MemoryLanguageServices();
  const told: unknown[] = [];
  const edits: EditJournal = {
    async landing({ path, before, after }) {
      told.push(['landing', path, before, after, files.texts.get(path)]);
      return async (written) => void told.push(['landed', written, files.texts.get(path)]);
    },
  };
  const editor = { language, tasks: new MemoryTasks(), extensions: { list: () => [] } as never };
  const tools = createTools({ files, workspace: ['/project'], edits, editor });
  return { files, told, language, bench: new ToolBench({ files, tools, rules: () => rulesOf({ allow }) }) };
}

const edit = { file_path: 'a.txt', old_string: 'one', new_string: 'ONE' };

describe('the journal of edits that land unseen', () => {
  it('is told before the write and after it, with what stood and stands there', async () => {
    const { bench, told } = benchWith(['Edit']);
    await bench.call('Edit', edit);
    assert.deepEqual(told, [
      ['landing', FILE, 'one\ntwo\n', 'ONE\ntwo\n', 'one\ntwo\n'],
      ['landed', 'ONE\ntwo\n', 'ONE\ntwo\n'],
    ]);
    told.length = 0;
    await bench.call('Write', { file_path: 'new.txt', content: 'x\n' });
    assert.deepEqual(told, [
      ['landing', '/project/new.txt', undefined, 'x\n', undefined],
      ['landed', 'x\n', 'x\n'],
    ]);
  });

  it('is told when the write fails', async () => {
    const { bench, told, files } = benchWith(['Edit']);
    files.writeText = async () => {
      throw new FileError('no_space', 'The disk is full.');
    };
    await assert.rejects(bench.call('Edit', edit), /disk is full/);
    assert.deepEqual(told.at(-1), ['landed', undefined, 'one\ntwo\n']);
  });

  it('is not told of what the person has accepted in its review, but of what their yes covers after it', async () => {
    const { bench, told } = benchWith([]);
    bench.person.verdicts.push({ decision: 'accept', after: 'ONE\ntwo\n', forSession: true });
    await bench.call('Edit', edit);
    assert.deepEqual(told, []);
    await bench.call('Edit', { ...edit, old_string: 'two', new_string: 'TWO' });
    assert.equal(told.length, 2);
  });

  it('is told of each file that a rename changes, as long as nobody has seen it', async () => {
    const { bench, told, language } = benchWith(['Rename', 'Edit(a.txt)']);
    language.plan = { files: [{ path: FILE, before: 'one\ntwo\n', after: 'ONE\ntwo\n', count: 1 }], beyond: [] };
    await bench.call('Rename', { file_path: 'a.txt', line: 1, symbol: 'one', new_name: 'ONE' });
    assert.deepEqual(
      told.map((one) => (one as string[]).slice(0, 2)),
      [
        ['landing', FILE],
        ['landed', 'ONE\ntwo\n'],
      ],
    );
  });
});

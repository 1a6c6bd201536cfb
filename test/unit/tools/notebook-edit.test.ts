import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createFileState } from '../../../src/core/tools/files/file-state.ts';
import type { CellEdit } from '../../../src/core/tools/files/notebook.ts';
import { createNotebookEditTool, type OpenNotebooks } from '../../../src/core/tools/files/notebook-edit-tool.ts';
import { createReadTool } from '../../../src/core/tools/files/read-tool.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { rulesOf, ToolBench } from '../../support/memory/tool-bench.ts';

const notebook = (...sources: string[]): string =>
  `${JSON.stringify(
    {
      cells: sources.map((source, index) => ({
        cell_type: 'code',
        execution_count: null,
        id: `id${index}`,
        metadata: {},
        outputs: [],
        source: [source],
      })),
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    },
    undefined,
    1,
  )}\n`;

const edit = (fields: object = {}): object => ({
  notebook_path: 'a.ipynb',
  cell_id: 'id1',
  new_source: 'new',
  ...fields,
});

function benchOn(text: string, options: { notebooks?: OpenNotebooks; allow?: readonly string[] } = {}) {
  const { notebooks, allow = ['Edit'] } = options;
  const files = new MemoryFileSystem({ '/project/a.ipynb': text });
  const ports = { files, fileState: createFileState(), ...(notebooks ? { notebooks } : {}) };
  const tools = [createReadTool(ports), createNotebookEditTool(ports)];
  return { files, bench: new ToolBench({ files, tools, rules: () => rulesOf({ allow }) }) };
}

async function readBench(...given: Parameters<typeof benchOn>) {
  const made = benchOn(...given);
  await made.bench.call('Read', { file_path: 'a.ipynb' });
  return { ...made, text: () => made.files.texts.get('/project/a.ipynb') };
}

describe('NotebookEdit', () => {
  it('refuses what it cannot mean, and leaves the file as it is', async () => {
    const { bench, files, text } = await readBench(notebook('a', 'b'));
    files.put('/project/a.txt', '');
    for (const [fields, words] of [
      [{ notebook_path: 'a.txt' }, /is not a notebook \(\.ipynb\)\. Use Edit/],
      [{ notebook_path: 'b.ipynb' }, /does not exist.*nearest names are: a\.ipynb.*made with Write/],
      [{ cell_id: undefined }, /cell_id is missing: replace needs/],
      [{ cell_id: undefined, edit_mode: 'delete' }, /cell_id is missing: delete needs/],
      [{ cell_id: 'id9' }, /has no cell "id9"\. Its cells are: id0, id1\./],
      [{ cell_id: 'cell-2' }, /has no cell "cell-2"/],
      [{ edit_mode: 'insert' }, /cell_type is missing/],
      [{ new_source: 'b' }, /Cell id1 already reads like this/],
    ] as const) {
      await assert.rejects(bench.call('NotebookEdit', edit(fields)), words);
    }
    assert.equal(text(), notebook('a', 'b'));
  });

  it('refuses what the model has not seen as it is now', async () => {
    const unread = benchOn(notebook('a', 'b'));
    await assert.rejects(unread.bench.call('NotebookEdit', edit()), /have not read/);
    const { bench, files, text } = await readBench(notebook('a', 'b'));
    files.put('/project/a.ipynb', notebook('a', 'c'));
    await assert.rejects(bench.call('NotebookEdit', edit()), /changed since you last read it/);
    assert.equal(text(), notebook('a', 'c'));
  });

  it('refuses what is no notebook, or one that JSON makes ambiguous', async () => {
    const broken = await readBench('{');
    await assert.rejects(
      broken.bench.call('NotebookEdit', edit()),
      /cannot be edited as a notebook: it is not valid JSON/,
    );
    const none = await readBench('{"cells": []}');
    await assert.rejects(none.bench.call('NotebookEdit', edit()), /has no cells at all: insert one/);
    const cell = '{"cell_type": "code", "source": "a"}';
    const twice = await readBench(`{"cells": [${cell}], "cells": [${cell}, ${cell}]}`);
    await assert.rejects(twice.bench.call('NotebookEdit', edit({ cell_id: 'cell-0' })), /too unusual to edit/);
  });

  it('replaces, inserts and deletes a cell, one after the other', async () => {
    const { bench, text } = await readBench(notebook('a', 'b'));
    assert.equal(await bench.text('NotebookEdit', edit()), 'Replaced cell id1 in a.ipynb (+1 -1).');
    assert.equal(text(), notebook('a', 'new'));
    const done = await bench.text('NotebookEdit', edit({ edit_mode: 'insert', cell_type: 'markdown' }));
    const id = /^Inserted cell (\w{8}) in a\.ipynb \(\+8 -0\)\.$/.exec(done)![1]!;
    assert.equal(
      await bench.text('NotebookEdit', edit({ cell_id: id, edit_mode: 'delete' })),
      `Deleted cell ${id} in a.ipynb (+0 -8).`,
    );
    assert.equal(text(), notebook('a', 'new'));
    await bench.call('NotebookEdit', edit({ cell_id: undefined, edit_mode: 'insert', cell_type: 'code' }));
    assert.match(
      await bench.text('Read', { file_path: 'a.ipynb' }),
      /\[cell \w+: code\]\nnew\n\n\[cell id0: code\]\na/,
    );
  });

  it('shows the person the text, and writes what they made of it', async () => {
    const { bench, text } = await readBench(notebook('a', 'b'), { allow: [] });
    bench.person.verdicts.push(({ after }) => ({ decision: 'accept', after: after.replace('"new"', '"mine"') }));
    assert.match(await bench.text('NotebookEdit', edit()), /The person changed your proposal/);
    assert.equal(bench.person.proposals[0]?.before, notebook('a', 'b'));
    assert.equal(bench.person.proposals[0]?.after, notebook('a', 'new'));
    assert.equal(text(), notebook('a', 'mine'));
  });

  describe('of a notebook that is open in an editor', () => {
    function opened(state: 'saved' | 'unsaved', takes = true) {
      const edits: CellEdit[] = [];
      const notebooks: OpenNotebooks = {
        state: async () => state,
        edit: async (_, change, before) => {
          edits.push(change);
          assert.equal(before?.source, 'b');
          return takes;
        },
      };
      return { edits, notebooks };
    }

    it('goes through that editor', async () => {
      const { edits, notebooks } = opened('saved');
      const { bench, text } = await readBench(notebook('a', 'b'), { notebooks });
      assert.equal(
        await bench.text('NotebookEdit', edit()),
        'Replaced cell id1 in a.ipynb (+1 -1).\nThe change went through the open notebook and was saved.',
      );
      assert.deepEqual(edits, [{ mode: 'replace', index: 1, source: 'new', kind: 'code' }]);
      assert.equal(text(), notebook('a', 'b'));
    });

    it('says that it has unsaved changes, and that it reads differently', async () => {
      const { notebooks } = opened('unsaved');
      const { bench } = await readBench(notebook('a', 'b'), { notebooks });
      assert.match(
        await bench.text('NotebookEdit', edit()),
        /which has unsaved changes; the file on disk is as it was/,
      );
      const { content } = await bench.call('Read', { file_path: 'a.ipynb' });
      assert.match(JSON.stringify(content), /An editor holds unsaved changes to this notebook/);
      const refusing = await readBench(notebook('a', 'b'), opened('saved', false));
      await assert.rejects(
        refusing.bench.call('NotebookEdit', edit()),
        /open in an editor, where it reads differently/,
      );
    });

    it('is written to the file where the person changed the text, unless that loses unsaved changes', async () => {
      for (const state of ['saved', 'unsaved'] as const) {
        const { edits, notebooks } = opened(state);
        const { bench, text } = await readBench(notebook('a', 'b'), { notebooks, allow: [] });
        bench.person.verdicts.push(({ after }) => ({ decision: 'accept', after: after.replace('"new"', '"mine"') }));
        if (state === 'saved') await bench.call('NotebookEdit', edit());
        else await assert.rejects(bench.call('NotebookEdit', edit()), /was not written\. Ask them to save/);
        assert.equal(text(), state === 'saved' ? notebook('a', 'mine') : notebook('a', 'b'));
        assert.deepEqual(edits, []);
      }
    });
  });
});

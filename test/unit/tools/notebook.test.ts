import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  editNotebook,
  findCell,
  newCellId,
  NotebookProblem,
  parseNotebook,
  type CellKind,
} from '../../../src/core/tools/files/notebook.ts';

const lines = (source: string): string[] => source.match(/[^\n]*\n|[^\n]+$/g) ?? [];

interface Wanted {
  readonly kind: CellKind;
  readonly source: string;
}

/** As Jupyter writes it: sorted keys, one space. */
function jupyter(
  cells: readonly Wanted[],
  { minor = 5, indent = ' ', eol = '\n' }: { minor?: number; indent?: string; eol?: string } = {},
): string {
  const notebook = {
    cells: cells.map(({ kind, source }, index) => ({
      cell_type: kind,
      ...(kind === 'code' ? { execution_count: index } : {}),
      ...(minor >= 5 ? { id: `id${index}` } : {}),
      metadata: { tags: ['a'] },
      ...(kind === 'code' ? { outputs: [{ name: 'stdout', output_type: 'stream', text: ['1\n'] }] } : {}),
      source: lines(source),
    })),
    metadata: { kernelspec: { language: 'python' }, unknown: 1 },
    nbformat: 4,
    nbformat_minor: minor,
  };
  return `${JSON.stringify(notebook, undefined, indent).replaceAll('\n', eol)}${indent === '' ? '' : eol}`;
}

const two: readonly Wanted[] = [
  { kind: 'markdown', source: '# Title' },
  { kind: 'code', source: 'x = 1\nprint(x)\n' },
];

describe('a notebook', () => {
  it('that is none says why', () => {
    for (const [text, words] of [
      ['{', /not valid JSON/],
      ['[]', /no JSON object/],
      ['{}', /no list of cells/],
      ['{"worksheets": []}', /old format/],
      ['{"cells": [1]}', /cell 1 is no object/],
      ['{"cells": [{"cell_type": "poem", "source": ""}]}', /cell 1 is of no known type/],
      ['{"cells": [{"cell_type": "code", "source": [1]}]}', /cell 1 has no source/],
    ] as const) {
      assert.throws(
        () => parseNotebook(text),
        (error) => error instanceof NotebookProblem && words.test(error.message),
      );
    }
  });

  it('names its cells by their ids, or counts them', () => {
    const withIds = parseNotebook(jupyter(two));
    assert.deepEqual(
      withIds.cells.map(({ id }) => id),
      ['id0', 'id1'],
    );
    assert.equal(withIds.language, 'python');
    assert.deepEqual(
      [findCell(withIds, 'id1'), findCell(withIds, 'cell-1'), findCell(withIds, 'cell-2')],
      [1, 1, undefined],
    );
    const without = parseNotebook(jupyter(two, { minor: 4 }));
    assert.deepEqual(
      without.cells.map(({ id }) => id),
      ['cell-0', 'cell-1'],
    );
    assert.equal(findCell(without, 'id0'), undefined);
    assert.equal(newCellId(jupyter(two, { minor: 4 }), 'x'), undefined);
    assert.match(newCellId(jupyter(two), 'x')!, /^[0-9a-f]{8}$/);
  });

  it('changes only in the source that is replaced', async () => {
    const text = jupyter(two);
    const after = await editNotebook(text, { mode: 'replace', index: 1, source: 'y = 2', kind: 'code' });
    assert.equal(after, text.replace('"x = 1\\n",\n    "print(x)\\n"', '"y = 2"'));
    const asString = '{"cells": [{"cell_type": "code", "outputs": [], "source": "x", "x": 1.0}], "nbformat": 4}';
    const changed = await editNotebook(asString, { mode: 'replace', index: 0, source: 'a\nb', kind: 'code' });
    assert.equal(changed, asString.replace('"x"', '"a\\nb"'));
    const windows = jupyter(two, { indent: '\t', eol: '\r\n' });
    const edited = await editNotebook(windows, { mode: 'replace', index: 0, source: '# A\n\nB', kind: 'markdown' });
    const indent = '\r\n\t\t\t\t';
    assert.equal(edited, windows.replace('"# Title"', `"# A\\n",${indent}"\\n",${indent}"B"`));
  });

  it('gives a new cell the form that its neighbours have', async () => {
    const text = jupyter(two);
    const after = await editNotebook(text, { mode: 'insert', index: 1, source: 'a\nb', kind: 'code', id: 'new' });
    const cell = `{
   "cell_type": "code",
   "execution_count": null,
   "id": "new",
   "metadata": {},
   "outputs": [],
   "source": [
    "a\\n",
    "b"
   ]
  },
  `;
    const second = text.indexOf('{\n   "cell_type": "code"');
    assert.equal(after, text.slice(0, second) + cell + text.slice(second));
    const empty = '{\n "cells": [],\n "nbformat": 4\n}\n';
    const first = await editNotebook(empty, { mode: 'insert', index: 0, source: 'a', kind: 'markdown', id: undefined });
    assert.equal(
      first,
      `${JSON.stringify({ cells: [{ cell_type: 'markdown', metadata: {}, source: ['a'] }], nbformat: 4 }, undefined, 1)}\n`,
    );
  });

  it('becomes what another kind of cell has', async () => {
    const text = jupyter(two);
    const asText = JSON.parse(await editNotebook(text, { mode: 'replace', index: 1, source: 'x', kind: 'markdown' }));
    assert.deepEqual(asText.cells[1], { cell_type: 'markdown', id: 'id1', metadata: { tags: ['a'] }, source: ['x'] });
    const asCode = JSON.parse(await editNotebook(text, { mode: 'replace', index: 0, source: '# Title', kind: 'code' }));
    assert.deepEqual(Object.entries(asCode.cells[0]), [
      ['cell_type', 'code'],
      ['id', 'id0'],
      ['metadata', { tags: ['a'] }],
      ['execution_count', null],
      ['outputs', []],
      ['source', ['# Title']],
    ]);
    const odd = '{"cells":[{"outputs":[],"execution_count":1,"cell_type":"code","source":"x"}]}';
    const raw = await editNotebook(odd, { mode: 'replace', index: 0, source: 'x', kind: 'raw' });
    assert.equal(raw, '{"cells":[{"cell_type":"raw","source":"x"}]}');
  });

  it('is the same again after an edit and its inverse', async () => {
    const kind = fc.constantFrom<CellKind>('code', 'markdown', 'raw');
    const source = fc.string({ unit: fc.constantFrom('a', 'é', '"', '\\', '\n', '\r', '🎉', '\t') });
    const cells = fc.array(fc.record({ kind, source }), { minLength: 1, maxLength: 5 });
    const form = fc.record({
      minor: fc.constantFrom(4, 5),
      indent: fc.constantFrom(' ', '  ', '\t', ''),
      eol: fc.constantFrom('\n', '\r\n'),
    });
    await fc.assert(
      fc.asyncProperty(cells, form, fc.nat(), source, kind, async (wanted, habits, place, text, newKind) => {
        const before = jupyter(wanted, habits);
        const index = place % wanted.length;
        const cell = wanted[index]!;
        const replaced = await editNotebook(before, { mode: 'replace', index, source: text, kind: cell.kind });
        assert.equal(parseNotebook(replaced).cells[index]!.source, text);
        assert.equal(await editNotebook(replaced, { mode: 'replace', index, ...cell }), before);
        for (const at of [index, wanted.length]) {
          const id = newCellId(before, text);
          const inserted = await editNotebook(before, { mode: 'insert', index: at, source: text, kind: newKind, id });
          const made = parseNotebook(inserted).cells[at]!;
          assert.deepEqual([made.source, made.kind, made.id], [text, newKind, id ?? `cell-${at}`]);
          assert.equal(await editNotebook(inserted, { mode: 'delete', index: at }), before);
        }
      }),
    );
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { ToolBench } from '../../support/memory/tool-bench.ts';

const PIXEL = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
const code = (source: string, ...outputs: object[]): object => ({
  cell_type: 'code',
  execution_count: 3,
  id: 'abc',
  source,
  outputs,
});

function benchOn(content: object | string): ToolBench {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return new ToolBench({ files: new MemoryFileSystem({ '/project/a.ipynb': text }) });
}

const shown = async (bench: ToolBench, rest: object = {}) =>
  (await bench.call('Read', { file_path: 'a.ipynb', ...rest })).content;

const shownText = async (...given: Parameters<typeof shown>): Promise<string> => {
  const content = await shown(...given);
  assert.ok(typeof content === 'string');
  return content;
};

describe('Read of a notebook', () => {
  it('shows a broken one as text, and says why', async () => {
    assert.equal(
      await shown(benchOn('{"cells": 3}')),
      '[This cannot be shown as a notebook: it has no list of cells. Here is its text.]\n1\t{"cells": 3}',
    );
    assert.match(await shownText(benchOn({ cells: [] })), /^\[A notebook without cells/);
    await assert.rejects(
      shown(benchOn({ cells: [code('')] }), { offset: 2 }),
      /has 1 cells; offset 2 is behind its end/,
    );
  });

  it('shows cells with their ids, sources and outputs in words', async () => {
    const bench = benchOn({
      metadata: { language_info: { name: 'python' } },
      cells: [
        { cell_type: 'markdown', source: ['# Title\n', 'text'] },
        code(
          'run()',
          { output_type: 'stream', name: 'stdout', text: ['\u001b[31mred\u001b[0m\n', '1%\r2%\n'] },
          { output_type: 'execute_result', data: { 'text/html': '<b>7</b>', 'text/plain': ['7'] } },
          { output_type: 'display_data', data: { 'application/json': { a: 1 } } },
          {
            output_type: 'error',
            ename: 'ValueError',
            evalue: 'no',
            traceback: ['\u001b[1mline 1\u001b[0m', 'line 2'],
          },
          { output_type: 'display_data', data: { 'image/png': 'AAAA' } },
          { output_type: 'unheard of' },
          'nothing' as unknown as object,
        ),
      ],
    });
    const expected = [
      '[A notebook in python, 2 cells]',
      '',
      '[cell cell-0: markdown]',
      '# Title',
      'text',
      '',
      '[cell abc: code, run 3]',
      'run()',
      '[stdout]',
      'red',
      '2%',
      '[output]',
      '7',
      '[output, application/json]',
      '{"a":1}',
      '[error ValueError: no]',
      'line 1',
      'line 2',
      '[An image that cannot be read.]',
    ];
    assert.equal(await shown(bench), expected.join('\n'));
  });

  it('shows images as images, and no more than fit', async () => {
    const image = { output_type: 'display_data', data: { 'image/gif': `${PIXEL}\n`, 'text/plain': '<Figure>' } };
    const content = await shown(benchOn({ cells: [code('plot()', image, image), code('more()')] }));
    assert.ok(typeof content !== 'string');
    assert.deepEqual(
      content.map(({ type }) => type),
      ['text', 'image', 'image', 'text'],
    );
    const many = await shown(benchOn({ cells: [code('plot()', ...Array.from({ length: 9 }, () => image))] }));
    assert.ok(typeof many !== 'string');
    assert.equal(many.filter(({ type }) => type === 'image').length, 8);
    assert.match(JSON.stringify(many.at(-1)), /left out: too many for one answer/);
  });

  it('bounds long outputs, sources and notebooks, and says how to go on', async () => {
    const long = { output_type: 'stream', text: 'x\n'.repeat(10_000) };
    const one = await shownText(benchOn({ cells: [code('y'.repeat(50_000), long)] }));
    assert.ok(one.length < 25_000);
    assert.match(one, /30,000 characters left out here/);
    const cells = Array.from({ length: 100 }, () => code('z'.repeat(2_000)));
    const first = await shownText(benchOn({ cells }));
    const [, last] = /\[Cells 1 to (\d+) of 100\. Go on with offset (\d+)\.\]$/.exec(first)!;
    assert.ok(first.length < 85_000);
    assert.match(await shownText(benchOn({ cells }), { offset: Number(last) + 1, limit: 2 }), /Go on with offset/);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as z from 'zod/mini';
import { numberLines } from '../../../src/core/tools/files/read-tool.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { rulesOf, textOf, ToolBench } from '../../support/memory/tool-bench.ts';

function benchOn(
  texts: Record<string, string>,
  allow: readonly string[] = [],
): { files: MemoryFileSystem; bench: ToolBench } {
  const files = new MemoryFileSystem(texts);
  return { files, bench: new ToolBench({ files, rules: () => rulesOf({ allow }) }) };
}

describe('tool inputs', () => {
  const { bench } = benchOn({});
  const problems = (name: string, input: unknown): string[] => {
    const parsed = z.safeParse(bench.tools.get(name)!.schema(), input);
    return (parsed.error?.issues ?? []).map((issue) => [...issue.path, issue.message].join(' '));
  };

  it('are refused field by field in plain words', () => {
    assert.deepEqual(problems('Read', { path: 'x' }), [
      'file_path is missing',
      'there is no field path; the fields are file_path, offset, limit, pages',
    ]);
    assert.deepEqual(problems('Read', { file_path: 3, offset: 0 }), [
      'file_path must be text, not 3',
      'offset must be a whole number, 1 or more, not 0',
    ]);
    assert.deepEqual(problems('Grep', { pattern: 'x', output_mode: 'lines' }), [
      'output_mode must be one of files_with_matches, content, count, not "lines"',
    ]);
    assert.deepEqual(problems('Bash', null), [
      'must be an object with the fields command, description, timeout, not null',
    ]);
  });

  it('are described to the model, closed to other fields, and built once', () => {
    for (const tool of bench.tools.values()) {
      const json = z.toJSONSchema(tool.schema()) as {
        additionalProperties: unknown;
        properties: Record<string, { description?: string }>;
      };
      assert.equal(json.additionalProperties, false);
      for (const [field, property] of Object.entries(json.properties))
        assert.ok(property.description, `${tool.name}.${field}`);
      assert.equal(tool.schema(), tool.schema());
    }
  });

  it('make a summary while they are still arriving', () => {
    for (const tool of bench.tools.values()) {
      assert.equal(tool.summarize({}, '/project').object, '');
      assert.equal(
        typeof tool.summarize({ file_path: 3, pattern: null, command: [] } as object, '/project').object,
        'string',
      );
    }
    const read = bench.tools.get('Read')!.summarize({ file_path: 'src/a.ts' }, '/project');
    assert.deepEqual(read, {
      verb: 'Read',
      activeVerb: 'Reading',
      object: 'src/a.ts',
      path: '/project/src/a.ts',
      quiet: true,
    });
    assert.equal(bench.tools.get('Bash')!.summarize({ command: 'npm test' } as object, '/project').object, 'npm test');
  });

  it('name paths that mean something', async () => {
    for (const [path, words] of [
      ['', /empty/],
      ['a\0b', /NUL/],
      ['~/x', /not expanded/],
    ] as const) {
      await assert.rejects(bench.call('Read', { file_path: path }), words);
      await assert.rejects(bench.call('Write', { file_path: path, content: '' }), words);
    }
  });
});

describe('Read', () => {
  it('numbers lines and says how to go on', async () => {
    const { bench } = benchOn({ '/project/a.txt': 'one\r\ntwo\nthree' });
    assert.equal(await bench.text('Read', { file_path: '/project/a.txt' }), '1\tone\n2\ttwo\n3\tthree');
    const part = await bench.text('Read', { file_path: 'a.txt', offset: 2, limit: 1 });
    assert.equal(part, '2\ttwo\n[Lines 2 to 2 of 3. Go on with offset 3, or use Grep to find a part.]');
    await assert.rejects(bench.call('Read', { file_path: 'a.txt', offset: 9 }), /has 3 lines; offset 9/);
  });

  it('caps lines, characters and the length of a line', () => {
    assert.match(numberLines('x\n'.repeat(5_000), 1, 2_000), /Lines 1 to 2000 of 5000. Go on with offset 2001/);
    assert.match(numberLines('x'.repeat(5_000), 1, 10), /^1\tx{2000} \[line cut: 3000 more characters\]$/);
    assert.ok(numberLines(`${'y'.repeat(1_999)}\n`.repeat(200), 1, 2_000).length < 82_000);
  });

  it('answers a missing file with the nearest names, and a folder with what it holds', async () => {
    const { bench } = benchOn({ '/project/src/cart.js': '', '/project/src/lib/x.js': '' });
    await assert.rejects(
      bench.call('Read', { file_path: 'src/crat.js' }),
      /does not exist. In \/project\/src the nearest names are: cart\.js/,
    );
    await assert.rejects(bench.call('Read', { file_path: 'scr/cart.js' }), /nearest names are: src\//);
    assert.equal(await bench.text('Read', { file_path: 'src' }), '/project/src is a folder. It holds:\ncart.js\nlib/');
  });

  it('says that a file is empty, binary, an image or unsaved', async () => {
    const { files, bench } = benchOn({
      '/project/empty': '',
      '/project/a.bin': 'a\0b',
      '/project/a.png': '\0',
      '/project/open.ts': 'disk',
    });
    assert.equal(await bench.text('Read', { file_path: 'empty' }), '[The file exists and is empty.]');
    await assert.rejects(bench.call('Read', { file_path: 'a.bin' }), /not a text file/);
    await assert.rejects(bench.call('Read', { file_path: 'a.png' }), /is not a text file/);
    files.unsaved.set('/project/open.ts', 'buffer');
    assert.match(
      await bench.text('Read', { file_path: 'open.ts' }),
      /^\[An editor holds unsaved changes.*\n1\tbuffer$/,
    );
  });
});

const write = (content: string, file_path = 'a.txt'): object => ({ file_path, content });

describe('Write', () => {
  it('overwrites only what was read in this session and has not changed since', async () => {
    const { files, bench } = benchOn({ '/project/a.txt': 'old\n' }, ['Edit']);
    await assert.rejects(bench.call('Write', write('new\n')), /have not read it in this session/);
    await bench.call('Read', { file_path: 'a.txt' });
    files.put('/project/a.txt', 'changed\n');
    await assert.rejects(bench.call('Write', write('new\n')), /changed since you last read it/);
    assert.equal(files.texts.get('/project/a.txt'), 'changed\n');
    await bench.call('Read', { file_path: 'a.txt' });
    assert.equal(await bench.text('Write', write('new\n')), 'Replaced a.txt (+1 -1).');
    assert.equal(await bench.text('Write', write('again\n')), 'Replaced a.txt (+1 -1).');
    assert.equal(files.texts.get('/project/a.txt'), 'again\n');
  });

  it('makes a new file, which the person sees before', async () => {
    const { files, bench } = benchOn({});
    bench.person.verdicts.push(({ after }) => ({ decision: 'accept', after }));
    const result = await bench.call('Write', write('a\nb\n', 'deep/new.txt'));
    const { details } = result;
    assert.equal(textOf(result), 'Made deep/new.txt (2 lines).');
    assert.equal(files.texts.get('/project/deep/new.txt'), 'a\nb\n');
    assert.deepEqual(bench.person.proposals[0]?.before, undefined);
    assert.deepEqual([details.added, details.removed], [2, 0]);
  });

  it('leaves a file that came into being in the meantime', async () => {
    const { files, bench } = benchOn({}, ['Edit']);
    files.beforeWrite = (file) => files.put(file, 'theirs');
    await assert.rejects(bench.call('Write', write('mine')), /came into being/);
    assert.equal(files.texts.get('/project/a.txt'), 'theirs');
  });

  it('says so when there is nothing to write', async () => {
    const { bench } = benchOn({ '/project/a.txt': 'a\n' }, ['Edit']);
    await bench.call('Read', { file_path: 'a.txt' });
    await assert.rejects(
      bench.call('Write', write('a\n')),
      /a\.txt already holds exactly this text\. There is nothing to write\.$/,
    );
    assert.equal(await bench.text('Write', write('one line', 'b.txt')), 'Made b.txt (1 line).');
    assert.equal(await bench.text('Write', write('', 'c.txt')), 'Made c.txt (0 lines).');
  });

  it('keeps the line endings of what it replaces', async () => {
    const { files, bench } = benchOn({ '/project/a.txt': 'a\r\nb\r\n' }, ['Edit']);
    await bench.call('Read', { file_path: 'a.txt' });
    assert.match(await bench.text('Write', write('a\nB\nc\n')), /line endings of the file were kept/);
    assert.equal(files.texts.get('/project/a.txt'), 'a\r\nB\r\nc\r\n');
  });
});

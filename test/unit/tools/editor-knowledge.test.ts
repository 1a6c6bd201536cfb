import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { beforeEach, describe, it } from 'mocha';
import { findPosition } from '../../../src/core/tools/editor/code-places.ts';
import { createEditorTools } from '../../../src/core/tools/editor/create-editor-tools.ts';
import { ServiceError } from '../../../src/core/tools/editor/language-services.ts';
import { toolDefinition } from '../../../src/core/tools/tool-definition.ts';
import { MemoryLanguageServices, MemoryTasks, problemAt } from '../../support/memory/memory-editor.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { rulesOf, ToolBench } from '../../support/memory/tool-bench.ts';

const CART = 'import { price } from "./price";\n\nexport const total = price(3) + unitprice;\n';
const PRICE = 'export function price(count) {\n  return count * 2;\n}\n';

describe('tools that ask the editor', () => {
  let files: MemoryFileSystem;
  let language: MemoryLanguageServices;
  let bench: ToolBench;
  const benchWith = (deny: readonly string[] = []): ToolBench => {
    const tools = createEditorTools({ files, workspace: ['/project'], language, tasks: new MemoryTasks() });
    return new ToolBench({ files, tools, rules: () => rulesOf({ deny }) });
  };
  const fails = (name: string, input: object, words: RegExp) =>
    assert.rejects(bench.call(name, input), (error) => error instanceof Error && words.test(error.message));
  const at = (path: string, line: number, virtual = false) => ({ path, virtual, line, column: 1 });

  beforeEach(() => {
    files = new MemoryFileSystem({
      '/project/cart.js': CART,
      '/project/price.js': PRICE,
      '/outside/lib.js': 'secret\n',
    });
    language = new MemoryLanguageServices();
    bench = benchWith();
  });

  it('are told in few bytes, all but Diagnostics behind the tool search', () => {
    const tools = createEditorTools({ files, workspace: [], language, tasks: new MemoryTasks() });
    assert.deepEqual(
      tools.filter(({ deferred }) => !deferred).map(({ name }) => name),
      ['Diagnostics'],
    );
    for (const tool of tools) assert.ok(JSON.stringify(toolDefinition(tool)).length < 900, tool.name);
  });

  describe('Definition, References and Hover', () => {
    it('say what is wrong with a place', async () => {
      const input = { file_path: 'cart.js', line: 3, symbol: 'price' };
      await fails('Definition', { ...input, file_path: 'cart.ts' }, /does not exist.*cart\.js/);
      await fails('Definition', { ...input, file_path: '.' }, /is a folder/);
      await fails('Definition', { ...input, line: 40 }, /^cart\.js has 4 lines, so there is no line 40\.$/);
      await fails('Definition', { file_path: 'cart.js', line: 3 }, /Give symbol/);
      await fails(
        'Hover',
        { ...input, symbol: 'coupon' },
        /"coupon" is not on line 3 of cart\.js, nor on any other\. Use Grep/,
      );
      await fails(
        'References',
        { ...input, line: 2 },
        /not on line 2 of cart\.js; the nearest line that has it is 1: import/,
      );
      await fails('Definition', { ...input, line: 0 }, /1 or more/);
      await fails('Definition', { file_path: 'cart.js', symbol: 'price' }, /missing/);
      assert.deepEqual(language.asked, []);
    });

    it('say what to do where the editor has no answer', async () => {
      const input = { file_path: 'cart.js', line: 3, symbol: 'price' };
      await assert.rejects(
        bench.call('Definition', { ...input, file_path: '/outside/lib.js', line: 1, column: 1 }),
        /denied/,
      );
      assert.match(
        await bench.text('Definition', input),
        /^No definition is known for "price" at cart\.js:3\. Use Grep/,
      );
      language.restricted = 'Restricted Mode.';
      assert.match(await bench.text('References', input), /^No reference is known .* Restricted Mode\. Use Grep/);
      assert.match(
        await bench.text('Hover', { file_path: 'cart.js', line: 3, column: 14 }),
        /^Nothing is known about column 14/,
      );
      const sentences: [ServiceError, RegExp][] = [
        [new ServiceError('unsupported', 'ini'), /^No extension of the editor gives references for ini\. Use Grep/],
        [new ServiceError('timeout'), /in time; its language server may still be starting/],
        [new ServiceError('stopped'), /^Stopped before/],
        [new ServiceError('refused', 'no such element'), /gave no references: no such element\. Check line and symbol/],
      ];
      for (const [failure, words] of sentences) {
        language.failure = failure;
        await fails('References', input, words);
      }
    });

    it('point at the symbol as a whole word, at the nearest one to the column, and at the last word of a path', async () => {
      await bench.call('Hover', { file_path: 'cart.js', line: 3, symbol: 'price' });
      await bench.call('Hover', { file_path: 'cart.js', line: 3, symbol: 'unitprice' });
      files.put('/project/twice.js', 'a(x) + a(y); cart.total()\n');
      await bench.call('Hover', { file_path: 'twice.js', line: 1, symbol: 'a', column: 8 });
      await bench.call('Hover', { file_path: 'twice.js', line: 1, symbol: 'cart.total()' });
      assert.deepEqual(language.asked, [
        'hover /project/cart.js 3:22',
        'hover /project/cart.js 3:33',
        'hover /project/twice.js 1:8',
        'hover /project/twice.js 1:19',
      ]);
    });

    it('find any word again on the line that holds it', () => {
      const word = fc.stringMatching(/^[a-z_$é]{1,8}$/);
      fc.assert(
        fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), fc.nat(), (words, pick) => {
          const text = words.join(' ');
          const index = pick % words.length;
          const symbol = words[index] ?? '';
          const start = words.slice(0, index).join(' ').length + (index === 0 ? 0 : 1);
          assert.equal(findPosition(text, 'a', { line: 1, symbol, column: start + 1 }).column, start + 1);
        }),
      );
    });

    it('show places as lines, without doubles, and no text from outside the workspace or a virtual document', async () => {
      language.places = [
        at('/project/price.js', 1),
        at('/project/cart.js', 3),
        at('/project/cart.js', 3),
        at('/outside/lib.js', 1),
        at('untitled:Untitled-1', 5, true),
      ];
      const input = { file_path: 'cart.js', line: 3, symbol: 'price' };
      assert.deepEqual((await bench.text('References', input)).split('\n'), [
        '/outside/lib.js:1',
        'cart.js:3: export const total = price(3) + unitprice;',
        'price.js:1: export function price(count) {',
        'untitled:Untitled-1:5',
      ]);
    });

    it('read no line behind a link that leads out', async () => {
      files.links.set('/project/link.js', '/outside/lib.js');
      language.places = [at('/project/link.js', 1)];
      assert.equal(await bench.text('Definition', { file_path: 'cart.js', line: 3, symbol: 'price' }), 'link.js:1');
    });

    it('leave out what a rule withholds, and say how many', async () => {
      bench = benchWith(['Read(price.js)']);
      files.links.set('/project/alias.js', '/project/price.js');
      language.places = [
        at('/project/price.js', 1),
        at('/project/cart.js', 1),
        at('/project/alias.js', 1),
        at('git:/project/price.js?x', 1, true),
      ];
      const text = await bench.text('References', { file_path: 'cart.js', line: 3, symbol: 'price' });
      assert.deepEqual(text.split('\n').slice(0, 2), ['alias.js:1', 'cart.js:1: import { price } from "./price";']);
      assert.match(text, /\[2 left out: a permission rule withholds them\.\]$/);
      assert.doesNotMatch(text, /count/);
    });

    it('are capped with the count', async () => {
      files.put('/project/long.js', 'x\n'.repeat(200));
      language.places = Array.from({ length: 150 }, (_, index) => at('/project/long.js', index + 1));
      const lines = (await bench.text('References', { file_path: 'cart.js', line: 3, symbol: 'price' })).split('\n');
      assert.deepEqual([lines.length, lines.at(-1)], [101, '[The first 100 of 150.]']);
    });

    it('show what a hover says', async () => {
      language.texts = ['```ts\nfunction price()\n```', ' ', 'Of one piece.'];
      const text = await bench.text('Hover', { file_path: 'cart.js', line: 3, symbol: 'price' });
      assert.equal(text, '```ts\nfunction price()\n```\n\nOf one piece.');
    });
  });

  describe('Symbols', () => {
    const symbol = (name: string, line: number, endLine: number, depth = 0, path = '/project/cart.js') => ({
      ...at(path, line),
      name,
      kind: 'function',
      endLine,
      depth,
      container: '',
    });

    it('wants a path or a query, not both and not neither', async () => {
      await fails('Symbols', {}, /Give either path/);
      await fails('Symbols', { path: 'cart.js', query: 'x' }, /Give either path/);
      await fails('Symbols', { query: ' ' }, /The query is empty/);
      await fails('Symbols', { path: 'none.js' }, /does not exist/);
      assert.match(await bench.text('Symbols', { path: 'cart.js' }), /^No symbols are known in cart\.js\. Use Grep/);
      assert.match(await bench.text('Symbols', { query: 'zz' }), /whose name has "zz"/);
    });

    it('outlines a file, indented', async () => {
      language.symbols = [symbol('outer', 1, 9), symbol('inner', 2, 2, 1)];
      assert.equal(await bench.text('Symbols', { path: 'cart.js' }), '1-9 function outer\n  2 function inner');
    });

    it('finds symbols, those of the workspace first and none that is withheld', async () => {
      bench = benchWith(['Read(price.js)']);
      language.symbols = [
        symbol('price', 1, 3, 0, '/outside/lib.js'),
        symbol('price', 1, 3, 0, '/project/price.js'),
        { ...symbol('priceOf', 3, 3), container: 'Cart' },
      ];
      assert.deepEqual((await bench.text('Symbols', { query: 'price' })).split('\n'), [
        'cart.js:3: function priceOf in Cart',
        '/outside/lib.js:1: function price',
        '[1 left out: a permission rule withholds them.]',
      ]);
    });
  });

  describe('Diagnostics', () => {
    it('says that a file is missing, cannot be opened, or has no problems', async () => {
      await fails('Diagnostics', { path: 'none.js' }, /does not exist/);
      language.unopenable.add('/project/cart.js');
      await fails('Diagnostics', { path: 'cart.js' }, /cannot open cart\.js as text/);
      assert.match(
        await bench.text('Diagnostics', { path: 'price.js' }),
        /^The editor reports no problems in price\.js\. .*run the build/,
      );
      language.restricted = 'Restricted Mode.';
      assert.match(await bench.text('Diagnostics', {}), /no problems in the workspace\. .*\nRestricted Mode\.$/);
    });

    it('lists the worst first, with counts, of a file, a folder or everything', async () => {
      language.problems.set('/project/cart.js', [
        problemAt(9, 'unused', 'hint'),
        problemAt(3, 'odd\n  thing', 'warning'),
      ]);
      language.problems.set('/project/price.js', [problemAt(2, 'broken')]);
      language.problems.set('/project/clean.js', []);
      language.problems.set('/outside/lib.js', [problemAt(1, 'far')]);
      assert.deepEqual((await bench.text('Diagnostics', {})).split('\n'), [
        '2 errors, 1 warning, 1 hint in 3 files:',
        '/outside/lib.js:1:1: error: far [ts 1]',
        'price.js:2:1: error: broken [ts 1]',
        'cart.js:3:1: warning: odd thing [ts 1]',
        'cart.js:9:1: hint: unused [ts 1]',
      ]);
      assert.match(await bench.text('Diagnostics', { path: '.' }), /^1 error, 1 warning, 1 hint in 2 files:/);
      assert.match(await bench.text('Diagnostics', { path: 'price.js' }), /^1 error in 1 file:\nprice\.js:2:1/);
      assert.deepEqual(language.asked, ['settled /project/price.js']);
    });

    it('is capped, and leaves out what a rule withholds', async () => {
      bench = benchWith(['Read(price.js)']);
      language.problems.set('/project/price.js', [problemAt(2, 'withheld')]);
      language.problems.set(
        '/project/cart.js',
        Array.from({ length: 120 }, (_, index) => problemAt(index + 1, 'x')),
      );
      const lines = (await bench.text('Diagnostics', {})).split('\n');
      assert.equal(lines[0], '120 errors in 1 file:');
      assert.deepEqual(lines.slice(101), [
        '[The first 100 of 120.]',
        '[1 left out: a permission rule withholds them.]',
      ]);
      await assert.rejects(bench.call('Diagnostics', { path: 'price.js' }), /denied/);
    });
  });
});

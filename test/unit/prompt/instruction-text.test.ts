import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseInstruction, type InstructionText } from '../../../src/core/prompt/instruction-text.ts';

function parse(...lines: string[]): InstructionText {
  const text = lines.join('\n');
  return parseInstruction({ text, hash: text });
}

describe('an instruction file taken apart', () => {
  it('never throws, whatever the text is', () => {
    const piece = fc.constantFrom(
      '<!--',
      '-->',
      '```',
      '~~~',
      '`',
      '@a/b',
      '@override',
      '---',
      'paths:',
      '[',
      '- x',
      '\n',
      ' ',
      'word',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        assert.equal(typeof parseInstruction({ text, hash: text }).text, 'string');
      }),
    );
  });

  it('keeps words of prose, whatever comments and fences stand around them', () => {
    const block = fc.constantFrom(
      '<!-- hidden -->',
      '<!-- hidden\nhidden\n-->',
      '```\nhidden <!-- x\n```',
      '~~~\n-->\n~~~',
      'a `<!--` b',
    );
    fc.assert(
      fc.property(fc.array(block), (blocks) => {
        const { text } = parse(...blocks.flatMap((one) => [one, 'KEPT']));
        assert.equal(text.split('KEPT').length - 1, blocks.length);
      }),
    );
  });

  it('drops block comments, also long ones, and what follows on the line stays', () => {
    assert.equal(parse('a', '<!-- x', 'y', '--> b', 'c').text, 'a\n b\nc');
    assert.equal(parse('<!-- ``` -->', 'not code: @in.md').imports[0], 'in.md');
  });

  it('leaves comments that stand in code, within a line, or never end', () => {
    for (const text of ['```\n<!-- x -->\n```', 'a <!-- x --> b', 'a\n<!-- never closed\nb']) {
      assert.equal(parse(text).text, text);
    }
  });

  it('finds imports in prose only', () => {
    const { imports } = parse(
      'See @docs/style.md, (@./a.md) and @~/mine.md. Twice: @docs/style.md!',
      'Mail me@example.com, `@code.md`, ``a ` @code.md``.',
      '```ts',
      '@Decorator()',
      '```',
      '- @with\\ space.md',
      '<!--',
      '@hidden.md',
      '-->',
      '@/abs/file.md',
    );
    assert.deepEqual(imports, ['docs/style.md', './a.md', '~/mine.md', 'with space.md', '/abs/file.md']);
  });

  it('reads a directive on the first line that says something, and only there', () => {
    assert.deepEqual(
      [parse('<!-- why -->', '', '@override', 'New.'), parse('@append', 'More.'), parse('Text', '@override')].map(
        ({ directive, text }) => [directive, text],
      ),
      [
        ['override', 'New.'],
        ['append', 'More.'],
        [undefined, 'Text\n@override'],
      ],
    );
  });

  it('reads the paths of a frontmatter in each of its spellings', () => {
    const head = (...lines: string[]) => parse('---', ...lines, '---', 'Body').paths;
    assert.deepEqual(head('paths: src/**/*.{ts,tsx}, lib/*'), ['src/**/*.{ts,tsx}', 'lib/*']);
    assert.deepEqual(head('title: x', 'paths: ["a, b/*", c] # remark'), ['a, b/*', 'c']);
    assert.deepEqual(head('paths:', '  - "src/**"', '  # remark', '- test/** # remark', 'other: - y'), [
      'src/**',
      'test/**',
    ]);
    assert.deepEqual(head('title: x'), []);
    assert.deepEqual(parse('---', 'paths: a', 'never closed').paths, []);
    assert.equal(parse('---', 'paths: a', '---', 'Body').text, 'Body');
  });

  it('cuts a text that is far too long and says so', () => {
    const { text } = parse('x'.repeat(100_000));
    assert.ok(text.length < 40_100);
    assert.match(text, /\[cut here: the file is longer/);
  });
});

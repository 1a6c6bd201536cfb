import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Lexer, type Token, type Tokens } from 'marked';
import { describe, it } from 'mocha';
import { createBlockReader, isOpenFence } from '../../../webview/markdown/blocks.ts';
import { decodeEntities } from '../../../webview/markdown/entities.ts';
import { linkTarget } from '../../../webview/markdown/link-target.ts';
import { mentionedFile, namedFile } from '../../../webview/markdown/named-file.ts';

describe('linkTarget', () => {
  const nowhere = [
    '',
    ' ',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'java\tscript:alert(1)',
    'data:text/html,<script>',
    'vbscript:x',
    'command:workbench.action.quit',
    'vscode://extension/x',
    'file:///etc/passwd',
    '//evil.example/x',
    '\\\\evil\\share',
    '#heading',
    '?query',
    'http://',
    'a%00b',
  ];
  for (const href of nowhere) {
    it(`leads nowhere from ${JSON.stringify(href)}`, () => assert.equal(linkTarget(href), undefined));
  }

  it('leads to pages and to files with their line', () => {
    assert.deepEqual(
      [
        'https://example.com/a?b#c',
        'mailto:a@example.com',
        'src/a.ts',
        './a%20b.ts#L7',
        'src/a.ts:12',
        'C:\\x\\a.ts:3',
        'a.ts#L2-L9',
      ].map(linkTarget),
      [
        { kind: 'web', url: 'https://example.com/a?b#c' },
        { kind: 'web', url: 'mailto:a@example.com' },
        { kind: 'file', path: 'src/a.ts' },
        { kind: 'file', path: './a b.ts', line: 7 },
        { kind: 'file', path: 'src/a.ts', line: 12 },
        { kind: 'file', path: 'C:\\x\\a.ts', line: 3 },
        { kind: 'file', path: 'a.ts', line: 2 },
      ],
    );
  });

  it('never gives a page of another scheme', () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true }), fc.string(), (url, noise) => {
        for (const href of [noise, noise + url, `${noise}:${url}`]) {
          const target = linkTarget(href);
          if (target?.kind === 'web') assert.match(target.url, /^(?:https?|mailto):/);
        }
      }),
    );
  });
});

describe('the block reader', () => {
  const sample = [
    '# Title',
    '',
    'One *two*',
    'three',
    '',
    '- a',
    '',
    '  more of a',
    '- b',
    '',
    '```ts',
    'let a;',
    '',
    '```',
    '',
    '| a | b |',
    '|---|---|',
    '| 1 | 2 |',
    '',
    '> quote',
    'lazy',
    '',
    '<div>',
    'x',
    '</div>',
    '',
    'Setext',
    '===',
    '',
    '1. one',
    '',
    '2. two',
    '',
    'End',
  ].join('\n');

  it('reads streamed text to the same blocks as the whole text, wherever it is cut', () => {
    const whole = shape(createBlockReader().read(sample, false));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 60 }), (steps) => {
        const reader = createBlockReader();
        let end = 0;
        for (const step of steps) reader.read(sample.slice(0, (end += step)), true);
        assert.deepEqual(shape(reader.read(sample, false)), whole);
      }),
    );
    assert.deepEqual(whole, shape(new Lexer({ gfm: true }).lex(sample)));
  });

  it('reads long lists, tables, code and paragraphs in parts, to what the whole of them is', () => {
    const rows = (count: number, row: (index: number) => string) => Array.from({ length: count }, (_, at) => row(at));
    const long = [
      ...rows(
        130,
        (at) => `${at % 7 === 0 ? '3' : '1'}. item **${at}**${at % 9 === 0 ? '\n   - within\n\n     more' : ''}`,
      ),
      '',
      '| a | b |',
      '|--:|---|',
      ...rows(100, (at) => `| ${at} | \`x${at}\` |`),
      '',
      'Words that go on and on. '.repeat(900),
      '',
      '````ts',
      ...rows(200, (at) => (at % 11 === 0 ? '```' : `let a${at};\n`)),
      '````',
      'End',
      '',
      '~~~',
      'open',
      '',
    ].join('\n');
    const whole = new Lexer({ gfm: true }).lex(long);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 20, maxLength: 60 }), (steps) => {
        const reader = createBlockReader();
        let end = 0;
        for (const step of steps) reader.read(long.slice(0, (end += step)), true);
        const blocks = reader.read(long, true);
        assert.equal(blocks.map((block) => block.raw).join(''), long);
        const isSmall = ({ type, ...block }: Token) =>
          (type !== 'list' || (block as Tokens.List).items.length <= 42) &&
          (type !== 'table' || (block as Tokens.Table).rows.length <= 42);
        assert.ok(blocks.every(isSmall));
        assert.ok(createBlockReader().read(long, false).every(isSmall));
        assert.ok(
          blocks.every((block) => block.type === 'code' || block.type === 'paragraph' || block.raw.length < 5000),
        );
        for (const type of ['list', 'table']) {
          const texts = (all: readonly Token[]) =>
            all
              .filter((block) => block.type === type)
              .flatMap((block): readonly { readonly text: string }[] =>
                type === 'list' ? (block as Tokens.List).items : (block as Tokens.Table).rows.flat(),
              )
              .map(({ text }) => text.trim());
          assert.deepEqual(texts(blocks), texts(whole));
        }
        const lists = blocks.filter((block): block is Tokens.List => block.type === 'list');
        let next = 3;
        for (const list of lists) {
          assert.equal(list.start, next);
          next += list.items.length;
        }
        const codes = (all: readonly Token[]) => all.flatMap((block) => (block.type === 'code' ? [block['text']] : []));
        assert.deepEqual(codes(blocks), codes(whole));
      }),
      { numRuns: 30 },
    );
  });

  it('reads a bounded part anew for each piece, whatever grows', () => {
    for (const [row, head] of [
      ['- item *with* words\n', ''],
      ['| 1 | 2 |\n', '| a | b |\n|---|---|\n'],
      ['const a = 1;\n', '```ts\n'],
      ['word ', ''],
      ['> words *in* a quote\n>\n', ''],
      ['> - item\n', '> # Title\n'],
      ['> > twice\n> >\n', ''],
      ['   - item *within* an item\n', '1. one\n2. two\n'],
      ['   const a = 1;\n', '1. one\n\n   ```ts\n'],
      ['     words\n\n', '- one\n  - two\n'],
      ['  >   | 1 | 2 |\n', '- one\n\n  > - two\n  >\n  >   | a | b |\n  >   |---|---|\n'],
    ] as const) {
      const reader = createBlockReader();
      let text = head + row.repeat(1200);
      reader.read(text, true);
      let most = 0;
      // oxlint-disable-next-line typescript/unbound-method -- called with its own `this`
      const { lex } = Lexer.prototype;
      Lexer.prototype.lex = function (source) {
        most = Math.max(most, source.length);
        return lex.call(this, source);
      };
      try {
        for (let more = 0; more < 300; more += 1) {
          for (const piece of [row.slice(0, 3), row.slice(3)]) reader.read((text += piece), true);
        }
      } finally {
        Lexer.prototype.lex = lex;
      }
      assert.ok(most <= 8000, `${most} characters of ${row}`);
    }
  });

  it('takes long quotes and items apart, to the same words wherever the text is cut, and goes on after them', () => {
    fc.assert(
      fc.property(
        fc.array(containing(2), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 11, max: 290 }),
        (all, step) => {
          const source = `${all.join('\n\n')}\n\nThe end.`;
          const reader = createBlockReader();
          let blocks: readonly Token[] = [];
          for (let end = 0; end < source.length;) blocks = reader.read(source.slice(0, (end += step)), true);
          blocks = reader.read(source, false);
          const words = leaves(new Lexer({ gfm: true }).lex(source));
          assert.deepEqual(leaves(blocks), words);
          assert.deepEqual(leaves(createBlockReader().read(source, false)), words);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps what is finished of a long item while it grows, with its number once', () => {
    const reader = createBlockReader();
    const text = `7. one\n8. two\n${'\n   words of it, which are many\n'.repeat(120)}`;
    const before = reader.read(text, true);
    const after = reader.read(`${text}\n   and more\n9. three\n`, true);
    assert.deepEqual(after.slice(0, before.length - 1), before.slice(0, -1));
    for (const [index, block] of before.slice(0, -1).entries()) assert.equal(after[index], block);
    const items = after.flatMap((block) => (block as Tokens.List).items.map((item) => [block, item] as const));
    const numbered = items.filter(([, item]) => !('continued' in item));
    assert.deepEqual(
      numbered.map(([list]) => (list as Tokens.List).start),
      [7, 8, 9],
    );
    assert.ok(items.length > 100);
  });

  it('keeps finished blocks as the same objects', () => {
    const reader = createBlockReader();
    const [first] = reader.read('One.\n\nTwo', true);
    assert.equal(reader.read('One.\n\nTwo and more', true)[0], first);
  });

  it('starts anew when the text is another one', () => {
    const reader = createBlockReader();
    reader.read('One.\n\nTwo', true);
    assert.deepEqual(shape(reader.read('Three', true)), ['paragraph Three']);
  });

  it('shows a link whose address is still arriving as its words', () => {
    assert.equal(raw('See [the page](https://exa', true), 'See the page');
    assert.equal(raw('See [the page](https://exa', false), 'See [the page](https://exa');
    assert.equal(raw('```\nlist[0](x', true), '```\nlist[0](x');
  });

  it('knows an open fence from a closed one', () => {
    assert.deepEqual(
      ['```ts', '```ts\nlet a;', '```ts\nlet a;\n```', '~~~\n```', '````\n```', '    indented'].map(isOpenFence),
      [true, true, false, true, true, false],
    );
  });
});

describe('decodeEntities', () => {
  it('decodes what it knows and leaves the rest', () => {
    assert.equal(
      decodeEntities('&lt;a&gt; &amp;amp; &#39;&#x2F; &unknown; &#0; &#99999999;'),
      "<a> &amp; '/ &unknown; &#0; &#99999999;",
    );
  });
});

/** Words, code, lists, and quotes and items that hold these, many of them long. */
function containing(depth: number): fc.Arbitrary<string> {
  const lines = (text: string) => fc.integer({ min: 1, max: 60 }).map((count) => `${text}\n`.repeat(count).trimEnd());
  const leaf = fc.oneof(
    lines('Words that *say* something,'),
    lines('const a = 1;').map((code) => `\`\`\`ts\n${code}\n\`\`\``),
    lines('- item of a list'),
  );
  if (depth === 0) return leaf;
  const inner = fc.array(fc.oneof(leaf, containing(depth - 1)), { minLength: 1, maxLength: 4 });
  const marked = (first: string, next: string) =>
    inner.map((all) =>
      all
        .join('\n\n')
        .replaceAll(/^(?=.)/gm, next)
        .replace(next, first)
        .replaceAll(/^$/gm, next.trim()),
    );
  return fc.oneof(leaf, marked('> ', '> '), marked('3. ', '   '), marked('* ', '  '));
}

/** The words, in order, of all that holds no other block, with what it stands in. */
function leaves(blocks: readonly Token[], within = ''): string[] {
  return blocks.flatMap((block) => {
    if (block.type === 'list') {
      return (block as Tokens.List).items.flatMap(({ tokens }) => leaves(tokens, `${within}-`));
    }
    if (block.type === 'blockquote') return leaves((block as Tokens.Blockquote).tokens, `${within}>`);
    return block.type === 'space' ? [] : [`${within} ${(block as Tokens.Text).text.trim()}`];
  });
}

function shape(blocks: readonly { type: string; raw: string }[]): string[] {
  return blocks.filter(({ type }) => type !== 'space').map(({ type, raw }) => `${type} ${raw.trimEnd()}`);
}

function raw(text: string, streaming: boolean) {
  return createBlockReader().read(text, streaming).at(-1)?.raw;
}

describe('the files that an answer names', () => {
  it('are told apart from other code', () => {
    const found = (text: string) => {
      const file = mentionedFile(text);
      return file && [file.path, file.line];
    };
    assert.deepEqual(found('src/a.ts'), ['src/a.ts', undefined]);
    assert.deepEqual(found('./src/a.test.ts:12'), ['./src/a.test.ts', 12]);
    assert.deepEqual(found('a.ts#L3-L9'), ['a.ts', 3]);
    assert.deepEqual(found('a.ts:3:7'), ['a.ts', 3]);
    assert.deepEqual(found('src\\win\\a.cs:4'), ['src\\win\\a.cs', 4]);
    for (const text of [
      '',
      'a',
      'npm test',
      'a.b()',
      'x => y.z',
      'https://a.example/b.ts',
      '//evil/a.ts',
      '*.ts',
      'a.ts '.repeat(99),
    ]) {
      assert.equal(found(text), undefined, text);
    }
  });

  it('are found for a block of code in its fence, its first line, or before it', () => {
    const named = (markdown: string) => {
      const blocks = createBlockReader()
        .read(markdown, false)
        .filter(({ type }) => type !== 'space');
      return namedFile(blocks.at(-1) as never, blocks.at(-2));
    };
    assert.equal(named('```ts src/a.ts\nx\n```'), 'src/a.ts');
    assert.equal(named('```ts title="src/a.ts"\nx\n```'), 'src/a.ts');
    assert.equal(named('```ts:src/a.ts\nx\n```'), 'src/a.ts');
    assert.equal(named('```js\n// src/b.js\nx\n```'), 'src/b.js');
    assert.equal(named('```html\n<!-- index.html -->\nx\n```'), 'index.html');
    assert.equal(named('Change `src/a.ts`:\n\n```ts\nx\n```'), 'src/a.ts');
    assert.equal(named('Change `a.ts` as `b.ts`:\n\n```ts\nx\n```'), undefined);
    assert.equal(named('```ts\n// see below\nx\n```'), undefined);
  });
});

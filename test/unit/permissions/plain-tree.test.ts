import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import fc from 'fast-check';
import { createShellGrammar } from '../../../src/adapters/shell-grammar.ts';
import { plainTree } from '../../../src/core/permissions/shell/plain-tree.ts';
import type { ShellParser } from '../../../src/core/permissions/shell/shell-grammar.ts';

describe('plain commands', () => {
  let parse: ShellParser;
  before(async () => {
    const loaded = await createShellGrammar().load('bash');
    assert.ok(loaded);
    parse = loaded;
  });

  const same = (text: string): boolean => {
    const plain = plainTree(text);
    if (plain) assert.deepEqual(plain, parse(text), text);
    return plain !== undefined;
  };

  it('have the tree that the grammar gives them', () => {
    const plain = [
      'ls',
      'npm test',
      'touch /a/b-1; sleep 0.5',
      'git -C x status && ls  -la || make -j 4; echo -n 12 0x1F -3',
    ];
    for (const text of plain) assert.ok(same(text), text);
    const word = fc.oneof(
      fc.constantFrom(
        'a',
        'npm',
        '-x',
        '--',
        '-',
        '12',
        '-3',
        '0x1f',
        '1.5',
        'a:b',
        'a@b',
        '+x',
        '%1',
        './a',
        'a,b',
        '..',
        '.',
        ':',
        '@',
        '%',
        '+',
        ',',
        'for',
        'if',
        'do',
        'in',
        'time',
        'export',
        'test',
        'true',
        'unset',
        'function',
        'a.b',
        '1a',
        '0x',
        '_',
      ),
      fc.stringMatching(/^[\w./:@%+,-]{1,6}$/),
    );
    const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom('ls', './a.sh', 'npm', 'a-b', '_x', '..') }, word);
    const command = fc.tuple(name, fc.array(word, { maxLength: 3 })).map(([first, rest]) => [first, ...rest].join(' '));
    const joined = fc.array(fc.tuple(command, fc.constantFrom(' && ', ' || ', '; ', ';', '&&', '||', ' ; ')), {
      minLength: 1,
      maxLength: 4,
    });
    let seen = 0;
    fc.assert(
      fc.property(joined, (parts) => {
        const text = parts
          .map(([words, operator], index) => (index < parts.length - 1 ? words + operator : words))
          .join('');
        if (same(text)) seen += 1;
      }),
      { numRuns: 3_000 },
    );
    assert.ok(seen > 1_000, String(seen));
  });

  it('are only those in which nothing can hide', () => {
    const others = [
      '',
      ' ',
      ' ls',
      'ls ',
      'ls;',
      'a & b',
      'a | b',
      'a > b',
      'a $b',
      'a "b"',
      "a 'b'",
      'a `b`',
      'a *',
      'a ?',
      'a [b]',
      'a {b,c}',
      'a ~',
      'a #b',
      'a\\b',
      'A=b c',
      'a\nb',
      'a\tb',
      'a\u00a0b',
      'if a; then b; fi',
      'a && ',
      '&& a',
      'a (b)',
      'a !b',
      'ä',
      'time ls',
      'export A',
      '{ a; }',
      '[[ a ]]',
      'x'.repeat(3_000),
    ];
    for (const text of others) assert.equal(plainTree(text), undefined, JSON.stringify(text));
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab1 ;&|<>$`"\'\\(){}[]*?~#!=\n\t-./'.split('')), maxLength: 16 }),
        (text) => void same(text),
      ),
      { numRuns: 3_000 },
    );
  });
});

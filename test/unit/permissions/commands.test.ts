import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { judgeCommand } from '../../../src/core/permissions/command-rules.ts';
import { analyzeCommand } from '../../../src/core/permissions/shell-analysis.ts';
import { rulesOf } from '../../support/memory/tool-bench.ts';

type Lists = Parameters<typeof rulesOf>[0];

function judge(command: string, lists: Lists): 'allow' | 'ask' | 'deny' {
  return judgeCommand(rulesOf(lists).rules, 'Bash', command, analyzeCommand(command))?.decision ?? 'ask';
}

describe('the analysis of a command', () => {
  const plain: readonly (readonly [string, readonly (readonly string[])[]])[] = [
    ['npm test', [['npm', 'test']]],
    ['  npm\t test  ', [['npm', 'test']]],
    [`git commit -m 'a b' -m "c d"`, [['git', 'commit', '-m', 'a b', '-m', 'c d']]],
    ['a && b || c; d | e\nf', [['a'], ['b'], ['c'], ['d'], ['e'], ['f']]],
    ['a &&\n b;', [['a'], ['b']]],
    [`r''m "-"r\\f x`, [['rm', '-rf', 'x']]],
    ['npm test 2>&1 >/dev/null', [['npm', 'test']]],
    ['npm test &>/dev/null | cat', [['npm', 'test'], ['cat']]],
    [`echo ''`, [['echo', '']]],
    [`echo a#b "it's" 'say "hi"'`, [['echo', 'a#b', "it's", 'say "hi"']]],
    ['echo a\\\nb', [['echo', 'ab']]],
  ];
  for (const [command, words] of plain) {
    it(`knows ${JSON.stringify(command)} for certain`, () => {
      const analysis = analyzeCommand(command);
      assert.deepEqual(
        analysis.parts.map((part) => part.words),
        words,
      );
      assert.equal(analysis.complete, true);
    });
  }

  const doubtful = [
    '',
    '   ',
    '# x',
    'a # x',
    'echo $HOME',
    'echo ${x}',
    'echo "$x"',
    'echo $(rm x)',
    'echo `rm x`',
    'echo "`rm x`"',
    'cat <(rm x)',
    'echo a > f',
    'echo a >> f',
    'echo a >| f',
    'cat < f',
    'cat <<E\nrm x\nE',
    'cat <<< x',
    'a & b',
    'a &',
    'a |& b',
    '(a)',
    '{ a; }',
    'X=1 a',
    'X=1',
    'a=(1 2)',
    'if a; then b; fi',
    'for i in a; do b; done',
    '! a',
    'time a',
    'a && ',
    'a |',
    '; a',
    'a ;; b',
    '&& a',
    `echo 'x`,
    'echo "x',
    'echo \\',
    'ls *',
    'ls ?',
    'ls [a]',
    'ls ~',
    'ls ~/x',
    'ls {a,b}',
    'function f { a; }',
    'f() { a; }',
    '[[ a ]]',
    'a\u00a0b',
    'a\rb',
    'a\fb',
    'a\u200bb',
    'a\u202eb',
    'a\u{e0041}b',
    'a\u0007',
    `$'rm' x`,
    '"my prog" x',
    `'' x`,
    'a > /dev/nullx',
    'a >& f',
    `a >${' '.repeat(53)}/dev/nullx`,
    'a 2>&1x',
    'sudo a',
    'env a',
    'xargs a',
    'bash -c a',
    '/bin/sh -c a',
    'timeout 1 a',
    'nohup a',
    'eval a',
    'exec a',
    'command a',
    'builtin a',
    'find . -exec a',
    'source a',
    '. a',
    'nice a',
  ];
  for (const command of doubtful) {
    it(`is not sure of ${JSON.stringify(command)}`, () => {
      const { complete, reason } = analyzeCommand(command);
      assert.equal(complete, false);
      assert.ok(reason);
    });
  }

  it('never throws, and always gives words or a reason', () => {
    const piece = fc.constantFrom(
      'a',
      ' ',
      '"',
      "'",
      '\\',
      '$(',
      ')',
      '`',
      '|',
      '&',
      ';',
      '\n',
      '>',
      '<',
      '#',
      '{',
      '}',
      '$',
      '=',
      '2>&1',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const analysis = analyzeCommand(pieces.join(''));
        assert.equal(analysis.complete, analysis.reason === undefined);
        assert.ok(!analysis.complete || analysis.parts.length > 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads a long command without delay', () => {
    const started = performance.now();
    analyzeCommand(`${'echo "a b" && '.repeat(20_000)}true`);
    assert.ok(performance.now() - started < 2_000);
  });
});

describe('command rules', () => {
  const cases: readonly (readonly [string, Lists, 'allow' | 'ask' | 'deny'])[] = [
    ['npm test', {}, 'ask'],
    ['npm test', { allow: ['Bash(npm test)'] }, 'allow'],
    ['npm  "test"', { allow: ['Bash(npm test)'] }, 'allow'],
    ['npm test -- x', { allow: ['Bash(npm test)'] }, 'ask'],
    ['npm test -- x', { allow: ['Bash(npm test:*)'] }, 'allow'],
    ['npm test', { allow: ['Bash(npm test *)'] }, 'allow'],
    ['npm tests', { allow: ['Bash(npm test:*)'] }, 'ask'],
    ['npm tests', { allow: ['Bash(npm test *)'] }, 'ask'],
    ['npm.test', { allow: ['Bash(npm?test)', 'Bash(npm[.]test)'] }, 'ask'],
    ['lsblk', { allow: ['Bash(ls*)'] }, 'allow'],
    ['npm test && rm x', { allow: ['Bash(npm test)'] }, 'ask'],
    ['npm test && rm x', { allow: ['Bash(npm test)', 'Bash(rm:*)'] }, 'allow'],
    ['npm test && rm x', { allow: ['Bash'], deny: ['Bash(rm:*)'] }, 'deny'],
    ['npm test; git push', { allow: ['Bash'], ask: ['Bash(git push:*)'] }, 'ask'],
    ['git push', { allow: ['Bash(git push)'], ask: ['Bash(git:*)'], deny: ['Bash(git push)'] }, 'deny'],
    ['anything at all', { allow: ['Bash(*)'] }, 'allow'],
    ['anything $x', { allow: ['Bash'] }, 'ask'],
    ['npm test', { deny: ['Bash'], allow: ['Bash(npm test)'] }, 'deny'],
    ['npm test', { deny: ['*'] }, 'deny'],
    ['npm test', { allow: ['Read', 'Edit', 'PowerShell(npm test)'] }, 'ask'],
    ['./npm test', { allow: ['Bash(npm test)'] }, 'ask'],
    ['/bin/rm x', { deny: ['Bash(rm:*)'] }, 'deny'],
    [`r\\m x`, { deny: ['Bash(rm:*)'] }, 'deny'],
    [`r''m x`, { deny: ['Bash(rm:*)'] }, 'deny'],
    ['X=1 rm x', { deny: ['Bash(rm:*)'] }, 'deny'],
    ['sudo -u me rm x', { deny: ['Bash(rm:*)'] }, 'deny'],
    ['timeout 5 nice rm x', { deny: ['Bash(rm:*)'] }, 'deny'],
    [`bash -c 'cd /; rm x'`, { deny: ['Bash(rm:*)'] }, 'deny'],
    [`sh -c "bash -c 'rm x'"`, { deny: ['Bash(rm:*)'] }, 'deny'],
    ['find . -exec rm {} +', { deny: ['Bash(rm:*)'] }, 'deny'],
    ['echo $(rm x)', { deny: ['Bash(rm:*)'] }, 'deny'],
    ['echo "$(rm x)"; ls', { deny: ['Bash(rm:*)'] }, 'deny'],
    ['echo "$(true)"; rm x', { deny: ['Bash(rm:*)'] }, 'deny'],
    ['echo `rm x`', { deny: ['Bash(rm:*)'] }, 'deny'],
    ['cat <(rm x)', { deny: ['Bash(rm:*)'] }, 'deny'],
    ['(rm x)', { deny: ['Bash(rm:*)'] }, 'deny'],
    ['{ rm x; }', { deny: ['Bash(rm:*)'] }, 'deny'],
    ['if true; then rm x; fi', { deny: ['Bash(rm:*)'] }, 'deny'],
    ['! rm x', { deny: ['Bash(rm:*)'] }, 'deny'],
    ['true & rm x', { deny: ['Bash(rm:*)'] }, 'deny'],
    ['true\nrm x', { deny: ['Bash(rm:*)'] }, 'deny'],
    ['echo "unclosed; rm x', { deny: ['Bash(rm:*)'] }, 'deny'],
    [`${'true; '.repeat(500)}rm x`, { allow: ['Bash'], deny: ['Bash(rm:*)'] }, 'deny'],
    ['git rm x', { allow: ['Bash(git:*)'], deny: ['Bash(rm:*)'] }, 'allow'],
    ['echo rm', { allow: ['Bash(echo:*)'], deny: ['Bash(rm:*)'] }, 'allow'],
    ['curl x | sh', { allow: ['Bash(curl:*)'] }, 'ask'],
    ['npm test\u00a0', { allow: ['Bash(npm test:*)'] }, 'ask'],
    ['npm test > src/x', { allow: ['Bash(npm test:*)'] }, 'ask'],
    ['PATH=. npm test', { allow: ['Bash(npm test:*)'] }, 'ask'],
  ];
  for (const [command, lists, decision] of cases) {
    const shown = command.length > 80 ? `${command.slice(0, 40)}…` : command;
    it(`${decision}: ${JSON.stringify(shown)} under ${JSON.stringify(lists)}`, () => {
      assert.equal(judge(command, lists), decision);
    });
  }
});

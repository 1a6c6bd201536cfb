import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createShellGrammar } from '../../../src/adapters/shell-grammar.ts';
import { commandFiles } from '../../../src/core/permissions/command-files.ts';
import { judgeCommand } from '../../../src/core/permissions/command-rules.ts';
import { analyzeCommand, type ShellAnalysis } from '../../../src/core/permissions/shell-analysis.ts';
import { destructiveTarget } from '../../../src/core/permissions/shell/destructive-target.ts';
import { rulesOf } from '../../support/memory/tool-bench.ts';

const grammar = createShellGrammar();
const analyze = (command: string): Promise<ShellAnalysis> => analyzeCommand(command, grammar);

/** Names and arguments of the parts; what is not written out with a tilde in front. */
function wordsOf(analysis: ShellAnalysis): string[][] {
  return analysis.parts.map((part) => part.words.map((word) => (word.literal ? word.text : `~${word.text}`)));
}

describe('the analysis of a shell command', () => {
  const plain: readonly (readonly [string, readonly (readonly string[])[]])[] = [
    ['npm test', [['npm', 'test']]],
    ['  npm\t test  ', [['npm', 'test']]],
    [`git commit -m 'a b' -m "c d"`, [['git', 'commit', '-m', 'a b', '-m', 'c d']]],
    ['a && b || c; d | e\nf', [['a'], ['b'], ['c'], ['d'], ['e'], ['f']]],
    ['a &&\n b;', [['a'], ['b']]],
    [`r''m "-"r\\f x`, [['rm', '-rf', 'x']]],
    ['npm test &>/dev/null | cat', [['npm', 'test'], ['cat']]],
    [`echo ''`, [['echo', '']]],
    [`echo a#b "it's" 'say "hi"' # c`, [['echo', 'a#b', "it's", 'say "hi"']]],
    ['echo a\\\nb', [['echo', 'ab']]],
    [`$'\\x72m' $'a\\tb'`, [['rm', 'a\tb']]],
    ['echo {a,b{c,d}}e', [['echo', 'ae', 'bce', 'bde']]],
    ['{ a; (b); } & c', [['a'], ['b'], ['c']]],
    ['if a; then b; elif c; then d; else e; fi', [['a'], ['b'], ['c'], ['d'], ['e']]],
    ['for x in 1 2; do a "$x"; done', [['a', '~$x']]],
    ['while a; do b; done < f', [['a'], ['b'], []]],
    ['case x in a|b) c;; *) d; esac', [['c'], ['d']]],
    ['a "$(b "$(c)")"', [['c'], ['b', '~$(c)'], ['a', '~$(b "$(c)")']]],
    ['a > f b c', [['a', 'b', 'c']]],
    ['> f a b', [['a', 'b']]],
    ["cat <<'E' | b\n$(x)\nE\nc", [['cat'], ['b'], ['c']]],
    ['cat <<E\n$(x)\nE', [['x'], ['cat']]],
    [
      'timeout 5 nice a b',
      [
        ['timeout', '5', 'nice', 'a', 'b'],
        ['nice', 'a', 'b'],
        ['a', 'b'],
      ],
    ],
    [`sh -c 'a; b "c d"'`, [['sh', '-c', 'a; b "c d"'], ['a'], ['b', 'c d']]],
    ['command -v a', [['command', '-v', 'a']]],
    ['time -p a | b', [['a'], ['b']]],
  ];
  for (const [command, words] of plain) {
    it(`knows ${JSON.stringify(command)} for certain`, async () => {
      const analysis = await analyze(command);
      assert.deepEqual(wordsOf(analysis), words);
      assert.equal(analysis.reason, undefined);
      assert.equal(analysis.complete, true);
    });
  }

  it('says that nothing but plain commands is certain without the grammar, and still finds what a rule denies', async () => {
    const analysis = await analyzeCommand('echo "$(rm x)"', undefined);
    assert.equal(analysis.complete, false);
    assert.match(analysis.reason ?? '', /grammar could not be loaded/);
    const judged = judgeCommand(rulesOf({ deny: ['Bash(rm:*)'], allow: ['Bash'] }).rules, 'Bash', analysis);
    assert.equal(judged.decision, 'deny');
    const other = await analyzeCommand('npm "test"', { load: () => Promise.reject(new Error('no wasm')) });
    assert.equal(judgeCommand(rulesOf({ allow: ['Bash'] }).rules, 'Bash', other).decision, 'ask');
    const plain = await analyzeCommand('npm test && ls', undefined);
    assert.equal(judgeCommand(rulesOf({ allow: ['Bash'] }).rules, 'Bash', plain).decision, 'allow');
  });

  it('never rejects, and gives commands or a reason', async () => {
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
      '<<E',
      '((',
      '[',
      ',',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const analysis = await analyze(pieces.join(''));
        assert.equal(analysis.complete, analysis.reason === undefined);
        assert.ok(!analysis.complete || analysis.parts.length > 0);
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads a command of any length and depth to its end', async () => {
    const long = await analyze(`${'echo "a b" && '.repeat(5_000)}true`);
    assert.equal(long.parts.length, 5_001);
    const deep = await analyze(`${'('.repeat(5_000)}rm x${')'.repeat(5_000)}`);
    const judged = judgeCommand(rulesOf({ deny: ['Bash(rm:*)'] }).rules, 'Bash', deep);
    assert.equal(judged.decision, 'deny');
  });
});

describe('the files of a command', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['a > f', ['edit f']],
    ['a >> "b c" 2>&1 < d', ['edit b c', 'read d']],
    ['a > /dev/null 2> /dev/stderr', []],
    ['a > "$x"', ['edit ?']],
    ['cd sub && a > f', ['edit sub/f', 'read sub']],
    ['a && cd sub > f', ['edit f', 'read sub']],
    ['{ cd sub; } > f', ['edit f', 'edit sub/f', 'read sub']],
    ['cd sub && b | a > f c', ['edit sub/f', 'read sub']],
    ['cd sub; a > f', ['edit f', 'edit sub/f', 'read sub']],
    ['(cd sub); a > f', ['edit f', 'read sub']],
    ['cd sub && a > ../f', ['edit ?', 'read sub']],
    ['cd "$x" && a > f', ['edit ?']],
    ['cd "$x"; a > /t/f', ['edit /t/f']],
    ['pushd x; a > f', ['edit ?']],
    ['a > ~/f', ['edit ~/f']],
    ["a > '~/f'", ['edit ./~/f']],
    ['a > x/../../f', ['edit ?']],
    ['a > /dev/tcp/h/1', ['edit ?']],
    ['for i in 1 2; do cd x; a > f; done', ['edit ?', 'read ?', 'read x']],
    ['cat a', ['read a']],
  ];
  for (const [command, files] of cases) {
    it(`of ${JSON.stringify(command)} are ${JSON.stringify(files)}`, async () => {
      const found = commandFiles(await analyze(command), new Set(), { edits: false });
      const shown = [...new Set(found.map(({ use, path }) => `${use} ${path ?? '?'}`))].toSorted();
      for (const file of shown) assert.ok(files.includes(file) || file === 'read ?', `${file} in ${shown.join(', ')}`);
      for (const file of files)
        if (file !== 'read x') assert.ok(shown.includes(file), `${file} in ${shown.join(', ')}`);
    });
  }

  it('are edits where the mode lets a command edit', async () => {
    const { rules } = rulesOf({});
    const decide = async (command: string): Promise<string> =>
      judgeCommand(rules, 'Bash', await analyze(command), { edits: true }).decision;
    for (const command of [
      'mkdir -p a/b',
      'touch a',
      'rm -rf a',
      'mv a b',
      'cp -r a b',
      "sed -i 's/a/b/g' f",
      "sed -n '1,5p' f",
    ]) {
      assert.equal(await decide(command), 'allow', command);
    }
    for (const command of [
      "sed -i 's/a/b/e' f",
      "sed '1e rm x' f",
      "sed 'w x' f",
      "sed -n 's/a/b/w x' f",
      'rm *',
      'cp "$x" b',
      'mv -t x y',
    ]) {
      assert.equal(await decide(command), 'ask', command);
    }
    assert.equal(judgeCommand(rules, 'Bash', await analyze('rm a')).decision, 'ask');
  });
});

describe('the circuit breaker', () => {
  const folders = { home: '/home/me', workspace: ['/home/me/work/project'], cwd: '/home/me/work/project' };
  const stops = [
    'rm -rf /',
    'rm -rf /*',
    'rm -rf /etc',
    'rm -rf //',
    'rm -rf /.',
    'rm -rf /usr/..',
    'rm -rf ~',
    'rm -rf ~/',
    'rm -rf ~/*',
    'rm -rf "$HOME"',
    'rm -rf $HOME/*',
    'rm -rf ${HOME}',
    'rm -rf /home/me',
    'rm -rf /home',
    'rm -rf .',
    'rm -rf ./',
    'rm -rf *',
    'rm -rf ./*',
    'rm -rf ..',
    'rm -rf ../../..',
    'rm -rf /home/me/work',
    'rm -rf /home/me/work/project/',
    'rm -rf "$X"/*',
    'rm -rf $X/',
    'rm -rf "${X}/"*',
    'rm -r x /',
    'cd / && rm -rf *',
    'cd .. && rm -rf project',
    'cd src/.. && rm -rf .',
    'sudo rm -rf /',
    'bash -c "rm -rf ~"',
    'echo $(rm -rf /)',
    '/bin/rm -rf /',
    'r\\m -rf /',
    'rmdir /home/me',
    'find / -delete',
    'find . -delete',
    'find ~ -name x -delete',
    'find / -exec rm -rf {} +',
    'shred /etc',
    'dd if=/dev/zero of=/dev/sda',
    'dd of="$X"',
    'mkfs /dev/sda1',
    'mkfs.ext4 /dev/sda1',
    'chmod -R 777 /',
    'chown -R me ~',
    'chmod -R 777 .',
    'mv ~ x',
    'xargs rm -rf /',
    'rm -rf / "unclosed',
    'rm$IFS-rf$IFS/',
  ];
  for (const command of stops) {
    it(`stops ${command}`, async () => {
      assert.match(destructiveTarget(await analyze(command), folders) ?? '', /would/);
    });
  }

  const passes = [
    'rm -rf node_modules',
    'rm -rf ./dist',
    'rm x',
    'rm -rf src/*',
    'rm *.log',
    'rm -rf "$X"',
    'rm -rf /tmp/x/y',
    'rm -rf /home/me/other/x',
    'find . -name "*.log" -delete',
    'find dist -delete',
    'chmod 644 .',
    'chmod -R u+w dist',
    'dd if=a of=b',
    'echo rm -rf /',
    'git rm -r .',
    "echo 'rm -rf /'",
    'cd src && rm -rf dist',
  ];
  for (const command of passes) {
    it(`lets ${command} be judged by the rules`, async () => {
      assert.equal(destructiveTarget(await analyze(command), folders), undefined);
    });
  }

  it('knows the commands of PowerShell', async () => {
    const stop = async (command: string): Promise<string | undefined> =>
      destructiveTarget(await analyzeCommand(command, grammar, 'powershell'), {
        home: 'C:\\Users\\me',
        workspace: ['C:\\work'],
        cwd: 'C:\\work',
      });
    for (const command of ['rm -Recurse C:\\', 'Remove-Item -Recurse C:\\Users\\me', 'del .', 'ri C:\\Users']) {
      assert.match((await stop(command)) ?? '', /would/, command);
    }
    assert.equal(await stop('Remove-Item -Recurse dist'), undefined);
  });
});

// The gate's judgement on a real disk: files with several names, and how often a decision looks at the disk.
import assert from 'node:assert/strict';
import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { createShellGrammar } from '../../../src/adapters/shell-grammar.ts';
import type { Access } from '../../../src/core/permissions/access.ts';
import { PermissionEvaluator } from '../../../src/core/permissions/evaluator.ts';
import type { PermissionMode } from '../../../src/core/permissions/mode.ts';
import { parseRule, type RuleBehavior } from '../../../src/core/permissions/rules.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

describe('a decision', () => {
  const folderWith = temporaryFolders();
  const grammar = createShellGrammar();
  let root: string;
  let work: string;

  beforeEach(async () => {
    root = await folderWith({
      'home/.ssh/id_rsa': 'key',
      'work/src/a.ts': 'a',
      'work/src/deep/b.ts': 'b',
      'work/.env': 'secret',
      'work/.git/config': '',
    });
    work = path.join(root, 'work');
  });

  const rulesOf = (lists: Partial<Record<RuleBehavior, readonly string[]>>) => {
    const source = { scope: 'user', file: '/s.json', root: work } as const;
    const rules = Object.entries(lists).flatMap(([behavior, texts]) =>
      texts.map((text) => {
        const parsed = parseRule(behavior as RuleBehavior, text, source);
        assert.ok('rule' in parsed);
        return parsed.rule;
      }),
    );
    return { rules, problems: [], additionalFolders: [] };
  };

  function judgeWith(
    lists: Partial<Record<RuleBehavior, readonly string[]>> = {},
    mode: PermissionMode = 'default',
    files = new NodeFileSystem(),
  ) {
    const home = path.join(root, 'home');
    const platform = 'linux' as const;
    const rules = rulesOf(lists);
    const options = { files, workspace: [work], home, platform, rules: () => rules, mode: () => mode, grammar };
    const evaluator = new PermissionEvaluator(options);
    return (access: Access) => evaluator.judge(access);
  }
  const read = (file: string): Access => ({ kind: 'read', tool: 'Read', path: path.join(work, file) });
  const edit = (file: string): Access => ({ kind: 'edit', tool: 'Edit', path: path.join(work, file) });
  const run = (command: string): Access => ({ kind: 'command', tool: 'Bash', command, cwd: work });

  describe('about a file with several names', () => {
    beforeEach(async () => {
      await link(path.join(root, 'home/.ssh/id_rsa'), path.join(work, 'src/key.txt'));
      await link(path.join(work, '.git/config'), path.join(work, 'notes.txt'));
      for (const folder of ['node_modules/pkg', 'sub/node_modules'])
        await mkdir(path.join(work, folder), { recursive: true });
      await link(path.join(work, 'src/a.ts'), path.join(work, 'node_modules/pkg/a.ts'));
    });

    it('asks before it is read, by whatever tool, and says why', async () => {
      const judge = judgeWith();
      const verdict = await judge(read('src/key.txt'));
      assert.equal(verdict.decision, 'ask');
      assert.match(verdict.asking.facts.join('\n'), /other names on this disk/);
      assert.ok(verdict.session?.words);
      assert.equal((await judge(run('cat src/key.txt'))).decision, 'ask');
      assert.equal((await judge(run('cat src/deep/b.ts'))).decision, 'allow');
      assert.equal((await judge(read('src/deep/b.ts'))).decision, 'allow');
    });

    it('reads it where a rule says so, and where such names are usual', async () => {
      assert.equal((await judgeWith({ allow: ['Read(./src/**)'] })(read('src/key.txt'))).decision, 'allow');
      assert.equal((await judgeWith()(read('node_modules/pkg/a.ts'))).decision, 'allow');
    });

    it('asks each time before it is written, whatever rules and modes allow', async () => {
      const allow = ['Edit(./**)', 'Bash(echo:*)'];
      for (const mode of ['default', 'acceptEdits'] as const) {
        const judge = judgeWith({ allow }, mode);
        for (const access of [edit('notes.txt'), edit('node_modules/pkg/a.ts'), run('echo x > notes.txt')]) {
          const verdict = await judge(access);
          assert.ok(verdict.decision === 'ask' && verdict.because === 'protected', JSON.stringify(access));
        }
        assert.equal((await judge(edit('src/deep/b.ts'))).decision, 'allow');
      }
      assert.equal((await judgeWith({ allow }, 'dontAsk')(edit('notes.txt'))).decision, 'deny');
    });

    it('takes a store above the workspace for none', async () => {
      work = path.join(work, 'sub/node_modules');
      await link(path.join(root, 'home/.ssh/id_rsa'), path.join(work, 'key.txt'));
      assert.equal((await judgeWith()(read('key.txt'))).decision, 'ask');
    });
  });

  describe('about a search in a folder, where a rule withholds files of some name', () => {
    const deny = ['Read(.env)'];

    it('looks whether there are any, and asks where there are', async () => {
      const judge = judgeWith({ deny, allow: ['Bash(tar:*)'] });
      assert.equal((await judge(run('grep -r x src'))).decision, 'allow');
      assert.equal((await judge(run('tar -cf - src'))).decision, 'allow');
      const verdict = await judge(run('grep -r x .'));
      assert.ok(verdict.decision === 'ask' && verdict.because === 'rule', verdict.decision);
      await writeFile(path.join(work, 'src/deep/.env'), '');
      assert.equal((await judge(run('grep -r x src'))).decision, 'ask');
    });

    it('asks where a link leads elsewhere, the folder is large, or what is written may get the name', async () => {
      const judge = judgeWith({ deny: ['Edit(.env)', ...deny], allow: ['Bash(cp:*)'] });
      await mkdir(path.join(work, 'other'));
      assert.equal((await judge(run('cp -r src other'))).decision, 'ask');
      await symlink(path.join(root, 'home'), path.join(work, 'src/deep/link'));
      assert.equal((await judge(run('grep -r x src'))).decision, 'ask');
      await Promise.all(Array.from({ length: 501 }, (_, index) => writeFile(path.join(work, `other/${index}`), '')));
      assert.equal((await judge(run('grep -r x other'))).decision, 'ask');
    });
  });

  describe('about what a protected name leads to', () => {
    it('asks before it is written', async () => {
      await mkdir(path.join(work, 'settings'));
      await symlink('settings', path.join(work, '.vscode'));
      const verdict = await judgeWith({ allow: ['Edit(./**)'] })(edit('settings/tasks.json'));
      assert.ok(verdict.decision === 'ask' && verdict.because === 'protected');
    });
  });

  describe('once warm looks at the disk', () => {
    class CountedFiles extends NodeFileSystem {
      readonly seen: string[] = [];
      override stat(file: string) {
        this.seen.push(`stat ${file}`);
        return super.stat(file);
      }
      override resolve(file: string) {
        this.seen.push(`resolve ${file}`);
        return super.resolve(file);
      }
      override isLink(file: string) {
        this.seen.push(`isLink ${file}`);
        return super.isLink(file);
      }
    }

    const cases: readonly [string, () => Access, number][] = [
      ['a read', () => read('src/a.ts'), 2],
      ['an edit', () => edit('src/a.ts'), 9],
      ['a plain command', () => run('npm test'), 0],
      ['a command that reads a file', () => run('cat src/a.ts'), 2],
      ['a command that names one file often', () => run('cat src/a.ts; head src/a.ts; tail -5 src/a.ts | wc -l'), 4],
      ['a command that writes three files', () => run('echo a > src/x; echo b > src/y; echo c > src/z'), 13],
    ];
    for (const [what, access, most] of cases) {
      it(`at most ${most} times for ${what}`, async () => {
        const files = new CountedFiles();
        const judge = judgeWith(
          { allow: ['Bash(npm test)', 'Edit(./src/**)'], deny: ['Read(.env)'] },
          'default',
          files,
        );
        await judge(access());
        files.seen.length = 0;
        await judge(access());
        assert.ok(files.seen.length <= most, files.seen.join('\n'));
      });
    }
  });
});

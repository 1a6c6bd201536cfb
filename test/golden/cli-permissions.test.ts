import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { linesOf, openCliLab } from '../unit/headless/run-cli.ts';

const world = { workspace: '/project', cwd: '/project', home: '/home/me', fs: { files: ['/project/src/a.ts'] } };

describe('capstan permissions check', () => {
  it('answers each line in order, touching nothing', async () => {
    await using lab = await openCliLab();
    const questions = [
      { ...world, id: 1, tool: 'Bash', command: 'npm test && rm x', allow: ['Bash(npm test:*)'] },
      { ...world, id: 2, tool: 'Bash', command: 'npm test', allow: ['Bash(npm test:*)'] },
      { ...world, id: 'three', tool: 'Read', path: 'src/a.ts' },
      { ...world, id: 4, tool: 'Edit', path: '/etc/passwd', deny: ['Edit(//etc/**)'] },
      { ...world, id: 5, tool: 'Edit', path: 'src/a.ts', mode: 'acceptEdits' },
      { ...world, id: 6, tool: 'WebFetch', url: 'https://a.example.org/', allow: ['WebFetch(domain:*.example.org)'] },
    ];
    const input = ['', '{oops', '{"id": 9, "tool": "Frob"}', ...questions.map((question) => JSON.stringify(question))];
    const { status, out } = await lab.run(['permissions', 'check'], { input: `${input.join('\n')}\n` });
    assert.equal(status, 0);
    const answers = linesOf(out).map(({ id, decision, rule, scope }) => [id, decision, rule, scope]);
    assert.deepEqual(answers, [
      [null, 'deny', null, null],
      [9, 'deny', null, null],
      [1, 'ask', null, null],
      [2, 'allow', 'Bash(npm test:*)', 'project'],
      ['three', 'allow', null, null],
      [4, 'deny', 'Edit(//etc/**)', 'project'],
      [5, 'allow', null, null],
      [6, 'allow', 'WebFetch(domain:*.example.org)', 'project'],
    ]);
  });

  it('follows links, case and Unicode forms of the file system that the question describes', async () => {
    await using lab = await openCliLab();
    const fs = {
      files: ['/project/src/a.ts', '/etc/passwd', '/project/Secret.txt'],
      symlinks: { '/project/out': '/etc', '/project/loop': '/project/loop' },
      caseInsensitive: true,
    };
    const paths = ['out/passwd', 'loop/x', 'src/../src/a.ts', 'SECRET.TXT', '../project-evil/x'];
    const input = paths.map((path) => JSON.stringify({ ...world, fs, tool: 'Read', path, deny: ['Read(secret.txt)'] }));
    const { out } = await lab.run(['permissions', 'check'], { input: input.join('\n') });
    assert.deepEqual(
      linesOf(out).map(({ decision }) => decision),
      ['ask', 'deny', 'allow', 'deny', 'ask'],
    );
  });

  it('explains a decision under the settings of the folder, with file and line', async () => {
    await using lab = await openCliLab();
    await mkdir(join(lab.workspace, '.claude'));
    await writeFile(
      join(lab.workspace, '.claude/settings.json'),
      '{\n "permissions": {\n  "deny": [\n   "Bash(git push:*)"\n  ]\n }\n}\n',
    );
    const { status, out, err } = await lab.run(['permissions', 'check', '--tool', 'Bash', '--command', 'git push -f']);
    assert.equal(status, 0);
    assert.match(out, /^Denied: .*\nRule: deny Bash\(git push:\*\) in .*settings\.json:4 \(project\)\n/);
    assert.match(err, /is not trusted/);
    const edit = await lab.run(['permissions', 'check', '--tool', 'Edit', '--path', 'src/a.ts']);
    assert.match(edit.out, /^You are asked: Edits are asked about\nTo allow it from now on: Edit\(\.\/src\/\*\*\)\n$/);
  });

  it('judges relative paths and patterns from the working folder of the question', async () => {
    await using lab = await openCliLab();
    const fs = { files: ['/project/src/a.ts', '/project/a.ts'], symlinks: { '/project/out': '/data/inner' } };
    const questions = [
      { path: 'a.ts', deny: ['Read(./a.ts)'] },
      { path: '../a.ts', deny: ['Read(./a.ts)'] },
      { path: '../out/../secret' },
      { path: '../a.ts', deny: ['Read(/a.ts)'] },
    ].map((question) => JSON.stringify({ ...world, cwd: '/project/src', fs, tool: 'Read', ...question }));
    const { out } = await lab.run(['permissions', 'check'], { input: questions.join('\n') });
    assert.deepEqual(
      linesOf(out).map(({ decision }) => decision),
      ['deny', 'allow', 'ask', 'deny'],
    );
  });

  it('shows no key that stands in what it cannot do', async () => {
    await using lab = await openCliLab();
    const key = ['sk', 'ant', 'api03', 'abcdefgh1234'].join('-');
    const { status, err } = await lab.run([`--${key}`]);
    assert.equal(status, 2);
    assert.ok(!err.includes(key), err);
  });

  it('shows each part of a command and each file that it touches, with the rule and where it stands', async () => {
    await using lab = await openCliLab();
    await mkdir(join(lab.workspace, '.claude'));
    const rules = { allow: ['Bash(npm test:*)'], deny: ['Read(.env)'] };
    await writeFile(join(lab.workspace, '.claude/settings.json'), JSON.stringify({ permissions: rules }));
    const explain = async (command: string): Promise<string> =>
      (await lab.run(['permissions', 'check', '--trust', '--tool', 'Bash', '--command', command])).out;
    assert.match(
      await explain('npm test && cat .env'),
      /^Denied: .*\nRule: deny Read\(\.env\) in .*\n {2}allow {2}npm test {2}\(Bash\(npm test:\*\) in .*\n {2}allow {2}cat \.env .*\n {2}deny {2}Reads \.env {2}\(Read/,
    );
    assert.match(
      await explain('npm test > /else/out; make all'),
      /\n {2}ask {2}make all {2}\(no rule allows make all\)\n {2}ask {2}Writes \/else\/out {2}\(leaves the workspace\)\n[^]*To allow it from now on: Bash\(make all:\*\), Edit\(\/\/else\/out\)\n$/,
    );
    assert.match(await explain('rm -rf ~'), /^You are asked: rm would reach ~: the system, the home folder/);
  });

  it('takes a line for what ends with a line feed, whatever other separators stand in it', async () => {
    await using lab = await openCliLab();
    const question = { ...world, id: 1, tool: 'Bash', command: 'ls \u2028 \u2029 \u0085' };
    const { out } = await lab.run(['permissions', 'check'], { input: `${JSON.stringify(question)}\r\n` });
    assert.deepEqual(
      linesOf(out).map(({ id, decision }) => [id, decision]),
      [[1, 'ask']],
    );
  });

  const refused: [string[], RegExp][] = [
    [['permissions'], /knows one verb: check/],
    [['permissions', 'check', '--tool', 'Bash'], /--command, --path or --url/],
    [['permissions', 'check', '--tool', 'Bash', '--command', 'x', '--mode', 'yolo'], /--mode knows/],
  ];
  for (const [args, message] of refused) {
    it(`refuses with status 2: ${args.join(' ')}`, async () => {
      await using lab = await openCliLab();
      const { status, err } = await lab.run(args);
      assert.equal(status, 2);
      assert.match(err, message);
    });
  }
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  foldName,
  namesWithin,
  parentPath,
  relativePath,
  resolvePath,
} from '../../../src/core/permissions/lexical-path.ts';
import { pathProblem } from '../../../src/core/permissions/paths.ts';
import { isProtectedPath } from '../../../src/core/permissions/protected-paths.ts';
import { parseRule } from '../../../src/core/permissions/rules.ts';
import { hasHiddenCharacters, visibleText } from '../../../src/core/permissions/visible-text.ts';

describe('paths as text', () => {
  it('are made absolute, on POSIX and on Windows', () => {
    assert.equal(resolvePath('/project', 'a/../b/./c//d'), '/project/b/c/d');
    assert.equal(resolvePath('/project', '../../../etc'), '/etc');
    assert.equal(resolvePath('/project', '//etc/passwd'), '/etc/passwd');
    assert.equal(resolvePath('/project', String.raw`a\b`), String.raw`/project/a\b`);
    assert.equal(resolvePath(String.raw`C:\work`, 'a/b'), String.raw`C:\work\a\b`);
    assert.equal(resolvePath(String.raw`c:\work`, '/x'), String.raw`C:\x`);
    assert.equal(resolvePath(String.raw`C:\work`, String.raw`\\?\D:\x`), String.raw`D:\x`);
    assert.equal(resolvePath(String.raw`C:\work`, String.raw`\\?\UNC\server\share\x`), String.raw`\\server\share\x`);
  });

  it('are compared by whole names', () => {
    assert.deepEqual(namesWithin('/project/a/b', '/project'), ['a', 'b']);
    assert.deepEqual(namesWithin('/project', '/project'), []);
    assert.equal(namesWithin('/project-evil/a', '/project'), undefined);
    assert.equal(namesWithin('/Project/a', '/project'), undefined);
    assert.deepEqual(namesWithin('/Project/a', '/project', true), ['a']);
    assert.deepEqual(namesWithin('/x', '/'), ['x']);
    assert.deepEqual(namesWithin(String.raw`c:\work\a`, String.raw`C:\work`), ['a']);
    assert.equal(parentPath('/'), '/');
    assert.equal(relativePath('/project', '/project/src/a.ts'), 'src/a.ts');
    assert.equal(relativePath('/project', '/else/a.ts'), '/else/a.ts');
  });

  it('fold to one spelling', () => {
    assert.equal(foldName('.GIT'), '.git');
    assert.equal(foldName('.git. '), '.git');
    assert.equal(foldName('.git::$INDEX_ALLOCATION'), '.git');
    assert.equal(foldName('cafe\u0301'), foldName('caf\u00e9'));
    assert.equal(foldName('..'), '..');
  });

  it('that mean nothing are told', () => {
    for (const path of ['', ' ', 'a\0', '~', '~/x', '~root/x', String.raw`C:\a.txt::$DATA`])
      assert.ok(pathProblem(path), path);
    for (const path of ['a', '/a', 'a~', '/w/~x', 'x:y']) assert.equal(pathProblem(path), undefined);
  });
});

describe('protected names', () => {
  const home = '/home/me';
  it('are those that decide what other programs run, in any case and before they exist', () => {
    for (const path of [
      '/w/.git/config',
      '/w/.git',
      '/w/sub/.GIT/hooks/pre-commit',
      '/w/.vscode/tasks.json',
      '/w/.claude/settings.json',
      '/w/.husky/x',
      '/w/.idea/x',
      '/w/.capstan/x',
      '/w/.devcontainer/devcontainer.json',
      '/w/.mcp.json',
      '/w/My.Code-Workspace',
      '/home/me/.bashrc',
      '/home/me/.zshenv',
      '/home/me/.ssh/authorized_keys',
      '/w/.npmrc',
      '/w/.vscode./settings.json',
    ]) {
      assert.equal(isProtectedPath(path, home), true, path);
    }
  });
  it('are not those that merely look alike', () => {
    for (const path of [
      '/w/.gitignore',
      '/w/.github/workflows/x.yml',
      '/w/git/x',
      '/w/.bashrc',
      '/w/.vscodeignore',
      '/w/src/claude.ts',
    ]) {
      assert.equal(isProtectedPath(path, home), false, path);
    }
  });
});

describe('rules', () => {
  const source = { scope: 'project' as const, file: '/w/.claude/settings.json', root: '/w' };
  it('that cannot be understood grant nothing and say where they stand', () => {
    for (const text of [
      '',
      'Bash(',
      'Bash)',
      'Bash()',
      'Bash(a',
      'bash x',
      'Nothing(x)',
      'B*',
      '*',
      'Read(!a)',
      'Write(src/**)',
      'Glob(src/**)',
      'Read(a\nb)',
      3,
      null,
      {},
    ]) {
      const parsed = parseRule('allow', text, source, 7);
      assert.ok('problem' in parsed, JSON.stringify(text));
      assert.equal(parsed.problem.line, 7);
      assert.match(parsed.problem.message, /ignored/);
    }
  });
  it('without a specifier, or with a star, cover the tool', () => {
    for (const text of ['Bash', 'Bash(*)', ' Bash ', 'Read(**)']) {
      const parsed = parseRule('allow', text, source);
      assert.ok('rule' in parsed && parsed.rule.specifier === undefined, text);
    }
  });
  it('may restrict by a wildcard of the tool, and by a path on Write', () => {
    for (const text of ['*', 'mcp__*', 'Write(src/**)']) assert.ok('rule' in parseRule('deny', text, source), text);
  });
});

describe('visible text', () => {
  it('writes hidden characters out and leaves the rest', () => {
    assert.equal(
      visibleText('a\u202eb\u200b\u0007\u00a0\u{e0041}'),
      String.raw`a\u{202e}b\u{200b}\u{7}\u{a0}\u{e0041}`,
    );
    assert.equal(visibleText('grün 漢字 🎉\n\t'), 'grün 漢字 🎉\n\t');
    assert.equal(hasHiddenCharacters('plain\n'), false);
  });
});

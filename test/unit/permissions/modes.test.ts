import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createShellGrammar } from '../../../src/adapters/shell-grammar.ts';
import type { Access } from '../../../src/core/permissions/access.ts';
import { PermissionEvaluator } from '../../../src/core/permissions/evaluator.ts';
import { permissionModes, type PermissionMode } from '../../../src/core/permissions/mode.ts';
import type { RuleBehavior } from '../../../src/core/permissions/rules.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { rulesOf } from '../../support/memory/tool-bench.ts';

const grammar = createShellGrammar();
const read: Access = { kind: 'read', tool: 'Read', path: '/project/src/a.ts' };
const readOutside: Access = { kind: 'read', tool: 'Read', path: '/else/b.ts' };
const edit: Access = { kind: 'edit', tool: 'Edit', path: '/project/src/a.ts' };
const editOutside: Access = { kind: 'edit', tool: 'Edit', path: '/else/b.ts' };
const editProtected: Access = { kind: 'edit', tool: 'Edit', path: '/project/.vscode/tasks.json' };
const make: Access = { kind: 'command', tool: 'Bash', command: 'make all', cwd: '/project' };
const page: Access = { kind: 'web', tool: 'WebFetch', url: 'https://docs.example.org/x' };
const task: Access = {
  kind: 'action',
  tool: 'RunTask',
  title: 'Run a task',
  subject: 'npm: build',
  specifier: 'build',
};
const look: Access = { kind: 'action', tool: 'Look', title: 'Look', subject: 'around', readOnly: true };
const todo: Access = { kind: 'internal', tool: 'TodoWrite' };
const asked: readonly Access[] = [edit, make, page, task];
const every: readonly Access[] = [read, ...asked, todo];

async function judge(
  access: Access,
  mode: PermissionMode,
  rules: Partial<Record<RuleBehavior, readonly string[]>> = {},
): Promise<string> {
  const files = new MemoryFileSystem({ '/project/src/a.ts': 'a', '/else/b.ts': 'b' });
  const evaluator = new PermissionEvaluator({
    files,
    workspace: ['/project'],
    home: '/home/me',
    platform: 'linux',
    rules: () => rulesOf(rules),
    mode: () => mode,
    grammar,
  });
  return (await evaluator.judge(access)).decision;
}

describe('permission modes', () => {
  const expected: [string, Access, Record<PermissionMode, string>][] = [
    ['a read inside', read, modes('allow', 'allow', 'allow', 'allow', 'allow')],
    ['a read outside', readOutside, modes('ask', 'ask', 'deny', 'ask', 'allow')],
    ['an edit inside', edit, modes('deny', 'ask', 'deny', 'allow', 'allow')],
    ['an edit outside', editOutside, modes('deny', 'ask', 'deny', 'ask', 'allow')],
    ['an edit of a protected file', editProtected, modes('deny', 'ask', 'deny', 'ask', 'allow')],
    ['a command', make, modes('deny', 'ask', 'deny', 'ask', 'allow')],
    ['a page', page, modes('ask', 'ask', 'deny', 'ask', 'allow')],
    ['a task', task, modes('deny', 'ask', 'deny', 'ask', 'allow')],
    ['a look', look, modes('allow', 'allow', 'allow', 'allow', 'allow')],
    ['the todo list', todo, modes('allow', 'allow', 'allow', 'allow', 'allow')],
  ];
  for (const [name, access, decisions] of expected) {
    it(`decide about ${name}`, async () => {
      for (const mode of permissionModes) assert.equal(await judge(access, mode), decisions[mode], mode);
    });
  }

  const commands: [string, Record<PermissionMode, string>][] = [
    ['ls src', modes('allow', 'allow', 'allow', 'allow', 'allow')],
    ['ls /else', modes('deny', 'ask', 'deny', 'ask', 'allow')],
    ['git log --oneline', modes('allow', 'allow', 'allow', 'allow', 'allow')],
    ['make all', modes('deny', 'ask', 'deny', 'ask', 'allow')],
    ['mkdir -p src/new && touch src/new/a', modes('deny', 'ask', 'deny', 'allow', 'allow')],
    ['echo x > src/a.ts', modes('deny', 'ask', 'deny', 'allow', 'allow')],
    ['sed -i s/a/b/ src/a.ts', modes('deny', 'ask', 'deny', 'allow', 'allow')],
    ['cp src/a.ts src/b.ts', modes('deny', 'ask', 'deny', 'allow', 'allow')],
    ['cp src/.npmrc .', modes('deny', 'ask', 'deny', 'ask', 'allow')],
    ['cp -r src .', modes('deny', 'ask', 'deny', 'ask', 'allow')],
    ['mv src/a.ts /else/a.ts', modes('deny', 'ask', 'deny', 'ask', 'allow')],
    ['touch .vscode/tasks.json', modes('deny', 'ask', 'deny', 'ask', 'allow')],
    ['rm -rf ~', modes('deny', 'ask', 'deny', 'ask', 'ask')],
    ['cat "$x"', modes('deny', 'ask', 'deny', 'ask', 'allow')],
  ];
  for (const [text, decisions] of commands) {
    it(`decide about the command ${text}`, async () => {
      const access: Access = { kind: 'command', tool: 'Bash', command: text, cwd: '/project' };
      for (const mode of permissionModes) assert.equal(await judge(access, mode), decisions[mode], mode);
    });
  }

  it('hold what a rule forbids of files against commands, bypassed or not', async () => {
    const rules = { allow: ['Bash'], deny: ['Read(.env)', 'Edit(./src/**)'], ask: ['Read(./notes/**)'] };
    const expected: [string, string][] = [
      ['cat .env', 'deny'],
      ['cat deep/.env', 'deny'],
      ['npm test < .env', 'deny'],
      ['rm src/a.ts', 'deny'],
      ['npm test > src/a.ts', 'deny'],
      ['cat notes/x', 'ask'],
      ['grep -r x .', 'ask'],
      ['grep -r x', 'ask'],
      ['rg x', 'ask'],
      ['cp -r . /tmp/x', 'ask'],
      ['cat "$x"', 'ask'],
      ['cat *', 'ask'],
      ['cat README.md', 'allow'],
    ];
    for (const mode of ['default', 'acceptEdits', 'bypassPermissions'] as const) {
      for (const [text, decision] of expected) {
        const access: Access = { kind: 'command', tool: 'Bash', command: text, cwd: '/project' };
        assert.equal(await judge(access, mode, rules), decision, `${mode} ${text}`);
      }
    }
  });

  it('let a search of a folder run that no rule reaches into', async () => {
    const deny = ['Read(~/.ssh/**)', 'Read(./secrets/**)', 'Read(//etc/**)'];
    const decide = (text: string) =>
      judge({ kind: 'command', tool: 'Bash', command: text, cwd: '/project' }, 'default', { deny });
    assert.equal(await decide('grep -r x src'), 'allow');
    assert.equal(await decide('grep -r x .'), 'ask');
    assert.equal(await decide('grep -r x secrets'), 'ask');
    assert.equal(await decide('grep -r x secrets/deep'), 'deny');
  });

  it('let a folder be taken away though something in it may not be read', async () => {
    const access: Access = { kind: 'command', tool: 'Bash', command: 'rm -rf dist', cwd: '/project' };
    assert.equal(await judge(access, 'default', { allow: ['Bash(rm:*)'], deny: ['Read(.env)'] }), 'allow');
    assert.equal(await judge(access, 'default', { allow: ['Bash(rm:*)'], deny: ['Edit(.env)'] }), 'ask');
  });

  it('let what only reads run while planning, though a rule allows it too', async () => {
    const access: Access = { kind: 'command', tool: 'Bash', command: 'git log', cwd: '/project' };
    assert.equal(await judge(access, 'plan', { allow: ['Bash(git:*)', 'Bash'] }), 'allow');
  });

  it('never lift a deny', async () => {
    const deny = ['Read', 'Edit', 'Bash', 'WebFetch(domain:*.example.org)', 'RunTask(build)', 'TodoWrite'];
    for (const mode of permissionModes) {
      for (const access of every) {
        assert.equal(await judge(access, mode, { deny }), 'deny', `${mode} ${access.tool}`);
      }
    }
  });

  it('leave an ask rule standing, in bypass too', async () => {
    const ask = ['Edit(./src/**)', 'Bash(make:*)', 'WebFetch', 'RunTask'];
    for (const mode of ['default', 'acceptEdits', 'bypassPermissions'] as const) {
      for (const access of asked) {
        assert.equal(await judge(access, mode, { ask }), 'ask', `${mode} ${access.tool}`);
      }
    }
  });

  it('change nothing while planning, whatever is allowed otherwise', async () => {
    const allow = ['Edit', 'Bash', 'RunTask'];
    for (const access of [edit, make, task]) assert.equal(await judge(access, 'plan', { allow }), 'deny', access.tool);
    assert.equal(await judge(page, 'plan', { allow: ['WebFetch(domain:docs.example.org)'] }), 'allow');
  });

  it('let what a rule allows run where nobody is asked', async () => {
    assert.equal(await judge(make, 'dontAsk', { allow: ['Bash(make:*)'] }), 'allow');
    assert.equal(await judge(edit, 'dontAsk', { allow: ['Edit(./src/**)'] }), 'allow');
  });
});

function modes(...decisions: string[]): Record<PermissionMode, string> {
  const entries = permissionModes.map((mode, index) => [mode, decisions[index]]);
  return Object.fromEntries(entries) as Record<PermissionMode, string>;
}

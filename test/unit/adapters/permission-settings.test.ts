import assert from 'node:assert/strict';
import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { createPermissionSettings } from '../../../src/adapters/permission-settings.ts';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { PermissionEvaluator } from '../../../src/core/permissions/evaluator.ts';
import type { RuleSet } from '../../../src/core/permissions/rules.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const PLACES = {
  managed: 'etc/managed-settings.json',
  user: 'home/.claude/settings.json',
  project: 'work/.claude/settings.json',
  local: 'work/.claude/settings.local.json',
} as const;
type Scope = keyof typeof PLACES;
type Permissions = Partial<Record<string, unknown>>;

describe('permission settings', () => {
  const folderWith = temporaryFolders();

  async function openSettings(given: Partial<Record<Scope, Permissions | string>>, trust = { now: true }) {
    const root = await folderWith();
    await mkdir(path.join(root, 'work'), { recursive: true });
    const write = async (scope: Scope, permissions: Permissions | string) => {
      const file = path.join(root, PLACES[scope]);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, typeof permissions === 'string' ? permissions : JSON.stringify({ permissions }));
    };
    for (const [scope, permissions] of Object.entries(given)) await write(scope as Scope, permissions);
    const workspace = path.join(root, 'work');
    const settings = createPermissionSettings({
      home: path.join(root, 'home'),
      managed: path.join(root, PLACES.managed),
      workspace: [workspace],
      isTrusted: () => trust.now,
    });
    const judge = async (tool: 'Read' | 'Edit', file: string): Promise<string> => {
      const evaluator = new PermissionEvaluator({
        files: new NodeFileSystem(),
        workspace: [workspace],
        home: path.join(root, 'home'),
        platform: 'linux',
        rules: () => settings.rules(),
      });
      const kind = tool === 'Read' ? 'read' : 'edit';
      return (await evaluator.judge({ kind, tool, path: path.resolve(workspace, file) })).decision;
    };
    return { root, workspace, write, judge, rules: () => settings.rules() };
  }

  const texts = (set: RuleSet) =>
    set.rules.map(({ behavior, text, source }) => `${source.scope} ${behavior} ${text}`).toSorted();

  it('merge the lists of all files, each rule with its file and line', async () => {
    const { rules, workspace } = await openSettings({
      managed: { deny: ['Read(//m/**)'] },
      user: { allow: ['Bash(u)'] },
      project: '{\n "permissions": {\n  // the team\'s\n  "ask": ["Bash(p)"],\n  "allow": [\n   "Bash(q)",\n  ]\n }\n}',
      local: { allow: ['Bash(l)'] },
    });
    const set = await rules();
    assert.deepEqual(set.problems, []);
    assert.deepEqual(texts(set), [
      'local allow Bash(l)',
      'managed deny Read(//m/**)',
      'project allow Bash(q)',
      'project ask Bash(p)',
      'user allow Bash(u)',
    ]);
    const shown = set.rules.find(({ text }) => text === 'Bash(q)');
    assert.deepEqual([shown?.source.file, shown?.line], [path.join(workspace, '.claude/settings.json'), 6]);
  });

  for (const denying of Object.keys(PLACES) as Scope[]) {
    it(`a deny of ${denying} beats an allow of every other`, async () => {
      const given = Object.fromEntries(
        (Object.keys(PLACES) as Scope[]).map((scope) => [
          scope,
          scope === denying ? { deny: ['Edit(//**/a.ts)'] } : { allow: ['Edit'] },
        ]),
      );
      const { judge } = await openSettings(given);
      assert.equal(await judge('Edit', 'a.ts'), 'deny');
      assert.equal(await judge('Edit', 'b.ts'), 'allow');
    });
  }

  it('of the workspace allow nothing and add no folder before it is trusted; what restricts counts at once', async () => {
    const trust = { now: false };
    const generous = { allow: ['Edit'], additionalDirectories: ['../lib'], defaultMode: 'bypassPermissions' };
    const { rules, judge } = await openSettings(
      { project: { ...generous, deny: ['Read(.env)'] }, local: { ...generous, ask: ['Read(asked)'] } },
      trust,
    );
    const before = await rules();
    assert.deepEqual(texts(before), ['local ask Read(asked)', 'project deny Read(.env)']);
    assert.deepEqual([before.additionalFolders, before.defaultMode], [[], undefined]);
    assert.deepEqual(await Promise.all([judge('Edit', 'a.ts'), judge('Read', '.env'), judge('Read', '../lib/x')]), [
      'ask',
      'deny',
      'ask',
    ]);
    trust.now = true;
    assert.deepEqual(await Promise.all([judge('Edit', 'a.ts'), judge('Read', '.env'), judge('Read', '../lib/x')]), [
      'allow',
      'deny',
      'allow',
    ]);
    assert.equal((await rules()).defaultMode, undefined);
    trust.now = false;
    assert.equal(await judge('Edit', 'a.ts'), 'ask');
  });

  const modes: [string, Partial<Record<Scope, string>>, string | undefined][] = [
    ['the policy before all', { managed: 'plan', user: 'acceptEdits', local: 'default' }, 'plan'],
    ['the person', { user: 'bypassPermissions' }, 'bypassPermissions'],
    ['the nearest of the workspace', { project: 'plan', local: 'dontAsk' }, 'dontAsk'],
    ['a more careful one of the workspace', { user: 'acceptEdits', project: 'plan' }, 'plan'],
    ['not a wider one than the person’s', { user: 'plan', project: 'default', local: 'dontAsk' }, 'plan'],
    ['not one that asks less', { project: 'acceptEdits', local: 'bypassPermissions' }, undefined],
    ['not one that does not exist', { user: 'yolo', project: 'auto' }, undefined],
  ];
  for (const [name, given, expected] of modes) {
    it(`say the mode to begin in: ${name}`, async () => {
      const files = Object.fromEntries(Object.entries(given).map(([scope, defaultMode]) => [scope, { defaultMode }]));
      assert.equal((await (await openSettings(files)).rules()).defaultMode, expected);
    });
  }

  for (const scope of Object.keys(PLACES) as Scope[]) {
    it(`forbid bypassing by the file of ${scope}, trusted or not`, async () => {
      const { rules } = await openSettings({ [scope]: { disableBypassPermissionsMode: 'disable' } }, { now: false });
      assert.equal((await rules()).bypassForbidden, true);
    });
  }

  it('that are broken only restrict, and say where', async () => {
    const { rules } = await openSettings({
      user: '{"permissions": {"allow": ["Edit"], "deny": ["Read(.env)"], "defaultMode": "bypassPermissions", "additionalDirectories": ["/x"]},\n oops',
    });
    const set = await rules();
    assert.deepEqual(texts(set), ['user deny Read(.env)']);
    assert.deepEqual([set.defaultMode, set.additionalFolders], [undefined, []]);
    assert.match(set.problems[0]?.message ?? '', /not valid JSON/);
    assert.equal(set.problems[0]?.line, 2);
  });

  const odd: [string, Permissions | string, RegExp][] = [
    ['a rule that is no text', { allow: [3] }, /must be text/],
    ['a malformed rule', { allow: ['Edit('] }, /not a permission rule/],
    ['a rule of another tool', { allow: ['Fly(away)'] }, /does not exist/],
    ['a list that is none', { deny: 'Read' }, /must be a list/],
  ];
  for (const [name, permissions, message] of odd) {
    it(`report ${name}, which grants nothing`, async () => {
      const set = await (await openSettings({ user: permissions })).rules();
      assert.deepEqual(set.rules, []);
      assert.match(set.problems[0]?.message ?? '', message);
    });
  }

  it('that lead to a device are not read', async function () {
    if (process.platform === 'win32') return this.skip();
    const { rules, workspace } = await openSettings({});
    await mkdir(path.join(workspace, '.claude'));
    await symlink('/dev/zero', path.join(workspace, '.claude/settings.json'));
    const set = await rules();
    assert.deepEqual(set.rules, []);
    assert.match(set.problems[0]?.message ?? '', /no plain file/);
    return undefined;
  });

  it('count anew when a file changes', async () => {
    const { rules, write, root } = await openSettings({ user: { allow: ['Bash(a)'] } });
    assert.deepEqual(texts(await rules()), ['user allow Bash(a)']);
    await write('user', { deny: ['Bash(b)'] });
    await utimes(path.join(root, PLACES.user), new Date(), new Date(Date.now() + 5000));
    assert.deepEqual(texts(await rules()), ['user deny Bash(b)']);
  });

  it('take folders of the person from home, of the workspace from there', async () => {
    const { rules, root } = await openSettings({
      user: { additionalDirectories: ['~/lib', 'near', '', 3] },
      project: { additionalDirectories: ['../beside', '/far'] },
    });
    const { additionalFolders } = await rules();
    assert.deepEqual(additionalFolders, [
      path.join(root, 'home/lib'),
      path.join(root, 'home/near'),
      path.join(root, 'beside'),
      path.resolve('/far'),
    ]);
  });
});

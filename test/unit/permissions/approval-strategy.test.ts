import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createShellGrammar } from '../../../src/adapters/shell-grammar.ts';
import type { Access } from '../../../src/core/permissions/access.ts';
import {
  all,
  allowList,
  any,
  denyAll,
  denyList,
  majority,
  readOnly,
  riskThreshold,
  type ApprovalStrategy,
} from '../../../src/core/permissions/approval-strategy.ts';
import { createPermissionGate } from '../../../src/core/permissions/gate.ts';
import { readApproval } from '../../../src/headless/read-approval.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { ScriptedPerson } from '../../support/memory/scripted-person.ts';
import { rulesOf } from '../../support/memory/tool-bench.ts';

const grammar = createShellGrammar();

const edit: Access = { kind: 'edit', tool: 'Edit', path: '/project/a.ts' };
const guarded: Access = { kind: 'edit', tool: 'Edit', path: '/project/.git/config' };
const outside: Access = { kind: 'read', tool: 'Read', path: '/else/b.ts' };
const push: Access = { kind: 'command', tool: 'Bash', command: 'git push', cwd: '/project' };

const approve: ApprovalStrategy = () => 'approve';
const abstain: ApprovalStrategy = () => 'abstain';

async function decide(strategy: ApprovalStrategy, access: Access, ask: readonly string[] = []): Promise<string> {
  const person = new ScriptedPerson();
  const gate = createPermissionGate({
    files: new MemoryFileSystem({ '/project/a.ts': 'a', '/else/b.ts': 'b' }),
    workspace: ['/project'],
    home: '/home/me',
    platform: 'linux',
    grammar,
    rules: () => rulesOf({ ask }),
    prompter: person,
    reviewer: person,
    newId: () => 'id',
    approve: strategy,
  });
  const { decision } = await gate.authorize({
    access,
    signal: new AbortController().signal,
    onWaiting: () => undefined,
    onAnswered: () => undefined,
  });
  return person.questions.length > 0 ? 'person' : decision;
}

describe('an approval strategy', () => {
  const rows: [string, ApprovalStrategy, Record<'edit' | 'outside' | 'push', string>][] = [
    ['a list that allows', allowList(['Edit']), { edit: 'allow', outside: 'person', push: 'person' }],
    ['a list that denies', denyList(['Bash']), { edit: 'person', outside: 'person', push: 'deny' }],
    ['deny all', denyAll, { edit: 'deny', outside: 'deny', push: 'deny' }],
    ['read only', readOnly, { edit: 'deny', outside: 'allow', push: 'deny' }],
    ['a threshold of risk', riskThreshold(4), { edit: 'allow', outside: 'allow', push: 'deny' }],
    ['all', all(approve, riskThreshold(3)), { edit: 'deny', outside: 'allow', push: 'deny' }],
    ['any', any(abstain, denyAll, readOnly), { edit: 'deny', outside: 'allow', push: 'deny' }],
    ['a majority', majority(approve, readOnly, riskThreshold(4)), { edit: 'allow', outside: 'allow', push: 'deny' }],
    ['nobody who says anything', majority(abstain), { edit: 'person', outside: 'person', push: 'person' }],
  ];
  for (const [name, strategy, expected] of rows) {
    it(`answers in the person's place: ${name}`, async () => {
      assert.deepEqual(
        {
          edit: await decide(strategy, edit),
          outside: await decide(strategy, outside),
          push: await decide(strategy, push),
        },
        expected,
      );
    });
  }

  it('does not speak where a rule asks or a file is protected', async () => {
    assert.equal(await decide(approve, push, ['Bash(git push:*)']), 'person');
    assert.equal(await decide(approve, guarded), 'person');
  });

  it('is read from the command line', async () => {
    assert.equal(await decide(readApproval('all(allow:Edit|Write, risk:4)'), edit), 'allow');
    assert.equal(await decide(readApproval('any(read-only, majority(deny-all, risk:10, risk:10))'), push), 'allow');
    for (const wrong of ['', 'risk', 'risk:-1', 'all()', 'some(risk:1)', 'risk:x']) {
      assert.throws(() => readApproval(wrong), /--approve does not know/);
    }
  });
});

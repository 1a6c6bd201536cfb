import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createShellGrammar } from '../../../src/adapters/shell-grammar.ts';
import { judgeCommand } from '../../../src/core/permissions/command-rules.ts';
import { analyzeCommand } from '../../../src/core/permissions/shell-analysis.ts';
import { rulesOf } from '../../support/memory/tool-bench.ts';

type Lists = Parameters<typeof rulesOf>[0];

const grammar = createShellGrammar();

async function judge(command: string, lists: Lists): Promise<'allow' | 'ask' | 'deny'> {
  return judgeCommand(rulesOf(lists).rules, 'Bash', await analyzeCommand(command, grammar)).decision;
}

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
    ['anything $x', { allow: ['Bash'] }, 'allow'],
    ['$x anything', { allow: ['Bash'] }, 'ask'],
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
    ['PATH=. npm test', { allow: ['Bash(npm test:*)'] }, 'ask'],
  ];
  for (const [command, lists, decision] of cases) {
    const shown = command.length > 80 ? `${command.slice(0, 40)}…` : command;
    it(`${decision}: ${JSON.stringify(shown)} under ${JSON.stringify(lists)}`, async () => {
      assert.equal(await judge(command, lists), decision);
    });
  }
});

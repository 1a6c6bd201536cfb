// Which commands may run beside others: only what is proven to change nothing.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ProcessRunner } from '../../../src/core/ports.ts';
import { createBashTool } from '../../../src/core/tools/shell/bash-tool.ts';
import { onlyLooks } from '../../../src/core/tools/shell/only-looks.ts';
import { createShellState } from '../../../src/core/tools/shell/shell-state.ts';
import { startEngine } from '../../support/engine/engine-harness.ts';
import { text, toolUse } from '../../support/model/answer.ts';

describe('a command that may run beside others', () => {
  for (const command of [
    'ls',
    '  ls -la src ',
    'cat a.txt b.txt',
    'sleep 1.5',
    'git log --oneline -5',
    'git status && git diff',
    "grep -rn 'a | b; c > d' src | head -20",
    'grep -n "two words" a.txt || echo none',
    'cat "a b".txt; wc -l c.txt',
    'find . -name "*.ts"',
  ])
    it(`is ${command}`, () => assert.equal(onlyLooks(command), true));
});

describe('a command that may not', () => {
  for (const command of [
    '',
    'rm a.txt',
    'touch a.txt',
    'cd src',
    'cd src && ls',
    'npm test',
    'ls; rm a.txt',
    'ls && touch a.txt',
    'ls | xargs rm',
    'ls & rm a.txt',
    'ls > a.txt',
    'ls >> a.txt',
    'cat < a.txt',
    'cat a.txt | tee b.txt',
    'echo $(rm a.txt)',
    'echo `rm a.txt`',
    'echo "$(rm a.txt)"',
    'echo "`rm a.txt`"',
    'A=1 ls',
    'ls\nrm a.txt',
    'ls -l\\\n; rm a.txt',
    'find . -delete',
    'find . -exec rm {} +',
    'sed -i s/a/b/ a.txt',
    'git commit -m done',
    'git branch new',
    'git -c core.pager=x log',
    'git diff --output=a.txt',
    'sleep',
    'sleep 1 2',
    'sleep infinity',
    '(rm a.txt)',
    'ls #; rm a.txt',
    'ls "unclosed',
    'l"s" > x',
    `cat ${'a'.repeat(1000)}`,
  ])
    it(`is ${JSON.stringify(command.slice(0, 60))}`, () => assert.equal(onlyLooks(command), false));
});

describe('commands of one answer', () => {
  it('run side by side when they only look, and alone when they do not', async () => {
    const ends: (() => void)[] = [];
    const log: string[] = [];
    const processes: ProcessRunner = {
      async run({ command, cwd }) {
        log.push(`begin ${command}`);
        // The first two end when both have begun: in turn they never would.
        if (command.startsWith('sleep')) {
          await new Promise<void>((resolve) => {
            ends.push(resolve);
            if (ends.length === 2) for (const end of ends) end();
          });
        }
        log.push(`end ${command}`);
        return { output: '', totalBytes: 0, exitCode: 0, ended: 'exit', cwd };
      },
    };
    const files = { resolve: async (path: string) => path };
    const bash = createBashTool({ files, processes, shell: createShellState('/project'), workspace: ['/project'] });
    const calls = ['sleep 1', 'sleep 2', 'touch a', 'cat a', undefined].map((command) => toolUse('Bash', { command }));
    await using engine = await startEngine([{ blocks: calls, stopReason: 'tool_use' }, { blocks: [text('Done.')] }], {
      tools: [bash],
    });
    await engine.ask('Go');
    assert.deepEqual(log.slice(0, 2), ['begin sleep 1', 'begin sleep 2']);
    assert.deepEqual(log.slice(4), ['begin touch a', 'end touch a', 'begin cat a', 'end cat a']);
    assert.deepEqual(engine.server.problems, []);
  });
});

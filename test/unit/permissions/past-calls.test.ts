import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Access } from '../../../src/core/permissions/access.ts';
import { effectWords, pastCallsOf, pastEffect, type PastCall } from '../../../src/core/permissions/past-calls.ts';

const never = new AbortController().signal;
const run = (command: string): Access => ({ kind: 'command', tool: 'Bash', command, cwd: '/project' });
const past = (command: string, denied = false): PastCall => ({ access: run(command), denied });

describe('past calls', () => {
  it('are read from the tool calls of session logs, odd ones left out', () => {
    const uses = [
      { name: 'Bash', input: { command: 'npm test' } },
      { name: 'Bash', input: { command: 7 } },
      { name: 'Bash', input: null },
      { name: 'Read', input: { file_path: 'src/a.ts' } },
      { name: 'Grep', input: { pattern: 'x' } },
      { name: 'Edit', input: { file_path: '/else/b.ts' } },
      { name: 'NotebookEdit', input: { notebook_path: 'n.ipynb' } },
      { name: 'WebFetch', input: { url: 'https://docs.example.org/' } },
      { name: 'TodoWrite', input: { todos: [] } },
      { name: 'Write', input: {} },
    ];
    const accesses = pastCallsOf(uses, '/project').map(({ access }) => access);
    assert.deepEqual(accesses, [
      run('npm test'),
      { kind: 'read', tool: 'Read', path: '/project/src/a.ts' },
      { kind: 'read', tool: 'Grep', path: '/project' },
      { kind: 'edit', tool: 'Edit', path: '/else/b.ts' },
      { kind: 'edit', tool: 'NotebookEdit', path: '/project/n.ipynb' },
      { kind: 'web', tool: 'WebFetch', url: 'https://docs.example.org/' },
    ]);
    const many = Array.from({ length: 600 }, (_, index) => ({ name: 'Bash', input: { command: `x ${index}` } }));
    assert.deepEqual(
      [pastCallsOf(many, '/').length, pastCallsOf(many, '/')[0]?.access],
      [500, { ...run('x 100'), cwd: '/' }],
    );
  });

  it('are counted where they were asked about and would run, the latest named first', async () => {
    const judge = async (access: Access, withNewRules: boolean) => {
      const text = access.kind === 'command' ? access.command : '';
      if (text === 'denied') return { decision: 'deny' } as const;
      return { decision: text === 'free' || (withNewRules && text.startsWith('x')) ? 'allow' : 'ask' } as const;
    };
    const calls = ['x 1', 'x 2', 'x 3', 'x 4', 'x 5', 'x 6', 'x 6', 'denied', 'free', 'other'].map((text) =>
      past(text),
    );
    const effect = await pastEffect(calls, judge, never);
    assert.deepEqual(effect, {
      looked: 10,
      freed: 7,
      denied: 0,
      examples: ['`x 6`', '`x 5`', '`x 4`', '`x 3`', '`x 2`'],
      others: true,
    });
    assert.match(effectWords(effect)!, /^Of the last 10 calls, 7 that were asked about .*: `x 6`, .* and others$/);
    const hidden = await pastEffect([past(`x\u202e\n${'y'.repeat(99)}`)], judge, never);
    assert.match(hidden.examples[0]!, /^`x\\u\{202e\} y+…`$/);
  });

  it('that the person said no to are named first and counted', async () => {
    const judge = async (_: Access, withNewRules: boolean) => ({ decision: withNewRules ? 'allow' : 'ask' }) as const;
    const effect = await pastEffect([past('npm publish', true), past('npm test')], judge, never);
    assert.equal(
      effectWords(effect),
      'Of the last 2 calls, 2 that were asked about would have run unasked: `npm publish`, `npm test`. You said no to 1 of them',
    );
    const all = await pastEffect([past('a', true), past('a', true)], judge, never);
    assert.match(effectWords(all)!, /unasked: `a`\. You said no to all of them$/);
    assert.match(effectWords(await pastEffect([past('a', true)], judge, never))!, /You said no to it$/);
  });

  it('are left when the time is over', async () => {
    const controller = new AbortController();
    const judge = async () => {
      controller.abort();
      return { decision: 'allow' } as const;
    };
    assert.equal((await pastEffect([past('a'), past('b')], judge, controller.signal)).looked, 1);
    assert.equal(effectWords(await pastEffect([past('a')], judge, controller.signal)), undefined);
  });
});

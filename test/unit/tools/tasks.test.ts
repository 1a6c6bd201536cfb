import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseToolInput } from '../../../src/core/engine/tool-input.ts';
import type { DurableEvent } from '../../../src/core/events.ts';
import { createTaskTools } from '../../../src/core/tools/planning/task-tools.ts';
import { createTodoList } from '../../../src/core/tools/planning/todo-list.ts';
import { createTodoWriteTool } from '../../../src/core/tools/planning/todo-write-tool.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { ToolBench } from '../../support/memory/tool-bench.ts';

function benchOf(list = createTodoList()): ToolBench {
  const tools = [createTodoWriteTool({ list }), ...createTaskTools({ list })];
  return new ToolBench({ files: new MemoryFileSystem(), tools });
}

async function withTasks(...subjects: string[]): Promise<ToolBench> {
  const bench = benchOf();
  for (const subject of subjects) await bench.call('TaskCreate', { subject, description: `Do ${subject}` });
  return bench;
}

describe('the task tools', () => {
  it('say which ids there are when one is wrong', async () => {
    const bench = await withTasks('a', 'b');
    await assert.rejects(bench.call('TaskGet', { taskId: '7' }), {
      name: 'ToolError',
      message: 'There is no task "7". The ids are 1, 2.',
    });
    await assert.rejects(bench.call('TaskUpdate', { taskId: '1', addBlockedBy: ['9'] }), /There is no task "9"/);
    await assert.rejects(benchOf().call('TaskGet', { taskId: '1' }), /The list is empty: add to it with TaskCreate\./);
  });

  it('refuse a task that waits for itself, in a circle too, and change nothing then', async () => {
    const bench = await withTasks('a', 'b', 'c');
    await assert.rejects(bench.call('TaskUpdate', { taskId: '1', addBlocks: ['1'] }), /Task 1 cannot wait for itself/);
    await bench.call('TaskUpdate', { taskId: '2', addBlockedBy: ['1'] });
    await bench.call('TaskUpdate', { taskId: '2', addBlocks: ['3'] });
    const before = await bench.text('TaskList', {});
    await assert.rejects(
      bench.call('TaskUpdate', { taskId: '1', status: 'completed', addBlockedBy: ['3'] }),
      /Task 3 already waits for task 1, so task 1 cannot wait for it\. Leave this out\./,
    );
    assert.equal(await bench.text('TaskList', {}), before);
  });

  it('refuse empty and huge words, and more than a hundred tasks', async () => {
    const bench = benchOf();
    const create = (subject: string, description = '') => bench.call('TaskCreate', { subject, description });
    await assert.rejects(create(' '), /The task is empty/);
    await assert.rejects(create('a', 'x'.repeat(5_001)), /a description of 5001 characters; at most 5000 fit/);
    for (let count = 0; count < 100; count += 1) await create(`Step ${count}`);
    await assert.rejects(create('One more'), /at most 100 items, not 101/);
  });

  it('say what is wrong with an input', () => {
    const update = createTaskTools({ list: createTodoList() }).find(({ name }) => name === 'TaskUpdate')!;
    const parsed = parseToolInput(update, { taskId: '1', status: 'gone', addBlocks: '2' }, undefined);
    assert.ok(!parsed.ok);
    assert.match(parsed.message, /status: must be one of pending, in_progress, completed, deleted/);
    assert.match(parsed.message, /addBlocks: must be a list of texts/);
  });

  it('create, change, show and delete, in one list with TodoWrite', async () => {
    const bench = await withTasks('Find the bug', 'Fix the bug');
    const changed = await bench.text('TaskUpdate', {
      taskId: '2',
      status: 'in_progress',
      addBlockedBy: ['1'],
      owner: 'fixer',
      activeForm: 'Fixing the bug',
    });
    assert.equal(
      changed,
      'Changed: 2 [in_progress] Fix the bug (waits for 1) @fixer It was to wait for those: make sure that it can be done now.',
    );
    assert.equal(
      await bench.text('TaskGet', { taskId: '1' }),
      '1 [pending] Find the bug\nWaiting for it: 2\nDo Find the bug',
    );
    await bench.call('TaskUpdate', { taskId: '1', status: 'completed' });
    assert.equal(await bench.text('TaskList', {}), '1 [completed] Find the bug\n2 [in_progress] Fix the bug @fixer');
    await bench.call('TodoWrite', {
      todos: [{ content: 'Fix the bug', activeForm: 'Fixing', status: 'pending' }],
    });
    assert.equal(await bench.text('TaskGet', { taskId: '2' }), '2 [pending] Fix the bug @fixer\nDo Fix the bug');
    assert.equal(await bench.text('TaskUpdate', { taskId: '2', status: 'deleted' }), 'Task 2 is off the list.');
    assert.equal(await bench.text('TaskList', {}), 'The list is empty.');
    assert.deepEqual(bench.recorded.at(-1), { type: 'todos_changed', todos: [] });
  });

  it('forget a wait for a task that has gone', async () => {
    const bench = await withTasks('a', 'b');
    await bench.call('TaskUpdate', { taskId: '1', addBlocks: ['2'] });
    await bench.call('TaskUpdate', { taskId: '1', status: 'deleted' });
    assert.equal(await bench.text('TaskList', {}), '2 [pending] b');
    const last = bench.recorded.at(-1);
    assert.ok(last?.type === 'todos_changed' && last.todos[0]?.blockedBy === undefined);
  });

  it('find their tasks again after a reload', async () => {
    const bench = await withTasks('a', 'b');
    await bench.call('TaskUpdate', { taskId: '1', addBlocks: ['2'], owner: 'me' });
    const entries = bench.recorded.map((event) => ({ ...event, turnId: 't1' }) as DurableEvent);
    const again = benchOf(createTodoList(entries));
    assert.equal(await again.text('TaskList', {}), '1 [pending] a @me\n2 [pending] b (waits for 1)');
    assert.equal(await again.text('TaskCreate', { subject: 'c', description: '' }), 'Added: 3 [pending] c');
  });

  it('are told to the model only when it looks for them', () => {
    const tools = createTaskTools({ list: createTodoList() });
    assert.deepEqual(
      tools.map(({ name, deferred }) => [name, deferred]),
      [
        ['TaskCreate', true],
        ['TaskUpdate', true],
        ['TaskGet', true],
        ['TaskList', true],
      ],
    );
  });
});

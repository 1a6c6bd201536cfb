import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseToolInput } from '../../../src/core/engine/tool-input.ts';
import type { DurableEvent } from '../../../src/core/events.ts';
import { createTodoList } from '../../../src/core/tools/planning/todo-list.ts';
import { createTodoReminder } from '../../../src/core/tools/planning/todo-reminder.ts';
import { createTodoWriteTool } from '../../../src/core/tools/planning/todo-write-tool.ts';
import type { CallEvent } from '../../../src/core/tools/tool.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { ToolBench } from '../../support/memory/tool-bench.ts';

type Status = 'pending' | 'in_progress' | 'completed';

const item = (content: string, status: Status = 'pending') => ({ content, status, activeForm: `${content}…` });

function benchOf(list = createTodoList()) {
  return { list, bench: new ToolBench({ files: new MemoryFileSystem(), tools: [createTodoWriteTool({ list })] }) };
}

/** As the log holds what was recorded. */
function logged(events: readonly CallEvent[]): DurableEvent[] {
  return events.map((event) => ({ ...event, turnId: 't1', toolUseId: 'c1' }));
}

describe('TodoWrite', () => {
  it('says in one sentence what does not fit', () => {
    const tool = createTodoWriteTool({ list: createTodoList() });
    const said = (input: unknown) => {
      const parsed = parseToolInput(tool, input, undefined);
      assert.ok(!parsed.ok);
      return parsed.message;
    };
    assert.match(said({}), /does not fit: todos: is missing\./);
    assert.match(said({ todos: 'x' }), /todos: must be a list of at most 100 items\./);
    assert.match(
      said({ todos: [{ content: 'a', activeForm: 'b', status: 'open' }] }),
      /todos\.0\.status: must be one of pending, in_progress, completed\./,
    );
    assert.match(said({ todos: [{ content: 1, status: 'pending' }] }), /todos\.0\.content: must be text, not 1/);
    assert.match(said({ todos: [], more: 1 }), /there is no field more; the fields are todos/);
  });

  it('refuses too many items, empty ones and huge ones, and keeps the list as it was', async () => {
    const { bench, list } = benchOf();
    await bench.call('TodoWrite', { todos: [item('Fix it')] });
    const many = Array.from({ length: 101 }, (_, index) => item(`Step ${index}`));
    await assert.rejects(bench.call('TodoWrite', { todos: many }), {
      name: 'ToolError',
      message: 'A list holds at most 100 items, not 101. Put small steps together into larger ones.',
    });
    await assert.rejects(bench.call('TodoWrite', { todos: [item('Fix it'), item(' ')] }), /Item 2 is empty\. Say/);
    await assert.rejects(
      bench.call('TodoWrite', { todos: [item('x'.repeat(501))] }),
      /Item 1 has a line of 50\d chara/,
    );
    assert.deepEqual([list.todos.map(({ content }) => content), bench.recorded.length], [['Fix it'], 1]);
  });

  it('records the whole list at each change and asks nobody', async () => {
    const { bench } = benchOf();
    const answer = await bench.text('TodoWrite', { todos: [item('Read', 'completed'), item('Fix', 'in_progress')] });
    assert.equal(answer, 'The list is written: 1 of 2 done. Go on with it.');
    assert.deepEqual(bench.recorded, [
      {
        type: 'todos_changed',
        todos: [
          { id: '1', content: 'Read', activeForm: 'Read…', status: 'completed' },
          { id: '2', content: 'Fix', activeForm: 'Fix…', status: 'in_progress' },
        ],
      },
    ]);
    assert.deepEqual(bench.person.questions, []);
  });

  it('takes two items in progress, with a hint, and an empty list as its end', async () => {
    const { bench, list } = benchOf();
    const both = await bench.text('TodoWrite', { todos: [item('a', 'in_progress'), item('b', 'in_progress')] });
    assert.match(both, /2 items are in progress: work on one at a time\.$/);
    assert.equal(await bench.text('TodoWrite', { todos: [] }), 'The list is empty now.');
    assert.deepEqual(list.todos, []);
    assert.deepEqual(bench.recorded.at(-1), { type: 'todos_changed', todos: [] });
  });

  it('keeps the id of an item whose words stay, also after a reload, and gives none twice', async () => {
    const { bench } = benchOf();
    await bench.call('TodoWrite', { todos: [item('a'), item('b'), item('c')] });
    await bench.call('TodoWrite', { todos: [item('b', 'completed'), item('a')] });
    const again = benchOf(createTodoList(logged(bench.recorded)));
    assert.deepEqual(
      again.list.todos.map(({ id, content, status }) => [id, content, status]),
      [
        ['2', 'b', 'completed'],
        ['1', 'a', 'pending'],
      ],
    );
    await again.bench.call('TodoWrite', { todos: [item('c'), item('b')] });
    assert.deepEqual(
      again.list.todos.map(({ id }) => id),
      ['4', '2'],
    );
  });

  it('is the fold of what it recorded, whatever was written', async () => {
    const status = fc.constantFrom<Status>('pending', 'in_progress', 'completed');
    const items = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), status), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(items, { maxLength: 6 }), async (writes) => {
        const { bench, list } = benchOf();
        for (const write of writes) {
          await bench.call('TodoWrite', { todos: write.map(([content, state]) => item(content, state)) });
        }
        assert.deepEqual(createTodoList(logged(bench.recorded)).todos, list.todos);
        assert.equal(new Set(list.todos.map(({ id }) => id)).size, list.todos.length);
      }),
    );
  });

  it('sums the list up in its row, also while its input arrives', () => {
    const tool = createTodoWriteTool({ list: createTodoList() });
    assert.equal(tool.summarize({ todos: [item('a', 'completed'), item('b')] } as object, '/').object, '1 of 2 done');
    assert.equal(tool.summarize({}, '/').object, '');
  });
});

describe('the reminder of the todo list', () => {
  const round = { changed: [], signal: new AbortController().signal };
  const write = (list: ReturnType<typeof createTodoList>, status: Status) =>
    list.replace([item('Fix the parser', status)], () => undefined);

  it('comes in one line after eight rounds without a change, and again after eight more', async () => {
    const list = createTodoList();
    const reminder = createTodoReminder(list);
    write(list, 'in_progress');
    const heard: (string | undefined)[] = [];
    for (let count = 0; count < 18; count += 1) heard.push(await reminder.take(round));
    const told = heard.flatMap((text, index) => (text === undefined ? [] : [index]));
    assert.deepEqual(told, [8, 16]);
    assert.match(heard[8]!, /^Reminder: the todo list \(0 of 1 done, next: Fix the parser\) [^\n]*$/);
  });

  it('stays away while the list is used, empty or done', async () => {
    const list = createTodoList();
    const reminder = createTodoReminder(list);
    for (let count = 0; count < 12; count += 1) {
      write(list, count % 2 ? 'pending' : 'in_progress');
      assert.equal(await reminder.take(round), undefined);
    }
    write(list, 'completed');
    for (let count = 0; count < 12; count += 1) assert.equal(await reminder.take(round), undefined);
  });

  it('tells the whole list once after the conversation was shortened', async () => {
    const list = createTodoList();
    const reminder = createTodoReminder(list);
    write(list, 'pending');
    reminder.forget();
    assert.equal(await reminder.take(round), 'Reminder: your todo list is\n1 [pending] Fix the parser');
    assert.equal(await reminder.take(round), undefined);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseToolInput } from '../../../src/core/engine/tool-input.ts';
import { createCallTool } from '../../../src/core/tools/discovery/call-tool.ts';
import { createToolSearchTool } from '../../../src/core/tools/discovery/tool-search-tool.ts';
import { toolDefinition } from '../../../src/core/tools/tool-definition.ts';
import type { Tool } from '../../../src/core/tools/tool.ts';
import { text, toolUse } from '../../support/model/answer.ts';
import { eventsOf, startEngine, testTool } from '../../support/engine/engine-harness.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { ToolBench } from '../../support/memory/tool-bench.ts';

const hidden = (name: string, description: string): Tool => ({
  ...testTool(name, async ({ value }) => `${name} did ${value}`),
  description,
  deferred: true,
});

function toolsOf(): readonly Tool[] {
  const tools: readonly Tool[] = [
    testTool('Read', async () => ''),
    hidden('Rename', 'Gives a symbol another name everywhere.'),
    hidden('TaskList', 'Shows the todo list.'),
    hidden('TaskGet', 'Shows one task with its description.'),
    hidden('mcp__db__run_query', 'Asks the database.'),
    createToolSearchTool({ tools: () => tools }),
    createCallTool({ tools: () => tools }),
  ];
  return tools;
}

function benchOf(): ToolBench {
  return new ToolBench({ files: new MemoryFileSystem(), tools: toolsOf() });
}

/** The names that a result describes. */
function namesIn(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => (JSON.parse(line) as { name: string }).name);
}

describe('ToolSearch', () => {
  it('lists the deferred tools by name, always in one order', () => {
    const [first, second] = [toolsOf(), toolsOf()].map((tools) => tools.find(({ name }) => name === 'ToolSearch')!);
    assert.match(first!.description, /There are: Rename, TaskList, TaskGet, mcp__db__run_query\.$/);
    assert.equal(first!.description, second!.description);
    assert.ok(!first!.description.includes('\n'));
  });

  it('says what there is when nothing fits, and the nearest names when one is wrong', async () => {
    const bench = benchOf();
    await assert.rejects(bench.call('ToolSearch', { query: 'weather' }), {
      name: 'ToolError',
      message:
        'No tool fits "weather". There are: Rename, TaskList, TaskGet, mcp__db__run_query. Choose one with "select:Name".',
    });
    await assert.rejects(bench.call('ToolSearch', { query: ' ' }), /The query is empty/);
    await assert.rejects(
      bench.call('ToolSearch', { query: 'select:TaskLst' }),
      /"TaskLst"\. The nearest names are TaskList/,
    );
    await assert.rejects(bench.call('ToolSearch', { query: 'select: ,' }), /names no tool/);
  });

  it('says what does not fit', () => {
    const tool = createToolSearchTool({ tools: () => [] });
    const parsed = parseToolInput(tool, { query: 'a', max_results: 0 }, undefined);
    assert.ok(!parsed.ok && parsed.message.includes('max_results: must be a whole number, 1 or more'));
    assert.match(tool.description, /There are: none\.$/);
  });

  it('finds by words in name and description, the best first, and never what is listed already', async () => {
    const bench = benchOf();
    const found = async (query: string, max?: number) =>
      namesIn(await bench.text('ToolSearch', { query, ...(max === undefined ? {} : { max_results: max }) }));
    assert.deepEqual(await found('rename symbol'), ['Rename']);
    assert.deepEqual(await found('task'), ['TaskList', 'TaskGet']);
    assert.deepEqual(await found('task', 1), ['TaskList']);
    assert.deepEqual(await found('query database'), ['mcp__db__run_query']);
    await assert.rejects(found('read'), /No tool fits/);
  });

  it('picks by name and describes the whole input', async () => {
    const text = await benchOf().text('ToolSearch', { query: 'select:TaskGet, rename' });
    assert.deepEqual(namesIn(text), ['TaskGet', 'Rename']);
    const [first] = text.split('\n');
    assert.deepEqual(JSON.parse(first!), toolDefinition(hidden('TaskGet', 'Shows one task with its description.')));
    assert.match(text, /Call one with CallTool: \{"name": "TaskGet"/);
  });
});

describe('CallTool', () => {
  it('names the nearest tools for a name that is wrong, and does not call itself', async () => {
    const bench = benchOf();
    const call = (name: string) => bench.call('CallTool', { name, input: {} });
    await assert.rejects(call('Renam'), {
      name: 'ToolError',
      message: 'There is no tool called "Renam". The nearest name is Rename.',
    });
    await assert.rejects(call('xyz'), /"xyz"\. No name is like it: look for it with ToolSearch\./);
    await assert.rejects(call('CallTool'), /CallTool cannot call itself/);
  });

  it('says what does not fit', () => {
    const tool = createCallTool({ tools: toolsOf });
    const said = (input: unknown) => {
      const parsed = parseToolInput(tool, input, undefined);
      assert.ok(!parsed.ok);
      return parsed.message;
    };
    assert.match(said({ name: 'Rename' }), /input: is missing/);
    assert.match(said({ name: 'Rename', input: [] }), /input: must be an object, the tool's own input/);
  });

  it('stands for a call of the tool that it names', () => {
    const tool = createCallTool({ tools: toolsOf });
    assert.deepEqual(tool.standsFor?.({ name: 'Rename', input: { value: 'x' } } as object), {
      name: 'Rename',
      input: { value: 'x' },
    });
    for (const input of [{}, { name: 'Renam', input: {} }, { name: 'Rename' }, { name: 'CallTool', input: {} }]) {
      assert.equal(tool.standsFor?.(input), undefined);
    }
  });

  it('runs the tool in its place, which no request lists', async () => {
    await using engine = await startEngine(
      [
        { blocks: [toolUse('CallTool', { name: 'Rename', input: { value: 'it' } })], stopReason: 'tool_use' },
        { blocks: [text('Done.')] },
      ],
      { tools: toolsOf() },
    );
    await engine.ask('Rename it');
    const [completed] = eventsOf(engine.events, 'tool_completed');
    assert.deepEqual([completed?.name, completed?.outcome, completed?.content], ['Rename', 'done', 'Rename did it']);
    const { tools = [] } = engine.server.requests[0]!.body as { tools?: { name: string }[] };
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['Read', 'ToolSearch', 'CallTool'],
    );
  });
});

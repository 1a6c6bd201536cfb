import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { createEditorTools } from '../../../src/core/tools/editor/create-editor-tools.ts';
import type { EditorTask } from '../../../src/core/tools/editor/editor-tasks.ts';
import { createExtensionTools } from '../../../src/core/tools/editor/extension-tools.ts';
import { ServiceError } from '../../../src/core/tools/editor/language-services.ts';
import { toolDefinition } from '../../../src/core/tools/tool-definition.ts';
import { MemoryExtensionTools, MemoryLanguageServices, MemoryTasks } from '../../support/memory/memory-editor.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { rulesOf, textOf, ToolBench } from '../../support/memory/tool-bench.ts';

const allowed = { decision: 'allow_once' } as const;
const task = (name: string, more: Partial<EditorTask> = {}): EditorTask => ({
  id: name,
  name,
  source: 'Workspace',
  group: 'other',
  isDefault: false,
  command: `run ${name}`,
  ...more,
});

describe('tasks of the editor as tools', () => {
  let tasks: MemoryTasks;
  let bench: ToolBench;
  const benchWith = (lists: Parameters<typeof rulesOf>[0] = {}): ToolBench => {
    const files = new MemoryFileSystem({ '/project/a': '' });
    const tools = createEditorTools({ files, workspace: ['/project'], language: new MemoryLanguageServices(), tasks });
    return new ToolBench({ files, tools, rules: () => rulesOf(lists) });
  };
  const fails = (name: string, input: object, words: RegExp) =>
    assert.rejects(bench.call(name, input), (error) => error instanceof Error && words.test(error.message));

  beforeEach(() => {
    tasks = new MemoryTasks();
    tasks.tasks = [
      task('build', { group: 'build', isDefault: true }),
      task('deploy'),
      task('secret', { command: undefined }),
    ];
    bench = benchWith();
  });

  it('say what is wrong: no such task, several of a name, Restricted Mode, a time that is none', async () => {
    await fails(
      'RunTask',
      { name: 'biuld' },
      /There is no task "biuld"\. The tasks are: "build", "deploy", "secret"\./,
    );
    await fails('RunTask', { name: ' ' }, /name is empty/);
    await fails('RunTask', { name: 'build', timeout: 0 }, /1 or more/);
    tasks.tasks = [task('test'), task('test', { source: 'npm', command: 'npm test' })];
    await fails('RunTask', { name: 'test' }, /2 tasks are called "test"\. Give one as: "Workspace: test", "npm: test"/);
    tasks.restricted = 'Restricted Mode: no task runs.';
    await fails('RunTask', {}, /^Restricted Mode: no task runs\.$/);
    await fails('RunTests', {}, /^Restricted Mode: no task runs\.$/);
    assert.deepEqual(tasks.ran, []);
  });

  it('are listed unasked', async () => {
    assert.deepEqual((await bench.text('RunTask', {})).split('\n'), [
      'build [Workspace, default build]: run build',
      'deploy [Workspace]: run deploy',
      'secret [Workspace]',
    ]);
    tasks.tasks = [];
    assert.match(await bench.text('RunTask', {}), /no tasks\. Run commands with Bash/);
    assert.deepEqual(bench.person.questions, []);
  });

  it('are asked about by their command, and not run without a yes', async () => {
    await fails('RunTask', { name: 'deploy' }, /denied/);
    await fails('RunTask', { name: 'secret' }, /denied/);
    assert.deepEqual(
      bench.person.questions.map(({ title, subject }) => [title, subject]),
      [
        ['Run the task', 'run deploy'],
        ['Run the task', 'The task "secret" of Workspace, which does not tell its command'],
      ],
    );
    bench = benchWith({ deny: ['RunTask(deploy)'], allow: ['RunTask(build)'] });
    await fails('RunTask', { name: 'deploy' }, /denied/);
    assert.deepEqual(tasks.ran, []);
    await bench.call('RunTask', { name: 'build', timeout: 9_000_000 });
    assert.deepEqual(tasks.ran, [{ name: 'build', timeoutMs: 1_800_000 }]);
    assert.deepEqual(bench.person.questions, []);
  });

  it('give exit code and output, plain, and show it as it comes', async () => {
    tasks.outcome = { ended: 'exit', exitCode: 2, output: '\u001b[31m1 failed\u001b[0m\r\n' };
    bench.person.answers.push(allowed);
    const result = await bench.call('RunTask', { name: 'build' });
    assert.equal(textOf(result), 'Task build [Workspace, default build]: run build\n1 failed\n[Exit code 2]');
    assert.deepEqual([result.isError, result.details.exitCode], [true, 2]);
    assert.deepEqual(bench.reported, ['\u001b[31m1 failed\u001b[0m\r\n']);
  });

  it('say how they ended otherwise', async () => {
    const endings = [
      [
        { ended: 'timeout', exitCode: undefined, output: 'so far' },
        /so far\n\[Ended by the time-out after 300 s\. A task that serves/,
        true,
      ],
      [{ ended: 'abort', exitCode: undefined, output: '' }, /\(no output\)\n\[Stopped before it ended\]/, true],
      [
        { ended: 'exit', exitCode: undefined, output: undefined },
        /cannot be read here[^]*build ended; it tells no exit code/,
        false,
      ],
      [{ ended: 'exit', exitCode: 0, output: 'x'.repeat(40_000) }, /characters left out[^]*\[Exit code 0\]/, false],
    ] as const;
    for (const [outcome, words, isError] of endings) {
      tasks.outcome = outcome;
      bench.person.answers.push(allowed);
      const result = await bench.call('RunTask', { name: 'build' });
      assert.match(textOf(result), words);
      assert.equal(result.isError, isError);
    }
    tasks.failure = new ServiceError('stale', 'build');
    bench.person.answers.push(allowed);
    await fails('RunTask', { name: 'build' }, /^build was changed by someone else meanwhile/);
  });

  it('run the tests by the default test task, the only one, or the one of that name', async () => {
    await fails('RunTests', {}, /no test task.*Run the tests with Bash/);
    const choices: [EditorTask[], string][] = [
      [[task('test', { group: 'test' }), task('all', { group: 'test', isDefault: true })], 'all'],
      [[task('unit', { group: 'test' }), task('test', { source: 'npm' })], 'unit'],
      [[task('unit', { group: 'test' }), task('test', { group: 'test' })], 'test'],
      [[task('test', { source: 'npm' })], 'test'],
    ];
    for (const [all, name] of choices) {
      tasks.tasks = all;
      bench.person.answers.push(allowed);
      await bench.call('RunTests', {});
      assert.equal(tasks.ran.at(-1)?.name, name);
    }
    tasks.tasks = [task('unit', { group: 'test' }), task('e2e', { group: 'test' })];
    await fails('RunTests', {}, /several test tasks and none is the default\. Run one with RunTask: "unit", "e2e"/);
    assert.equal(bench.person.questions.at(-1)?.subject, 'run test');
  });
});

describe('tools of other extensions as tools', () => {
  const schema = { $schema: 'x', type: 'object', properties: { text: { type: 'string' } }, required: ['text'] };
  const info = (name: string, inputSchema: object = schema) => ({
    name,
    description: 'Does a thing.',
    inputSchema,
    extension: 'Things',
  });
  let host: MemoryExtensionTools;
  const bench = (lists: Parameters<typeof rulesOf>[0] = {}): ToolBench =>
    new ToolBench({
      files: new MemoryFileSystem({ '/project/a': '' }),
      tools: createExtensionTools(host, new Set(['Read'])),
      rules: () => rulesOf(lists),
    });

  beforeEach(() => {
    host = new MemoryExtensionTools();
    host.tools = [info('my.tool'), info('my_tool', { type: 'string' }), { ...info('Read'), inputSchema: undefined }];
  });

  it('get names that the API takes and nobody has, and their own schema', () => {
    const tools = createExtensionTools(host, new Set(['Read']));
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['ext_Read', 'my_tool', 'ext_my_tool'],
    );
    assert.ok(tools.every(({ deferred }) => deferred));
    const definition = toolDefinition(tools[1]!);
    assert.match(definition.description ?? '', /^Does a thing\.\n.*extension Things/);
    assert.deepEqual(definition.input_schema, {
      type: 'object',
      properties: { text: { type: 'string' } },
      required: ['text'],
    });
    assert.deepEqual(toolDefinition(tools[2]!).input_schema, { type: 'object', properties: {} });
  });

  it('are asked about with their whole input', async () => {
    const asked = bench();
    await assert.rejects(asked.call('my_tool', { text: 'hi' }), /denied/);
    assert.deepEqual(
      asked.person.questions.map(({ title, subject }) => [title, subject]),
      [['Use a tool of another extension', 'my.tool {"text":"hi"}']],
    );
    await assert.rejects(bench({ deny: ['ExtensionTool(my.tool)'] }).call('my_tool', {}), /denied/);
    assert.deepEqual(host.invoked, []);
  });

  it('give texts, pictures, or nothing', async () => {
    const free = bench({ allow: ['ExtensionTool'] });
    host.parts = [
      { type: 'text', text: 'one' },
      { type: 'text', text: '' },
      { type: 'text', text: 'two' },
    ];
    assert.equal(await free.text('my_tool', { text: 'hi' }), 'one\ntwo');
    assert.deepEqual(host.invoked, [{ name: 'my.tool', input: { text: 'hi' } }]);
    host.parts = [
      { type: 'text', text: 'see' },
      { type: 'image', mime: 'image/png', data: 'AAAA' },
    ];
    assert.deepEqual((await free.call('my_tool', {})).content, [
      { type: 'text', text: 'see' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
    ]);
    host.parts = [];
    assert.equal(await free.text('my_tool', {}), '(no result)');
  });

  it('say why they fail, and that they are gone', async () => {
    const free = bench({ allow: ['ExtensionTool'] });
    host.failure = new ServiceError('refused', 'it needs a login');
    await assert.rejects(free.call('my_tool', {}), /gave no result of my\.tool: it needs a login\./);
    host.tools = [];
    await assert.rejects(free.call('my_tool', {}), /The extension Things no longer offers my\.tool/);
    await assert.rejects(free.call('ext_Read', { text: 'x' }), /no field text/);
  });
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { linkSync, symlinkSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { EarlyCalls } from '../../../src/core/engine/early-calls.ts';
import { leadingFields } from '../../../src/core/engine/tool-input.ts';
import type { Access, PermissionGate } from '../../../src/core/permissions/access.ts';
import { createPermissionGate } from '../../../src/core/permissions/gate.ts';
import type { PermissionMode } from '../../../src/core/permissions/mode.ts';
import type { RuleBehavior } from '../../../src/core/permissions/rules.ts';
import { createEditTool } from '../../../src/core/tools/files/edit-tool.ts';
import { createFileState } from '../../../src/core/tools/files/file-state.ts';
import { createMultiEditTool } from '../../../src/core/tools/files/multi-edit-tool.ts';
import { createReadTool } from '../../../src/core/tools/files/read-tool.ts';
import { createWriteTool } from '../../../src/core/tools/files/write-tool.ts';
import { createBashTool } from '../../../src/core/tools/shell/bash-tool.ts';
import { createShellState } from '../../../src/core/tools/shell/shell-state.ts';
import type { Tool } from '../../../src/core/tools/tool.ts';
import { eventsOf, inputOf, startEngine, type EngineHarness } from '../../support/engine/engine-harness.ts';
import { ScriptedPerson } from '../../support/memory/scripted-person.ts';
import { rulesOf } from '../../support/memory/tool-bench.ts';
import { text, toolUse, type Block } from '../../support/model/answer.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

interface Setting {
  readonly mode?: PermissionMode;
  readonly rules?: Partial<Record<RuleBehavior, readonly string[]>>;
  readonly files?: Readonly<Record<string, string>>;
  /** In place of the gate's own. */
  readonly foresee?: (access: Access) => Promise<string | undefined>;
}

/** What was opened, in order, with what happened around it. */
class WatchedFiles extends NodeFileSystem {
  readonly seen: string[] = [];

  override async readAhead(file: string): Promise<void> {
    this.seen.push(`ahead ${path.basename(file)}`);
    await super.readAhead(file);
  }

  override async readBytes(file: string): Promise<Uint8Array> {
    this.seen.push(`read ${path.basename(file)}`);
    return super.readBytes(file);
  }
}

/** The call stands still shortly before its end, until `gate` is released. */
function arriving(name: string, input: Record<string, unknown>, gate = 'rest'): Block {
  return toolUse(name, input, { deltaChars: 4, gate, gateAt: JSON.stringify(input).length - 8 });
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !holds(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a call whose input still arrives', () => {
  const folders = temporaryFolders();

  async function start(blocks: (root: string) => Block[], setting: Setting = {}) {
    const root = await folders({
      'ws/a.txt': 'old text',
      'ws/.git/hooks/pre-commit': 'x',
      'home/.ssh/id_rsa': 'key',
      'out.txt': 'secret',
      ...setting.files,
    });
    const ws = path.join(root, 'ws');
    const files = new WatchedFiles();
    const person = new ScriptedPerson();
    const judged: Access[] = [];
    const real = createPermissionGate({
      files,
      workspace: [ws],
      home: path.join(root, 'home'),
      rules: () => rulesOf(setting.rules ?? {}, ws),
      prompter: person,
      reviewer: person,
      newId: () => 'id',
      platform: 'linux',
      mode: () => setting.mode ?? 'default',
    });
    const gate: PermissionGate = {
      authorize: (request) => real.authorize(request),
      async foresee(access) {
        const answer = await (setting.foresee ?? ((one: Access) => real.foresee?.(one)))(access);
        judged.push(access);
        return answer;
      },
    };
    const ports = { files, fileState: createFileState() };
    const engine = await startEngine([{ blocks: blocks(ws), stopReason: 'tool_use' }, { blocks: [text('Done.')] }], {
      tools: [createReadTool(ports), createEditTool(ports), createMultiEditTool(ports), createWriteTool(ports)],
      gate,
    });
    engine.session.subscribe((event) => {
      if (event.type === 'block_completed') files.seen.push('whole');
    });
    engine.session.submit(inputOf('Go'));
    const finish = async (): Promise<void> => {
      engine.server.release('rest');
      await engine.session.whenIdle();
    };
    return { engine, files, person, judged, ws, finish, seen: files.seen };
  }

  const results = (engine: EngineHarness): string[] =>
    eventsOf(engine.events, 'tool_completed').map(({ outcome, content }) => `${outcome}: ${JSON.stringify(content)}`);
  const readOf = (file: string) => (ws: string) => [
    arriving('Read', { file_path: path.resolve(ws, file), limit: 1_000_000 }),
  ];

  it('has its file read ahead where it may be read, and reads it as ever when it is whole', async () => {
    const { engine, seen, finish } = await start(readOf('a.txt'));
    await using _ = engine;
    await until(() => seen.length > 0);
    assert.deepEqual(seen, ['ahead a.txt']);
    await finish();
    assert.deepEqual(seen.slice(0, 3), ['ahead a.txt', 'whole', 'read a.txt']);
    assert.deepEqual(results(engine), ['done: "1\\told text"']);
  });

  it('reads what stands there when it is whole', async () => {
    const { engine, seen, ws, finish } = await start(readOf('a.txt'));
    await using _ = engine;
    await until(() => seen.length > 0);
    await writeFile(path.join(ws, 'a.txt'), 'new text');
    await finish();
    assert.deepEqual(results(engine), ['done: "1\\tnew text"']);
  });

  const edits = {
    Edit: { old_string: 'old text', new_string: 'new text, which is longer' },
    MultiEdit: { edits: [{ old_string: 'old text', new_string: 'new text' }] },
    Write: { content: 'something altogether different' },
  };
  for (const [name, rest] of Object.entries(edits)) {
    const blocks = (ws: string) => [arriving(name, { file_path: path.join(ws, 'a.txt'), ...rest })];

    it(`has the file of ${name} read ahead where edits need no question`, async () => {
      const { engine, seen, finish } = await start(blocks, { mode: 'acceptEdits' });
      await using _ = engine;
      await until(() => seen.length > 0);
      assert.deepEqual(seen, ['ahead a.txt']);
      await finish();
    });

    it(`opens nothing for ${name} where the person is asked, or plans`, async () => {
      for (const mode of ['default', 'plan'] as const) {
        const { engine, seen, judged, person, finish } = await start(blocks, { mode });
        await using _ = engine;
        await until(() => judged.length > 0);
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.deepEqual(seen, []);
        assert.deepEqual([person.questions, person.proposals], [[], []], 'and nobody is asked before it is whole');
        await finish();
        assert.equal(seen[0], 'whole');
      }
    });
  }

  it('has a file read ahead while the person plans', async () => {
    const { engine, seen, finish } = await start(readOf('a.txt'), { mode: 'plan' });
    await using _ = engine;
    await until(() => seen.length > 0);
    assert.deepEqual(seen, ['ahead a.txt']);
    await finish();
  });

  const refused: [string, string, Setting][] = [
    ['outside of the workspace', '../out.txt', {}],
    ['that is a key', '../home/.ssh/id_rsa', {}],
    ['that stands elsewhere under another name', 'second-name.txt', {}],
    ['that a rule asks about', 'a.txt', { rules: { ask: ['Read(a.txt)'] } }],
    ['that a rule denies', 'a.txt', { rules: { deny: ['Read(*.txt)'] } }],
    ['whose judgement fails', 'a.txt', { foresee: async () => Promise.reject(new Error('No answer')) }],
    ['that a hidden link leads out of the workspace', 'link.txt', {}],
  ];
  for (const [what, file, setting] of refused) {
    it(`opens no file ${what}`, async () => {
      const { engine, seen, judged, person, finish } = await start((ws) => {
        symlinkSync(path.join('..', 'out.txt'), path.join(ws, 'link.txt'));
        linkSync(path.join(ws, '..', 'out.txt'), path.join(ws, 'second-name.txt'));
        return readOf(file)(ws);
      }, setting);
      await using _ = engine;
      await until(() => judged.length > 0 || setting.foresee !== undefined);
      await new Promise((resolve) => setTimeout(resolve, 40));
      assert.deepEqual(seen, []);
      assert.deepEqual(person.questions, []);
      await finish();
      assert.equal(seen[0], 'whole');
    });
  }

  it('opens no file that decides what other programs run, also where edits need no question', async () => {
    const { engine, seen, judged, finish } = await start(
      (ws) => [arriving('Write', { file_path: path.join(ws, '.git/hooks/pre-commit'), content: 'rm -rf everything' })],
      { mode: 'acceptEdits' },
    );
    await using _ = engine;
    await until(() => judged.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(seen, []);
    await finish();
  });

  it('is not judged by a path that cannot mean anything, nor by one that is not whole', async () => {
    for (const block of [
      (ws: string) => toolUse('Read', { file_path: `${ws}/a.txt` }, { deltaChars: 4, gate: 'rest', gateAt: 20 }),
      (ws: string) => arriving('Read', { file_path: `${ws}/a\u0000b.txt`, limit: 100_000 }),
      (ws: string) => arriving('Read', { limit: [1, 2], file_path: `${ws}/a.txt`, offset: 100_000 }),
    ]) {
      const { engine, seen, judged, finish } = await start((ws) => [block(ws)]);
      await using _ = engine;
      await engine.server.waitForGate('rest');
      await new Promise((resolve) => setTimeout(resolve, 40));
      assert.deepEqual([judged, seen], [[], []]);
      await finish();
    }
  });

  /** The gate has been asked, and says nothing until `answer`. */
  async function startSlowJudge() {
    let answer = (_: string | undefined): void => {};
    let asked = false;
    const foresee = () =>
      new Promise<string | undefined>((resolve) => {
        asked = true;
        answer = resolve;
      });
    const started = await start(readOf('a.txt'), { foresee });
    await until(() => asked);
    return { ...started, answer: (path: string | undefined) => answer(path) };
  }

  it('goes its own way when it is whole at once', async () => {
    const { engine, seen, judged } = await start((ws) => [toolUse('Read', { file_path: `${ws}/a.txt` })]);
    await using _ = engine;
    await engine.session.whenIdle();
    assert.deepEqual([judged, seen], [[], ['whole', 'read a.txt', 'whole']]);
  });

  it('that is stopped, or cut off, opens nothing afterwards', async () => {
    const { engine, seen, ws, finish, answer } = await startSlowJudge();
    await using _ = engine;
    engine.session.stop();
    await engine.session.whenIdle();
    answer(path.join(ws, 'a.txt'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(seen, []);
    await finish();
  });

  it('that became whole meanwhile is not read twice', async () => {
    const { engine, seen, ws, finish, answer } = await startSlowJudge();
    await using _ = engine;
    await finish();
    answer(path.join(ws, 'a.txt'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(seen, ['whole', 'read a.txt', 'whole']);
  });

  it('is one of few in an answer whose files are read ahead', async () => {
    const names = Array.from({ length: 10 }, (_, n) => `f${n}.txt`);
    const files = Object.fromEntries(names.map((name) => [`ws/${name}`, name]));
    const { engine, seen } = await start(
      (ws) => names.map((name, n) => arriving('Read', { file_path: `${ws}/${name}`, limit: 1_000_000 }, `gate-${n}`)),
      { files },
    );
    await using _ = engine;
    for (const [n, name] of names.entries()) {
      await engine.server.waitForGate(`gate-${n}`);
      if (n < 8) await until(() => seen.includes(`ahead ${name}`));
      else await new Promise((resolve) => setTimeout(resolve, 30));
      engine.server.release(`gate-${n}`);
    }
    await engine.session.whenIdle();
    assert.deepEqual(
      seen.filter((one) => one.startsWith('ahead')),
      names.slice(0, 8).map((name) => `ahead ${name}`),
    );
    assert.equal(results(engine).length, 10);
  });
});

describe('reading ahead on disk', () => {
  const folders = temporaryFolders();

  it('keeps quiet about what is no file, is not there or leads elsewhere, and waits for no pipe', async () => {
    const root = await folders({ 'a.txt': 'a', 'large.txt': 'x'.repeat(3_000_000), 'empty.txt': '' });
    const at = (name: string): string => path.join(root, name);
    await symlink(at('a.txt'), at('link.txt'));
    if (process.platform !== 'win32') execFileSync('mkfifo', [at('pipe')]);
    const files = new NodeFileSystem();
    for (const name of ['a.txt', 'large.txt', 'empty.txt', 'link.txt', 'pipe', 'missing.txt', '.', 'a.txt/b'])
      assert.equal(await files.readAhead(at(name)), undefined);
  });
});

describe('the texts at the start of an input', () => {
  const whole = {
    file_path: '/a "b" \\ c/ü😀.txt',
    count: -1.5e3,
    flag: true,
    nothing: null,
    other: 'x, {"file_path":"/no"}',
    list: ['file_path'],
    after: 'is not looked at',
  };

  it('are the same as in the whole of it, and grow as it arrives', () => {
    const { file_path, other } = whole;
    for (const json of [JSON.stringify(whole), JSON.stringify(whole, undefined, 2), ` \n${JSON.stringify(whole)}`]) {
      assert.deepEqual(leadingFields(json), { file_path, other });
      for (let end = 0; end <= json.length; end += 1) {
        const fields = leadingFields(json.slice(0, end));
        for (const [name, value] of Object.entries(fields)) assert.equal(value, whole[name as keyof typeof whole]);
      }
    }
  });

  it('are none of what stands deeper, in lists, in texts, or in what is no object', () => {
    for (const json of [
      '',
      '[',
      '["file_path":"/a"',
      '{"a":{"file_path":"/a"}',
      '{"edits":[{"file_path":"/a"}]',
      '"file_path":"/a"',
    ])
      assert.deepEqual(leadingFields(json), {}, json);
    assert.deepEqual(leadingFields(String.raw`{"content":"\"file_path\":\"/a\"`), {});
    assert.deepEqual(leadingFields('{"a":"line\nbreak","file_path":"/a"}'), {});
  });

  it('take time in proportion to the text', () => {
    for (const json of [`{"a":"${'\\'.repeat(200_001)}`, `{${' '.repeat(200_000)}`, `{"a":${'1'.repeat(200_000)}`])
      assert.deepEqual(leadingFields(json), {});
  });
});

describe('the gate', () => {
  const bash = createBashTool({
    files: { resolve: async (path) => path },
    processes: { run: () => assert.fail('nothing is run') },
    shell: createShellState('/project'),
    workspace: ['/project'],
  });

  /** An answer that has been asked for; `pass` is told how long nothing has come. */
  function ask(tools: ReadonlyMap<string, Tool>, foresee: PermissionGate['foresee']) {
    const timers: { ms: number; run: () => void }[] = [];
    const after = (ms: number, run: () => void) => {
      const timer = { ms, run };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    };
    const gate = foresee ? { foresee } : {};
    const calls = new EarlyCalls({
      tools,
      gate,
      clock: { after },
      cwd: () => '/project',
      signal: new AbortController().signal,
    });
    return {
      calls,
      pass: (ms: number) => {
        for (const timer of timers.filter((one) => one.ms <= ms)) timer.run();
      },
    };
  }

  it('gets ready for commands while the model thinks, once for a session, by one that does nothing', () => {
    const tools = new Map([['Bash', bash]]);
    const foreseen: Access[] = [];
    const foresee = async (access: Access) => void foreseen.push(access);
    const quick = ask(tools, foresee);
    quick.pass(10);
    quick.calls.close();
    quick.pass(1000);
    assert.deepEqual(foreseen, [], 'an answer that comes at once leaves no time');
    const slow = ask(tools, foresee);
    slow.pass(1000);
    assert.deepEqual(foreseen, [{ kind: 'command', tool: 'Bash', command: 'true', cwd: '/project' }]);
    slow.calls.close();
    ask(tools, foresee).pass(1000);
    assert.equal(foreseen.length, 1);
  });

  it('may fail at it, or not know how', async () => {
    ask(new Map([['Bash', bash]]), async () => assert.fail('broken')).pass(1000);
    ask(new Map([['Bash', bash]]), undefined).pass(1000);
    await new Promise((resolve) => setImmediate(resolve));
  });
});

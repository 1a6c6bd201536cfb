import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import * as z from 'zod/mini';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { createCommandSandbox } from '../../../src/adapters/sandbox/create-command-sandbox.ts';
import { startSandbox, type SandboxMachine } from '../../../src/adapters/sandbox/sandbox-start.ts';
import { ShellRunner } from '../../../src/adapters/shell-runner.ts';
import type { SandboxPolicy } from '../../../src/core/permissions/sandbox-policy.ts';
import { createBashTool } from '../../../src/core/tools/shell/bash-tool.ts';
import { createShellState } from '../../../src/core/tools/shell/shell-state.ts';
import { rulesOf, textOf, ToolBench } from '../../support/memory/tool-bench.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

describe('Bash with a sandbox', function () {
  if (process.platform === 'win32') return;
  this.timeout(60_000);
  const folder = temporaryFolders();
  const runners: ShellRunner[] = [];
  let root: string;
  beforeEach(async () => {
    root = await folder();
  });
  afterEach(() => {
    for (const runner of runners.splice(0)) runner.dispose();
  });

  function benchOn(
    sandbox: Pick<SandboxPolicy, 'mode' | 'hosts'> | undefined,
    machine: SandboxMachine = {},
  ): ToolBench {
    const files = new NodeFileSystem();
    const policy = sandbox && { ...sandbox, workspace: [root], home: root };
    const processes = new ShellRunner(policy ? { sandbox: createCommandSandbox(policy, machine) } : {});
    runners.push(processes);
    const tool = createBashTool({
      files,
      processes,
      shell: createShellState(root),
      workspace: [root],
      ...(sandbox ? { sandbox } : {}),
    });
    const rules = () => rulesOf({ allow: ['Bash'] }, root);
    return new ToolBench({ files, processes, root, rules, tools: [tool] });
  }

  const told = (bench: ToolBench): string => {
    const { description, schema } = bench.tools.get('Bash')!;
    return description + JSON.stringify(z.toJSONSchema(schema()));
  };

  it('tells the model no more than it can use', () => {
    assert.doesNotMatch(told(benchOn(undefined)), /sandbox/i);
    const required = told(benchOn({ mode: 'required' }));
    assert.match(required, /in a sandbox: .*TMPDIR.*reach no host/);
    assert.doesNotMatch(required, /dangerouslyDisableSandbox/);
    const on = told(benchOn({ mode: 'on', hosts: ['a.org', 'b.org:443'] }));
    assert.match(on, /reach only a\.org, b\.org:443/);
    assert.match(on, /dangerouslyDisableSandbox/);
    assert.ok(on.length - told(benchOn(undefined)).length < 600);
  });

  it('asks for a way out of it by name, where there is one', () => {
    const input = { command: 'true', dangerouslyDisableSandbox: true };
    const access = (bench: ToolBench, given: object): unknown => {
      const tool = bench.tools.get('Bash')!;
      return tool.prepare(z.parse(tool.schema(), given), { cwd: root }).access;
    };
    const plain = { kind: 'command', tool: 'Bash', command: 'true', cwd: root };
    assert.deepEqual(access(benchOn({ mode: 'on' }), input), { ...plain, unsandboxed: true });
    assert.deepEqual(access(benchOn({ mode: 'on' }), { command: 'true' }), plain);
    assert.deepEqual(access(benchOn({ mode: 'on' }), { command: 'true', dangerouslyDisableSandbox: false }), plain);
    for (const sandbox of [{ mode: 'required' } as const, undefined]) {
      assert.doesNotMatch(JSON.stringify(tryTo(() => access(benchOn(sandbox), input))), /unsandboxed/);
    }
  });

  describe('that cannot start', () => {
    const missing: SandboxMachine = { platform: 'linux', nodeVersion: '24.0.0', bubblewrap: '/nowhere/bwrap' };

    it('says to both that the command ran without', async () => {
      const result = await benchOn({ mode: 'on' }, missing).call('Bash', { command: 'echo done' });
      assert.match(
        textOf(result),
        /^done\n\n?\[The sandbox cannot start, so this ran without it\. .*Install bubblewrap/,
      );
      assert.match(result.details.note ?? '', /ran without it/);
    });

    it('refuses the command where it is required', async () => {
      const bench = benchOn({ mode: 'required' }, missing);
      await assert.rejects(bench.call('Bash', { command: 'touch x' }), /must run in a sandbox.*Install bubblewrap/);
      assert.deepEqual(await readdir(root), []);
    });
  });

  describe('of the system (skipped where it cannot start)', () => {
    before(async function () {
      const found =
        process.platform === 'linux' ? await startSandbox({ hosts: false, workspace: [] }, {}) : 'Not Linux.';
      if (typeof found !== 'string') return;
      console.log(`    skipped, nothing is proven about the real sandbox: ${found}`);
      this.skip();
    });

    it('tells a refusal, and how to ask for more', async () => {
      const other = await folder();
      await writeFile(`${root}/try.sh`, `echo x > ${other}/x`);
      const bench = benchOn({ mode: 'on' });
      const result = await bench.call('Bash', { command: 'bash try.sh' });
      assert.equal(result.isError, true);
      assert.match(
        textOf(result),
        /\[The sandbox has probably refused a write.*dangerouslyDisableSandbox: true; the person is asked\.\]/,
      );
      assert.deepEqual(await readdir(other), []);
      assert.match(result.details.note ?? '', /^Exit code 1\. The sandbox has probably refused/);
      assert.doesNotMatch(textOf(await bench.call('Bash', { command: 'exit 1' })), /sandbox/);
    });

    it('lets nobody hope where it is required', async () => {
      await writeFile(`${root}/try.sh`, 'echo x > /etc/x');
      const result = await benchOn({ mode: 'required' }).call('Bash', { command: 'bash try.sh' });
      assert.match(textOf(result), /No command can leave the sandbox/);
      assert.doesNotMatch(textOf(result), /dangerouslyDisableSandbox/);
    });
  });
});

function tryTo(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return String(error);
  }
}

// Whatever breaks inside the evaluator, nothing is allowed by it, in no mode and by no rule.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createShellGrammar } from '../../../src/adapters/shell-grammar.ts';
import type { Access } from '../../../src/core/permissions/access.ts';
import { PermissionEvaluator, type EvaluatorOptions } from '../../../src/core/permissions/evaluator.ts';
import { permissionModes } from '../../../src/core/permissions/mode.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { rulesOf } from '../../support/memory/tool-bench.ts';

const grammar = createShellGrammar();

const accesses: readonly Access[] = [
  { kind: 'read', tool: 'Read', path: '/project/src/a.ts' },
  { kind: 'edit', tool: 'Edit', path: '/project/src/a.ts' },
  { kind: 'command', tool: 'Bash', command: 'cat src/a.ts && npm test > out', cwd: '/project' },
  { kind: 'command', tool: 'PowerShell', command: 'git status > out', cwd: '/project' },
  { kind: 'web', tool: 'WebFetch', url: 'https://docs.example.org/' },
  { kind: 'action', tool: 'Look', title: 'Look', subject: 'around', readOnly: true },
];
const allow = ['Bash', 'PowerShell', 'Read', 'Edit', 'WebFetch', 'Look'];

/** How the ports fail: at which call, and whether at once or later. */
interface Breaks {
  readonly at: number;
  readonly atOnce: boolean;
}

/** Counts the calls of all ports and breaks one of them and all that follow. */
function brokenOptions({ at, atOnce }: Breaks): { options: EvaluatorOptions; broke: () => boolean } {
  const files = new MemoryFileSystem({ '/project/src/a.ts': 'a' });
  let calls = 0;
  const port =
    <Arguments extends unknown[], Value>(work: (...args: Arguments) => Promise<Value>) =>
    (...args: Arguments): Promise<Value> => {
      calls += 1;
      if (calls <= at) return work(...args);
      if (atOnce) throw new Error('broken');
      return Promise.reject(new Error('broken'));
    };
  const options: EvaluatorOptions = {
    files: { resolve: port((path) => files.resolve(path)), stat: port((path) => files.stat(path)) },
    workspace: ['/project'],
    home: '/home/me',
    platform: 'linux',
    rules: port(async () => rulesOf({ allow, deny: ['Read(.env)'] })),
    grammar: {
      load: port(async (language) => {
        const parse = await grammar.load(language);
        return (text) => {
          calls += 1;
          if (calls > at) throw new Error('broken');
          return parse?.(text);
        };
      }),
    },
    onProblem: () => {
      throw new Error('nobody listens');
    },
  };
  return { options, broke: () => calls > at };
}

describe('an evaluator whose ports break', () => {
  it('allows nothing that it could not judge, and says why', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 40 }),
        fc.boolean(),
        fc.constantFrom(...accesses),
        fc.constantFrom(...permissionModes),
        async (at, atOnce, access, mode) => {
          const { options, broke } = brokenOptions({ at, atOnce });
          const verdict = await new PermissionEvaluator({ ...options, mode: () => mode }).judge(access);
          if (verdict.decision !== 'allow') {
            const reason = verdict.decision === 'ask' ? verdict.reason : verdict.denial.reason;
            assert.ok(reason.length > 10, reason);
            return;
          }
          // With everything broken from some call on, what is allowed was decided before, or needs none of it.
          assert.ok(!broke(), `${mode} ${access.tool}: ${verdict.reason}`);
        },
      ),
      { numRuns: 600 },
    );
  });

  it('asks where the mode itself cannot be told, and where everything is bypassed', async () => {
    const { options } = brokenOptions({ at: 1000, atOnce: true });
    const odd = (): never => {
      throw new Error('no mode');
    };
    const verdict = await new PermissionEvaluator({ ...options, mode: odd }).judge(accesses[2]!);
    assert.ok(verdict.decision === 'ask' && /could not be judged \(no mode\)/.test(verdict.reason));
    const bypass = { ...brokenOptions({ at: 0, atOnce: true }).options, mode: () => 'bypassPermissions' as const };
    for (const access of accesses) {
      assert.notEqual((await new PermissionEvaluator(bypass).judge(access)).decision, 'allow', access.tool);
    }
  });
});

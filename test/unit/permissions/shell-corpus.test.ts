// Every case of the shell corpus by the evaluator, and again by the real command line: the same answers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { checkRequestSchema, type CheckAnswer } from '../../../src/headless/permissions/check-request.ts';
import { judgeRequest } from '../../../src/headless/permissions/judge-request.ts';
import { linesOf, openCliLab } from '../headless/run-cli.ts';

interface ShellCase {
  readonly id: string;
  readonly class: string;
  readonly command: string;
  readonly expected: 'allow' | 'ask' | 'deny';
  readonly why: string;
}

/** Judged among files that are the same on every machine. */
const cases = ['shell.jsonl', 'shell-powershell.jsonl'].flatMap((file) => {
  const text = readFileSync(path.join(import.meta.dirname, '../../fixtures/permissions', file), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => ({ ...(JSON.parse(line) as ShellCase), platform: 'linux', fs: { files: ['/project/src/a.ts'] } }));
});

describe('the shell corpus', () => {
  const answers = new Map<string, CheckAnswer>();

  before(async () => {
    for (const one of cases) answers.set(one.id, await judgeRequest(checkRequestSchema.parse(one)));
  });

  const decisionOf = ({ id }: ShellCase): string => answers.get(id)!.decision;

  for (const name of new Set(cases.map((one) => one.class))) {
    const ours = cases.filter((one) => one.class === name);
    it(`is judged as written: ${name}, ${ours.length} commands`, () => {
      const wrong = ours
        .filter((one) => decisionOf(one) !== one.expected)
        .map((one) => {
          const shown = JSON.stringify(one.command).slice(0, 160);
          return `${one.id} ${shown}: ${decisionOf(one)} (${answers.get(one.id)!.reason}), not ${one.expected}: ${one.why}`;
        });
      assert.deepEqual(wrong, []);
    });
  }

  const expecting = (decision: string): ShellCase[] => cases.filter(({ expected }) => expected === decision);
  const [allows, asks, denies] = ['allow', 'ask', 'deny'].map(expecting) as [ShellCase[], ShellCase[], ShellCase[]];

  it(`lets none of ${asks.length + denies.length} commands run that are to be asked about or denied`, () => {
    assert.deepEqual(
      [...asks, ...denies].filter((one) => decisionOf(one) === 'allow').map(({ id }) => id),
      [],
    );
  });

  it(`denies at least 99 of 100 of the ${denies.length} that are to be denied`, () => {
    const denied = denies.filter((one) => decisionOf(one) === 'deny');
    assert.ok(denied.length >= 0.99 * denies.length, `${denied.length} of ${denies.length}`);
  });

  it(`allows at least 98 of 100 of the ${allows.length} that are harmless`, () => {
    const allowed = allows.filter((one) => decisionOf(one) === 'allow');
    assert.ok(allowed.length >= 0.98 * allows.length, `${allowed.length} of ${allows.length}`);
  });

  it('comes out of the command line with the same answers', async () => {
    await using lab = await openCliLab();
    const input = `${cases.map((one) => JSON.stringify(one)).join('\n')}\n`;
    const { status, out } = await lab.run(['permissions', 'check'], { input });
    assert.equal(status, 0);
    assert.deepEqual(linesOf(out), JSON.parse(JSON.stringify([...answers.values()])));
  }).timeout(30_000);

  it('has at least 400 cases, each with its own id', () => {
    assert.ok(cases.length >= 400);
    assert.equal(answers.size, cases.length);
  });
});

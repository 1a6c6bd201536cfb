// Every case of the path corpus by the evaluator, and again by the real command line: the same answers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { checkRequestSchema } from '../../../src/headless/permissions/check-request.ts';
import { judgeRequest } from '../../../src/headless/permissions/judge-request.ts';
import { linesOf, openCliLab } from '../headless/run-cli.ts';

interface PathCase {
  readonly id: string;
  readonly class: string;
  readonly tool: string;
  readonly path: string;
  readonly expect: 'allow' | 'ask' | 'deny';
  readonly why: string;
}

const file = path.join(import.meta.dirname, '../../fixtures/permissions/paths.jsonl');
const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
const cases = lines.map((line) => JSON.parse(line) as PathCase);

describe('the path corpus', () => {
  for (const name of new Set(cases.map((one) => one.class))) {
    it(`is judged as written: ${name}`, async () => {
      const wrong: string[] = [];
      for (const one of cases.filter((one) => one.class === name)) {
        const { decision, reason } = await judgeRequest(checkRequestSchema.parse(one));
        if (decision === one.expect) continue;
        wrong.push(
          `${one.id} ${one.tool} ${JSON.stringify(one.path)}: ${decision} (${reason}), not ${one.expect}: ${one.why}`,
        );
      }
      assert.deepEqual(wrong, []);
    });
  }

  it('comes out of the command line with the same answers', async () => {
    await using lab = await openCliLab();
    const { status, out } = await lab.run(['permissions', 'check'], { input: `${lines.join('\n')}\n` });
    assert.equal(status, 0);
    const answers = linesOf(out).map(({ id, decision }) => `${id} ${decision}`);
    assert.deepEqual(
      answers,
      cases.map(({ id, expect }) => `${id} ${expect}`),
    );
  });

  it('has at least 200 cases, each with its own id', () => {
    assert.ok(cases.length >= 200);
    assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
  });
});

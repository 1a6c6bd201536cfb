import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { text, toolUse, type Answer } from '../support/model/answer.ts';
import { deadUrl } from '../support/model/dead-url.ts';
import { httpError } from '../support/model/fault.ts';
import { verifyLog } from '../../src/headless/sessions/verify-log.ts';
import { linesOf, openCliLab, openScriptedLab, type CliLab } from '../unit/headless/run-cli.ts';

const JSON_RUN = ['-p', 'Hi', '--output-format', 'json', '--model', 'claude-haiku-4-5'];

async function logOf(lab: CliLab): Promise<{ id: string; bytes: Buffer }> {
  const folder = join(lab.capstanHome, 'sessions');
  const [name] = (await readdir(folder)).filter((file) => file.endsWith('.jsonl'));
  return { id: name!.slice(0, -'.jsonl'.length), bytes: await readFile(join(folder, name!)) };
}

describe('capstan -p when the model fails', () => {
  const faults: [string, Answer, string, boolean][] = [
    ['a refused key', { fault: httpError(401) }, 'authentication', false],
    ['a request that is not accepted', { fault: httpError(400) }, 'invalid_request', false],
    ['an overloaded model', { fault: httpError(529) }, 'overloaded', true],
    [
      'a dropped connection',
      { blocks: [text('Hello there')], fault: { kind: 'drop', at: { insideBlock: 0 } } },
      'stream_truncated',
      true,
    ],
    ['silence', { blocks: [text('Hello')], fault: { kind: 'stall', at: 1 } }, 'idle_timeout', true],
  ];
  for (const [name, answer, reason, retryable] of faults) {
    it(`reports ${name} as ${reason}`, async () => {
      await using lab = await openScriptedLab([answer]);
      const run = await lab.run([...JSON_RUN, '--max-retries', '0'], { env: { CAPSTAN_STREAM_IDLE_MS: '300' } });
      assert.equal(run.status, 1);
      const [result] = linesOf(run.out);
      assert.deepEqual([result!['subtype'], result!['is_error']], ['error_during_execution', true]);
      assert.deepEqual([result!['error'].reason, result!['error'].retryable], [reason, retryable]);
      assert.match(run.err, /^capstan: .+\n$/);
      assert.ok(!`${run.out}${run.err}`.includes('test-key'));
    });
  }

  it('reports a port where nobody listens', async () => {
    await using lab = await openCliLab(await deadUrl());
    const run = await lab.run([...JSON_RUN, '--max-retries', '0']);
    assert.equal(run.status, 1);
    assert.equal(linesOf(run.out)[0]!['error'].reason, 'connection');
  });

  it('tries again what passes, and says so on standard error', async () => {
    await using lab = await openScriptedLab([{ fault: httpError(529) }, { blocks: [text('Here.')] }]);
    const { status, out, err } = await lab.run(['-p', 'Hi']);
    assert.deepEqual([status, out], [0, 'Here.\n']);
    assert.match(err, /Overloaded.* Trying again in 0\.\d s\./);
  });

  it('says without a key what to do, and asks nobody', async () => {
    await using lab = await openCliLab();
    const env = { ANTHROPIC_API_KEY: undefined };
    const plain = await lab.run(['-p', 'Hi'], { env });
    assert.deepEqual([plain.status, plain.out], [1, '']);
    assert.match(plain.err, /^capstan: No API key is set\. Set ANTHROPIC_API_KEY .*\n$/);
    const json = await lab.run(JSON_RUN, { env });
    assert.equal(json.status, 1);
    assert.equal(linesOf(json.out)[0]!['error'].reason, 'authentication');
    const remote = await lab.run(JSON_RUN, { env: { ...env, ANTHROPIC_BASE_URL: 'https://127.0.0.1.example.com' } });
    assert.equal(linesOf(remote.out)[0]!['error'].reason, 'authentication');
  });

  it('needs no key at a local address, and takes a bearer token', async () => {
    await using lab = await openScriptedLab([{ blocks: [text('Hello.')] }, { blocks: [text('Hello.')] }]);
    assert.equal((await lab.run(JSON_RUN, { env: { ANTHROPIC_API_KEY: undefined } })).status, 0);
    const token = { ANTHROPIC_API_KEY: undefined, ANTHROPIC_AUTH_TOKEN: 'a-token' };
    assert.equal((await lab.run(JSON_RUN, { env: token })).status, 0);
    assert.equal(lab.server.requests.at(-1)!.auth.kind, 'bearer');
  });
});

describe('capstan -p that is interrupted', () => {
  it('keeps what had arrived, prints the result, leaves a whole log', async () => {
    await using lab = await openScriptedLab([{ blocks: [text('x'.repeat(200), { gate: 'never', gateAt: 48 })] }]);
    const run = lab.start([...JSON_RUN.slice(0, 2), '--output-format', 'stream-json', '--include-partial-messages'], {
      input: '',
    });
    while (!run.out().includes('text_delta')) await delay(5);
    run.process.kill('SIGINT');
    const { status, out } = await run.done;
    assert.equal(status, 130);
    const result = linesOf(out).at(-1)!;
    assert.deepEqual(
      [result['type'], result['result'], result['error'].reason],
      ['result', 'x'.repeat(48), 'interrupted'],
    );
    const { id, bytes } = await logOf(lab);
    const verdict = verifyLog(bytes, id);
    assert.ok(verdict.whole && !verdict.open);
  });

  it('ends what a tool has started, at once at the second signal', async () => {
    await using lab = await openScriptedLab([
      { blocks: [toolUse('Bash', { command: './hang.sh' })], stopReason: 'tool_use' },
    ]);
    await writeFile(join(lab.workspace, 'hang.sh'), HANGING, { mode: 0o755 });
    const run = lab.start([...JSON_RUN, '--allowed-tools', 'Bash(./hang.sh)'], { input: '' });
    const beats = async (): Promise<number> => (await readFile(join(lab.workspace, 'beats')).catch(() => '')).length;
    while ((await beats()) === 0) await delay(10);
    run.process.kill('SIGINT');
    await delay(50);
    run.process.kill('SIGINT');
    const { status } = await run.done;
    assert.equal(status, 130);
    const last = await beats();
    await delay(300);
    assert.equal(await beats(), last);
  });

  it('ends while it waits for a message', async () => {
    await using lab = await openScriptedLab([]);
    const run = lab.start(['-p', '--input-format', 'stream-json', '--output-format', 'stream-json']);
    while (!run.out().includes('init')) await delay(5);
    run.process.kill('SIGINT');
    assert.equal((await run.done).status, 130);
  });

  it('ends quietly when nobody reads on', async () => {
    await using lab = await openScriptedLab([
      { blocks: [text('One.', { gate: 'closed' }), toolUse('Glob', { pattern: '*' })], stopReason: 'tool_use' },
      { blocks: [text('Two.', { pauseBeforeMs: 20_000 })] },
    ]);
    const run = lab.start(['-p', 'Hi', '--output-format', 'stream-json'], { input: '' });
    while (!run.out().includes('\n')) await delay(5);
    run.process.stdout!.destroy();
    lab.server.release('closed');
    const { err } = await run.done;
    assert.equal(err, '');
    const { id, bytes } = await logOf(lab);
    assert.ok(verifyLog(bytes, id).whole);
  });
});

/** Heeds no polite request to end. */
const HANGING = '#!/bin/sh\ntrap "" TERM INT\nwhile :; do echo . >> beats; sleep 0.05; done\n';

import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { keptIn } from '../support/golden/golden-run.ts';
import { text, toolUse, type Answer } from '../support/model/answer.ts';
import { linesOf, openCliLab, openScriptedLab, type CliLab } from '../unit/headless/run-cli.ts';
import { sampleLines, sampleLog } from '../unit/headless/sample-log.ts';

const JSON_RUN = ['--output-format', 'json', '--model', 'claude-haiku-4-5'];
const answers = (...texts: string[]) => texts.map((answer) => ({ blocks: [text(answer)] }));
const sessionsOf = async (lab: CliLab): Promise<string[]> =>
  (await readdir(join(lab.capstanHome, 'sessions')).catch(() => [])).toSorted((a, b) => a.localeCompare(b));

async function put(lab: CliLab, id: string, content: string): Promise<string> {
  const folder = join(lab.capstanHome, 'sessions');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${id}.jsonl`);
  await writeFile(file, content);
  return file;
}

/** What the person said, in the last request. */
function said(lab: { server: { requests: readonly { body: unknown }[] } }): string[] {
  const { messages } = lab.server.requests.at(-1)!.body as {
    messages: { role: string; content: { text?: string }[] }[];
  };
  return messages.filter(({ role }) => role === 'user').map(({ content }) => content[0]!.text ?? '');
}

describe('a conversation over several runs', () => {
  it('goes on where it was, by --continue and by the start of an id', async () => {
    await using lab = await openScriptedLab(answers('One.', 'Two.', 'Three.'));
    const [first] = linesOf((await lab.run(['-p', 'first', ...JSON_RUN])).out);
    const [second] = linesOf((await lab.run(['-p', 'second', '--continue', ...JSON_RUN])).out);
    assert.equal(second!['session_id'], first!['session_id']);
    const [third] = linesOf(
      (await lab.run(['-p', 'third', '--resume', first!['session_id'].slice(0, 8), ...JSON_RUN])).out,
    );
    assert.equal(third!['session_id'], first!['session_id']);
    assert.deepEqual(said(lab), ['first', 'second', 'third']);
    assert.deepEqual(lab.server.problems, []);
    const file = join(lab.capstanHome, 'sessions', `${first!['session_id']}.jsonl`);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.match((await lab.run(['sessions', 'verify', first!['session_id']])).out, /is whole/);
  });

  it('goes on in a copy, and leaves the other as it was', async () => {
    await using lab = await openScriptedLab(answers('One.', 'Two.'));
    await lab.run(['-p', 'first', '--session-id', 'mine', ...JSON_RUN]);
    const file = join(lab.capstanHome, 'sessions/mine.jsonl');
    const before = await readFile(file, 'utf8');
    const fork = ['--resume', 'mine', '--fork-session', '--session-id', 'copy', ...JSON_RUN];
    const [second] = linesOf((await lab.run(['-p', 'second', ...fork])).out);
    assert.equal(second!['session_id'], 'copy');
    assert.deepEqual(said(lab), ['first', 'second']);
    assert.equal(await readFile(file, 'utf8'), before);
    assert.match((await lab.run(['sessions', 'verify', 'copy'])).out, /is whole/);
    const [start] = linesOf(await readFile(join(lab.capstanHome, 'sessions/copy.jsonl'), 'utf8'));
    assert.deepEqual([start!['sessionId'], start!['forkedFrom']], ['copy', 'mine']);
  });

  it('keeps long results beside the conversation, for it and for its copies', async () => {
    const call = (...blocks: NonNullable<Answer['blocks']>): Answer => ({ blocks, stopReason: 'tool_use' });
    await using lab = await openScriptedLab(({ body }) => {
      const asked = body.messages.at(-1)!;
      if (JSON.stringify(asked).includes('tool_result')) return { blocks: [text('Done.')] };
      if (body.messages.length === 1) return call(toolUse('Bash', { command: 'seq 1 7000' }));
      return call(toolUse('Read', { file_path: keptIn(body), offset: 4_000, limit: 1 }));
    });
    await lab.run(['-p', 'run', '--session-id', 'mine', '--allowed-tools', 'Bash(seq:*)', ...JSON_RUN]);
    const results = join(lab.capstanHome, 'results/mine');
    const [name] = await readdir(results);
    assert.equal((await stat(join(results, name!))).mode & 0o777, 0o600);
    for (const from of [
      ['--resume', 'mine', '--no-session'],
      ['--resume', 'mine', '--fork-session'],
    ]) {
      const [result] = linesOf((await lab.run(['-p', 'look', ...from, ...JSON_RUN])).out);
      assert.deepEqual(result!['permission_denials'], []);
      assert.match(JSON.stringify(lab.server.requests.at(-1)!.body), /4000\\t4000/);
    }
    assert.deepEqual(lab.server.problems, []);
  });

  it('leaves no long result behind where nothing is to be kept', async () => {
    const blocks = [toolUse('Bash', { command: 'seq 1 7000' })];
    await using lab = await openScriptedLab([{ blocks, stopReason: 'tool_use' }, ...answers('Done.')]);
    const env = { TMPDIR: lab.home };
    const args = ['-p', 'run', '--no-session', '--allowed-tools', 'Bash(seq:*)', ...JSON_RUN];
    assert.equal((await lab.run(args, { env })).status, 0);
    assert.match(keptIn(lab.server.requests.at(-1)!.body), /capstan-[^/]+\/[^/]+\/[^/]+\.txt$/);
    assert.deepEqual(await readdir(lab.home), []);
    await assert.rejects(stat(join(lab.capstanHome, 'results')), { code: 'ENOENT' });
  });

  it('takes no id twice, and keeps nothing where nothing is to be kept', async () => {
    await using lab = await openScriptedLab(answers('One.', 'Two.', 'Three.'));
    await lab.run(['-p', 'first', '--session-id', 'mine', ...JSON_RUN]);
    const again = await lab.run(['-p', 'x', '--session-id', 'mine', ...JSON_RUN]);
    assert.equal(again.status, 2);
    assert.match(again.err, /There is a session mine already/);
    const before = await readFile(join(lab.capstanHome, 'sessions/mine.jsonl'), 'utf8');
    await lab.run(['-p', 'x', '--no-session', ...JSON_RUN]);
    const [kept] = linesOf((await lab.run(['-p', 'y', '--no-session', '--resume', 'mine', ...JSON_RUN])).out);
    assert.equal(kept!['is_error'], false);
    assert.deepEqual(said(lab), ['first', 'y']);
    assert.deepEqual(await sessionsOf(lab), ['mine.jsonl']);
    assert.equal(await readFile(join(lab.capstanHome, 'sessions/mine.jsonl'), 'utf8'), before);
    assert.deepEqual(await readdir(lab.home), []);
  });

  it('does not write where another process writes', async () => {
    await using lab = await openScriptedLab([{ blocks: [text('One.', { gate: 'later' })] }]);
    const run = lab.start(['-p', 'first', '--session-id', 'mine', ...JSON_RUN], { input: '' });
    await lab.server.waitForRequest(1);
    while (!(await sessionsOf(lab)).includes('mine.jsonl')) await delay(5);
    const other = await lab.run(['-p', 'second', '--resume', 'mine', ...JSON_RUN]);
    assert.equal(other.status, 1);
    assert.match(linesOf(other.out)[0]!['error'].message, /open in another window/);
    lab.server.release('later');
    assert.equal((await run.done).status, 0);
    assert.deepEqual(await sessionsOf(lab), ['mine.jsonl']);
  });
});

describe('streaming input', () => {
  const STREAM = [
    '-p',
    '--input-format',
    'stream-json',
    '--output-format',
    'stream-json',
    '--model',
    'claude-haiku-4-5',
  ];
  const message = (content: string, uuid?: string): string =>
    `${JSON.stringify({ type: 'user', uuid, message: { role: 'user', content } })}\n`;

  it('answers each message in its turn, passes over what is none, and ends with the input', async () => {
    await using lab = await openScriptedLab(answers('One.', 'Two.'));
    const input = `${message('first', 'a')}{"type":"control_request"}\nnonsense\n${message('first', 'a')}${message('second')}`;
    const { status, out, err } = await lab.run(STREAM, { input });
    assert.equal(status, 0);
    const results = linesOf(out).filter((line) => line['type'] === 'result');
    assert.deepEqual(
      results.map((line) => [line['result'], line['num_turns']]),
      [
        ['One.', 1],
        ['Two.', 1],
      ],
    );
    assert.ok(results[1]!['total_cost_usd'] > results[0]!['total_cost_usd']);
    assert.equal(linesOf(out).filter((line) => line['subtype'] === 'init').length, 1);
    assert.match(err, /Line 2 .*"control_request"/);
    assert.match(err, /Line 3 .*not valid JSON/);
    assert.match(err, /The message a was taken before/);
    assert.deepEqual(said(lab), ['first', 'second']);
  });

  it('lets a client wait for the answer before it says more', async () => {
    await using lab = await openScriptedLab(answers('One.', 'Two.'));
    const run = lab.start(STREAM);
    run.process.stdin!.write(message('first'));
    while (!run.out().includes('"result":"One."')) await delay(5);
    run.process.stdin!.end(message('second'));
    assert.equal((await run.done).status, 0);
    assert.match(run.out(), /"result":"Two\."/);
  });
});

describe('capstan sessions', () => {
  it('lists, shows and exports by the start of an id', async () => {
    await using lab = await openCliLab();
    await put(lab, 'aaaa-1', sampleLog('aaaa-1', '/w/one'));
    await put(lab, 'aabb-2', sampleLog('aabb-2', '/w/two', 'Title with \u001B[31m tab\there'));
    await put(lab, 'broken', 'not a log\n');
    const list = await lab.run(['sessions', 'list']);
    assert.equal(list.status, 0);
    const rows = list.out
      .trimEnd()
      .split('\n')
      .map((row) => row.split('\t'));
    assert.deepEqual(
      rows.map((row) => row.length),
      [4, 4],
    );
    assert.ok(!list.out.includes('\u001B'));
    const ambiguous = await lab.run(['sessions', 'show', 'aa']);
    assert.equal(ambiguous.status, 2);
    assert.match(ambiguous.err, /could be 2 sessions: aaaa-1, aabb-2/);
    assert.match((await lab.run(['sessions', 'show', 'aaa'])).out, /^A <title>\naaaa-1 {2}\/w\/one\n/);
    assert.match((await lab.run(['sessions', 'export', 'aaa'])).out, /^# A <title>\n/);
    assert.match((await lab.run(['sessions', 'export', 'aaa', '--format', 'html'])).out, /^<!doctype html>/);
    const json = JSON.parse((await lab.run(['sessions', 'export', 'aaa', '--format', 'json'])).out) as {
      turns: unknown[];
    };
    assert.equal(json.turns.length, 1);
    assert.equal((await lab.run(['sessions', 'show', 'nobody'])).status, 2);
    // Reading leaves no trace.
    assert.deepEqual(await sessionsOf(lab), ['aaaa-1.jsonl', 'aabb-2.jsonl', 'broken.jsonl']);
  });

  it('says where a log stops being whole, and reads the rest all the same', async () => {
    await using lab = await openCliLab();
    const lines = sampleLines('bad');
    const torn = await put(lab, 'torn', sampleLog('torn'));
    await appendFile(torn, '{"v":1,"seq":10,"par');
    await put(lab, 'bad', `${[...lines.slice(0, 3), '\0\0\0', ...lines.slice(3)].join('\n')}\n`);

    const whole = (await readFile(torn)).lastIndexOf(0x0a) + 1;
    const verdict = await lab.run(['sessions', 'verify', 'torn']);
    assert.deepEqual([verdict.status, verdict.err], [1, '']);
    assert.match(verdict.out, new RegExp(`line 11, byte ${whole}\\. The last line has no end`));
    const bad = await lab.run(['sessions', 'verify', 'bad']);
    assert.equal(bad.status, 1);
    assert.match(bad.out, /at line 4, byte \d+\. The line is not valid JSON\. The 3 entries before it are whole\./);

    const shown = await lab.run(['sessions', 'show', 'bad']);
    assert.equal(shown.status, 0);
    assert.match(shown.out, /Ran echo/);
    assert.match(shown.err, /1 unreadable lines? .*skipped/);
    assert.equal((await lab.run(['sessions', 'export', 'torn', '--format', 'md'])).status, 0);
  });

  it('says that there are none yet', async () => {
    await using lab = await openCliLab();
    const { status, out, err } = await lab.run(['sessions', 'list']);
    assert.deepEqual([status, out], [0, '']);
    assert.match(err, /no sessions/);
  });
});

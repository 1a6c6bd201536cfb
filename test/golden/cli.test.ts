import assert from 'node:assert/strict';
import { readdir, readFile, realpath, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { text, thinking, toolUse } from '../support/model/answer.ts';
import { httpError } from '../support/model/fault.ts';
import { assertGolden, cleaner } from '../support/golden/transcript.ts';
import { linesOf, openCliLab, openScriptedLab, type CliLab } from '../unit/headless/run-cli.ts';

const MODEL = ['--model', 'claude-haiku-4-5'];

/** Times and what is counted from paths of different lengths differ from run to run. */
const cleanLines = (lab: CliLab, out: string): string =>
  cleaner([[lab.workspace, '/workspace']])(out)
    .replaceAll(/"(duration_ms|duration_api_ms)":\d+/g, '"$1":0')
    .replaceAll(
      /"(input_tokens|cache_\w+_tokens|cache\w+Tokens|inputTokens|costUSD|total_cost_usd)":[\d.e-]+/gi,
      '"$1":0',
    )
    .replaceAll(/"signature":"[^"]+"/g, '"signature":"SIG"');

describe('capstan -p', () => {
  it('prints the answer and nothing else', async () => {
    await using lab = await openScriptedLab([{ blocks: [text('The answer is 42.')] }]);
    const { status, out, err } = await lab.run(['-p', 'What?', ...MODEL]);
    assert.deepEqual([status, out, err], [0, 'The answer is 42.\n', '']);
    assert.deepEqual(lab.server.problems, []);
  });

  it('says nothing of its own about a model that is old', async () => {
    await using lab = await openScriptedLab([{ blocks: [text('Fine.')] }]);
    const { out, err } = await lab.run(['-p', 'Hi', '--model', 'claude-sonnet-4-5']);
    assert.deepEqual([out, err], ['Fine.\n', '']);
  });

  it('takes the prompt from standard input, and refuses an empty one', async () => {
    await using lab = await openScriptedLab([{ blocks: [text('Yes.')] }]);
    const { status, out } = await lab.run(['-p', ...MODEL], { input: 'Is it\nso?\n' });
    assert.deepEqual([status, out], [0, 'Yes.\n']);
    assert.match(JSON.stringify(lab.server.requests[0]!.body), /Is it\\nso\?/);
    const empty = await lab.run(['-p'], { input: ' \n' });
    assert.equal(empty.status, 2);
    assert.match(empty.err, /Standard input holds no prompt/);
  });

  it('prints the steps of a run as JSON lines', async () => {
    await using lab = await openScriptedLab([
      {
        blocks: [
          thinking('Let me see.'),
          text('Looking.'),
          toolUse('Read', { file_path: 'a.txt' }),
          toolUse('Bash', { command: 'rm -rf a.txt' }),
        ],
        stopReason: 'tool_use',
      },
      { blocks: [text('Done.')] },
    ]);
    await writeFile(join(lab.workspace, 'a.txt'), 'content\n');
    const { status, out } = await lab.run(['-p', 'Hi', '--output-format', 'stream-json', ...MODEL]);
    assert.equal(status, 0);
    await assertGolden('cli-stream-json', cleanLines(lab, out));
    assert.equal(await readFile(join(lab.workspace, 'a.txt'), 'utf8'), 'content\n');
  });

  it('streams pieces that add up to the answers', async () => {
    await using lab = await openScriptedLab([
      {
        blocks: [text('A longer text, in several pieces of the stream.'), toolUse('Glob', { pattern: '**' })],
        stopReason: 'tool_use',
      },
      { blocks: [text('Done.')] },
    ]);
    const args = ['-p', 'Hi', '--output-format', 'stream-json', '--include-partial-messages', ...MODEL];
    const lines = linesOf((await lab.run(args)).out);
    const folded: unknown[] = [];
    let blocks: any[] = [];
    for (const { type, event } of lines) {
      if (type !== 'stream_event') continue;
      if (event.type === 'message_start') blocks = [];
      if (event.type === 'content_block_start') blocks[event.index] = { ...event.content_block, json: '' };
      if (event.delta?.type === 'text_delta') blocks[event.index].text += event.delta.text;
      if (event.delta?.type === 'input_json_delta') blocks[event.index].input = JSON.parse(event.delta.partial_json);
      if (event.type === 'message_stop') folded.push(blocks.map(({ json: _, ...block }) => block));
    }
    const answers = lines.filter((line) => line['type'] === 'assistant').map((line) => line['message'].content);
    assert.deepEqual(folded, answers);
    assert.equal(folded.length, 2);
  });

  it('prints one object with the result, and every field of it', async () => {
    await using lab = await openScriptedLab([{ blocks: [text('Hello.')] }]);
    const { out } = await lab.run(['-p', 'Hi', '--output-format', 'json', ...MODEL]);
    const [result, ...rest] = linesOf(out);
    assert.deepEqual(rest, []);
    assert.ok(result!['total_cost_usd'] > 0);
    assert.ok(result!['duration_ms'] >= result!['duration_api_ms'] && result!['duration_api_ms'] > 0);
    await assertGolden('cli-json', cleanLines(lab, out));
  });

  it('names the models whose price is not known instead of calling them free', async () => {
    await using lab = await openScriptedLab([{ blocks: [text('Hello.')] }]);
    const [result] = linesOf((await lab.run(['-p', 'Hi', '--output-format', 'json', '--model', 'nobody-knows-1'])).out);
    assert.deepEqual(result!['unpriced_models'], ['nobody-knows-1']);
  });

  it('says at a limit which one, with status 1', async () => {
    const call = { blocks: [toolUse('Glob', { pattern: '*' })], stopReason: 'tool_use' } as const;
    await using lab = await openScriptedLab([
      { ...call, blocks: [...call.blocks] },
      { ...call, blocks: [...call.blocks] },
    ]);
    const turns = await lab.run(['-p', 'Hi', '--output-format', 'json', '--max-turns', '1', ...MODEL]);
    assert.equal(turns.status, 1);
    const [atTurns] = linesOf(turns.out);
    assert.deepEqual(
      [atTurns!['subtype'], atTurns!['error'].reason, atTurns!['num_turns']],
      ['error_max_turns', 'max_turns', 1],
    );
    const budget = await lab.run(['-p', 'Hi', '--output-format', 'json', '--max-budget-usd', '0.000001', ...MODEL]);
    assert.equal(budget.status, 1);
    const [atBudget] = linesOf(budget.out);
    assert.deepEqual([atBudget!['subtype'], atBudget!['error'].reason], ['error_max_budget_usd', 'max_budget_usd']);
  });

  it('passes effort and thinking on, and lets another model stand in', async () => {
    await using lab = await openScriptedLab([{ blocks: [], fault: httpError(529) }, { blocks: [text('Aye.')] }]);
    const flags = ['--effort', 'low', '--thinking', 'adaptive', '--fallback-model', 'other-1', '--max-retries', '0'];
    const { status, err } = await lab.run(['-p', 'Hi', ...MODEL, ...flags]);
    assert.equal(status, 0, err);
    const sent = lab.server.requests.map(({ body }) => body as Record<string, unknown>);
    assert.deepEqual(
      sent.map(({ model, output_config, thinking }) => ({ model, output_config, thinking })),
      [MODEL[1], 'other-1'].map((model) => ({
        model,
        output_config: { effort: 'low' },
        thinking: { type: 'adaptive' },
      })),
    );
    assert.match(err, /other-1 answers for the rest of this turn/);
  });

  it('passes the text for the system prompt on', async () => {
    await using lab = await openScriptedLab([{ blocks: [text('Aye.')] }]);
    await lab.run(['-p', 'Hi', '--append-system-prompt', 'Talk like a pirate.', ...MODEL]);
    assert.match(JSON.stringify((lab.server.requests[0]!.body as { system: unknown }).system), /Talk like a pirate\./);
  });
});

describe('what may run', () => {
  const bash = (command: string) => [
    { blocks: [toolUse('Bash', { command })], stopReason: 'tool_use' as const },
    { blocks: [text('Done.')] },
  ];
  const outcome = async (args: string[], settings?: string, extra?: (lab: CliLab) => Promise<void>) => {
    await using lab = await openScriptedLab(bash('printf out'));
    await extra?.(lab);
    if (settings !== undefined) {
      await mkdir(join(lab.workspace, '.claude'));
      await writeFile(join(lab.workspace, '.claude/settings.json'), settings);
    }
    const { out, err } = await lab.run(['-p', 'Hi', '--output-format', 'json', ...MODEL, ...args]);
    const [result] = linesOf(out);
    return { denied: result!['permission_denials'].length as number, err };
  };
  const allowing = JSON.stringify({ permissions: { allow: ['Bash(printf:*)'] } });

  it('denies what nobody can be asked about, and says so', async () => {
    const { denied, err } = await outcome([]);
    assert.equal(denied, 1);
    assert.match(err, /Denied, as nobody could be asked: Bash \{"command":"printf out"\}/);
  });

  it('allows by a rule of the command line or of given settings', async () => {
    assert.equal((await outcome(['--allowed-tools', 'Bash(printf:*)'])).denied, 0);
    assert.equal((await outcome(['--settings', allowing])).denied, 0);
    assert.equal(
      (
        await outcome(['--settings', 'more.json'], undefined, (lab) =>
          writeFile(join(lab.workspace, 'more.json'), allowing),
        )
      ).denied,
      0,
    );
  });

  it('bypasses questions where that is asked for, but no rule that forbids', async () => {
    assert.equal((await outcome(['--permission-mode', 'bypassPermissions'])).denied, 0);
    const denied = await outcome(['--permission-mode', 'bypassPermissions', '--disallowed-tools', 'Bash(printf:*)']);
    assert.equal(denied.denied, 1);
  });

  it('changes nothing while it plans, whatever is allowed', async () => {
    assert.equal((await outcome(['--permission-mode', 'plan', '--allowed-tools', 'Bash(printf:*)'])).denied, 1);
  });

  it('does not let a folder loosen the mode, trusted or not', async () => {
    const loose = JSON.stringify({ permissions: { defaultMode: 'bypassPermissions' } });
    assert.equal((await outcome(['--trust'], loose)).denied, 1);
  });

  it('lets a rule that forbids win', async () => {
    assert.equal((await outcome(['--allowed-tools', 'Bash', '--disallowed-tools', 'Bash(printf:*)'])).denied, 1);
  });

  it("lets a folder's own rules allow only where it is trusted", async () => {
    assert.equal((await outcome([], allowing)).denied, 1);
    assert.equal((await outcome(['--trust'], allowing)).denied, 0);
    const saved = await outcome([], allowing, async (lab) => {
      await mkdir(lab.capstanHome, { recursive: true });
      await writeFile(join(lab.capstanHome, 'trusted-folders.json'), JSON.stringify([await realpath(lab.workspace)]));
    });
    assert.equal(saved.denied, 0);
  });

  const refused: [string[], RegExp][] = [
    [['--allowed-tools', 'Bash(x'], /is not a permission rule/],
    [['--disallowed-tools', 'Frob'], /names a tool that does not exist/],
    [['--settings', 'nowhere.json'], /there is no file .*nowhere\.json/],
    [['--settings', '{"permissions": {"allow": "Bash"}}'], /permissions\.allow is not as expected/],
    [['--settings', '{oops'], /is not valid JSON/],
    [['--cwd', 'nowhere'], /nowhere is not a folder/],
    [['--add-dir', 'nowhere'], /nowhere is not a folder/],
    [['--resume', 'nobody'], /There is no session "nobody"/],
    [['--continue'], /no conversation in .* to continue/],
  ];
  for (const [args, message] of refused) {
    it(`refuses with status 2: ${args.join(' ')}`, async () => {
      await using lab = await openCliLab('http://127.0.0.1:1');
      const { status, out, err } = await lab.run(['-p', 'Hi', ...args]);
      assert.deepEqual([status, out], [2, '']);
      assert.match(err, /^capstan: .*\n$/);
      assert.match(err, message);
      assert.deepEqual(await readdir(lab.home), []);
    });
  }
});

describe('capstan without a run', () => {
  it('shows help, its version, and what is wrong with a command line', async () => {
    await using lab = await openCliLab();
    const help = await lab.run(['--help']);
    assert.equal(help.status, 0);
    assert.match(help.out, /capstan -p "prompt"/);
    assert.ok(help.out.split('\n').every((line) => line.length <= 88));
    assert.match((await lab.run(['sessions', '--help'])).out, /capstan sessions verify ID/);
    assert.match((await lab.run(['--version'])).out, /^\d+\.\d+\.\d+\n$/);
    const wrong = await lab.run(['frob']);
    assert.deepEqual([wrong.status, wrong.out], [2, '']);
    assert.deepEqual(await readdir(lab.home), []);
  });
});

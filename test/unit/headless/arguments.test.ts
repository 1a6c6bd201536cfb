import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ArgumentsError } from '../../../src/headless/arguments-error.ts';
import { readArguments } from '../../../src/headless/arguments.ts';
import type { PrintArguments } from '../../../src/headless/print-arguments.ts';
import { splitRules } from '../../../src/headless/split-rules.ts';

const print = (...argv: string[]): PrintArguments => {
  const read = readArguments(argv, '/project');
  assert.ok(read.command === 'print');
  return read;
};

describe('the command line', () => {
  const wrong: [string[], RegExp][] = [
    [[], /Say what to do with -p "prompt"/],
    [['fix', 'it'], /Say what to do with -p/],
    [['-p', 'fix', 'it'], /Put the prompt in quotes: -p "fix it"/],
    [['-p', '  '], /The prompt is empty/],
    [['-p', '--frobnicate'], /no option --frobnicate/],
    [['-p', 'x', '--model'], /--model needs a value/],
    [['-p', 'x', '--model', ''], /--model needs a value/],
    [['-p', 'x', '--model', '--trust'], /--model needs a value/],
    [['-p', 'x', '--trust=yes'], /--trust takes no value/],
    [['-p', 'x', '--output-format', 'xml'], /--output-format knows text, json, stream-json, not "xml"/],
    [['-p', '--input-format', 'stream-json'], /needs --output-format stream-json/],
    [['-p', 'x', '--input-format', 'stream-json', '--output-format', 'stream-json'], /leave the prompt out/],
    [['-p', 'x', '--include-partial-messages'], /needs --output-format stream-json/],
    [['-p', 'x', '--sandbox', 'maybe'], /--sandbox knows off, on, required/],
    [['-p', 'x', '--approve', 'risk:11'], /--approve does not know "risk:11"/],
    [['-p', 'x', '--permission-mode', 'yolo'], /--permission-mode knows plan, default, .*not "yolo"/],
    [['-p', 'x', '--max-turns', '0'], /whole number from 1 on, not "0"/],
    [['-p', 'x', '--max-turns', '1e9'], /whole number/],
    [['-p', 'x', '--max-retries', '-1'], /needs a value|whole number/],
    [['-p', 'x', '--max-retries', '1.5'], /whole number from 0 on/],
    [['-p', 'x', '--effort', 'heroic'], /--effort knows low, medium, high, xhigh, max, not "heroic"/],
    [['-p', 'x', '--thinking', 'hard'], /--thinking knows adaptive, disabled/],
    [['-p', 'x', '--fallback-model', ''], /--fallback-model/],
    [['-p', 'x', '--max-budget-usd', 'much'], /amount of US dollars/],
    [['-p', 'x', '--max-budget-usd', '0'], /above 0/],
    [['-p', 'x', '--continue', '--resume', 'a'], /--continue or --resume, not both/],
    [['-p', 'x', '--fork-session'], /--fork-session needs --continue or --resume/],
    [['-p', 'x', '--session-id', 'a', '--continue'], /add --fork-session/],
    [['-p', 'x', '--session-id', '../../etc'], /is not a session id/],
    [['-p', 'x', '--resume', 'a/b'], /is not a session id/],
    [['-p', 'x', '--resume'], /--resume needs a value/],
    [['sessions'], /list, show, export, verify/],
    [['sessions', 'frob'], /knows list, show, export, verify, not "frob"/],
    [['sessions', 'show'], /Name the session/],
    [['sessions', 'list', 'x'], /takes no "x"/],
    [['sessions', 'show', 'a', 'b'], /takes no "b"/],
    [['sessions', 'export', 'a', '--format', 'pdf'], /--format knows md, json, html/],
    [['sessions', 'verify', 'a', '--format', 'md'], /belongs to capstan sessions export/],
    [['help', 'frob'], /knows capstan, context, permissions, sessions/],
    [['context', 'here'], /capstan context takes no "here"/],
    [['context', '--model', ''], /--model needs a value/],
    [['context', '-p'], /no option -p/],
  ];
  for (const [argv, message] of wrong) {
    it(`refuses: capstan ${argv.join(' ')}`, () => {
      assert.throws(
        () => readArguments(argv, '/project'),
        (error) => error instanceof ArgumentsError && message.test(error.message),
      );
    });
  }

  it('reads a prompt with defaults', () => {
    assert.deepEqual(print('-p', 'fix it'), {
      command: 'print',
      prompt: 'fix it',
      inputFormat: 'text',
      outputFormat: 'text',
      partialMessages: false,
      model: undefined,
      fallbackModel: undefined,
      effort: undefined,
      thinking: undefined,
      approve: undefined,
      sandbox: undefined,
      sandboxHosts: [],
      permissionMode: undefined,
      settings: undefined,
      cwd: '/project',
      additionalFolders: [],
      allowedTools: [],
      disallowedTools: [],
      maxTurns: undefined,
      maxRetries: undefined,
      maxBudgetUsd: undefined,
      appendSystemPrompt: undefined,
      trust: false,
      origin: { kind: 'new' },
      fork: false,
      sessionId: undefined,
      ephemeral: false,
    });
  });

  it('takes the prompt before or behind the options, and one that begins with a dash behind --', () => {
    assert.equal(print('--model', 'm', '-p', 'x').prompt, 'x');
    assert.equal(print('x', '-p', '--model', 'm').prompt, 'x');
    assert.equal(print('-p', '--', '--help me').prompt, '--help me');
    assert.equal(print('-p').prompt, undefined);
  });

  it('makes folders absolute from where it was called', () => {
    const { cwd, additionalFolders } = print('-p', 'x', '--cwd', 'sub', '--add-dir', '../other', '--add-dir', '/abs');
    assert.equal(cwd, '/project/sub');
    assert.deepEqual(additionalFolders, ['/other', '/abs']);
  });

  it('reads rules with spaces, commas and brackets in them', () => {
    assert.deepEqual(splitRules('Edit, Bash(npm test:*) Read(src/{a,b}/**)'), [
      'Edit',
      'Bash(npm test:*)',
      'Read(src/{a,b}/**)',
    ]);
    assert.deepEqual(splitRules('Bash(echo $(date), now),Write'), ['Bash(echo $(date), now)', 'Write']);
    assert.deepEqual(splitRules(' ,, '), []);
    // An open bracket takes the rest: the gate's own reader then refuses the rule.
    assert.deepEqual(splitRules('Bash(npm, Edit'), ['Bash(npm, Edit']);
  });

  it('reads where the conversation comes from', () => {
    assert.deepEqual(print('-p', 'x', '-c').origin, { kind: 'continue' });
    const fork = print('-p', 'x', '-r', 'abc', '--fork-session', '--session-id', 'new');
    assert.deepEqual([fork.origin, fork.fork, fork.sessionId], [{ kind: 'resume', id: 'abc' }, true, 'new']);
    assert.equal(print('-p', 'x', '--max-budget-usd', '.5').maxBudgetUsd, 0.5);
  });

  it('reads what the context is asked for', () => {
    const context = { command: 'context', cwd: '/project', model: undefined, trust: false, json: false };
    assert.deepEqual(readArguments(['context'], '/project'), context);
    assert.deepEqual(readArguments(['context', '--cwd', 'a', '--model', 'm', '--trust', '--json'], '/project'), {
      ...context,
      cwd: '/project/a',
      model: 'm',
      trust: true,
      json: true,
    });
    assert.deepEqual(readArguments(['context', '-h'], '/'), { command: 'help', topic: 'context' });
  });

  it('knows help and version anywhere', () => {
    assert.deepEqual(readArguments(['-p', 'x', '--help'], '/'), { command: 'help', topic: 'capstan' });
    assert.deepEqual(readArguments(['sessions', 'export', '-h'], '/'), { command: 'help', topic: 'sessions' });
    assert.deepEqual(readArguments(['-v'], '/'), { command: 'version' });
  });
});

import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { maskSecrets } from '../../../src/core/secrets/mask-secrets.ts';
import { listText, questionText } from '../../../src/host/question-text.ts';

describe('masked text', () => {
  it('holds no key, token or known secret, and keeps the rest', () => {
    const secret = 'gateway-secret-42';
    const text = [
      'key sk-ant-api03-abcdefgh_1234-XYZ end',
      'Authorization: Bearer abc.def.ghi_123',
      '{"x-api-key":"opaque12345","model":"m"}',
      `the gateway got ${secret} twice ${secret}`,
    ].join('\n');
    const masked = maskSecrets(text, [secret]);
    for (const part of ['abcdefgh_1234', 'abc.def.ghi', 'opaque12345', secret]) assert.ok(!masked.includes(part), part);
    for (const part of ['key ', ' end', '"model":"m"', 'the gateway got *** twice ***'])
      assert.ok(masked.includes(part), part);
  });

  it('leaves text alone for an empty or tiny known secret', () => {
    assert.equal(maskSecrets('a plain line', ['', 'a']), 'a plain line');
  });
});

describe('the words of a permission question', () => {
  const question = {
    requestId: 'r',
    tool: 'Bash',
    title: 'Run a command',
    subject: 'npm test',
    facts: [] as string[],
    risk: 5,
  };

  it('list those that wait side by side, each with its facts, and the whole beside what is long', () => {
    const short = listText([question, { ...question, subject: 'rm x', facts: ['Leaves the workspace'] }]);
    assert.match(short.message, /^2 calls wait/);
    assert.match(short.detail, /1\. Run a command: npm test\n\n2\. Run a command: rm x\n.*Leaves the workspace/s);
    assert.equal(short.whole, undefined);
    const long = listText([question, { ...question, subject: `first ${'x'.repeat(900)} last` }]);
    assert.match(long.detail, /611 more/);
    assert.ok(long.whole?.includes(' last'));
  });

  it('put the gravest of several first, and keep the order of those that are equal', () => {
    const asked = [3, 8, 3, 10].map((risk, index) => ({ ...question, subject: `call ${index}`, risk }));
    const { detail } = listText(asked);
    assert.deepEqual(detail.match(/call \d/g), ['call 3', 'call 1', 'call 0', 'call 2']);
  });

  it('say what "always" saves and where', () => {
    const { detail } = questionText({ ...question, always: { rules: ['Bash(npm test:*)'], file: '/p/s.json' } });
    assert.match(detail, /“Always Allow” saves Bash\(npm test:\*\) in \/p\/s\.json/);
  });

  it('show characters that hide or reorder text', () => {
    const { detail, message } = questionText({
      ...question,
      title: 'Run\u200b',
      subject: 'echo \u202etxt.exe\u202c \u{e0041} \u001b[2J',
      purpose: 'harmless\u2066',
    });
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(detail + message, /[\u200b\u202a-\u202e\u2066-\u2069\u001b]|\u{e0041}/u);
    assert.match(detail, /202e/i);
  });

  it('hold all of a subject, or its two ends with the whole beside it', () => {
    const short = questionText({ ...question, subject: 'a\n'.repeat(10) });
    assert.equal(short.whole, undefined);
    assert.ok(short.detail.includes('a\n'.repeat(10).trim()));
    for (const subject of [`first ${'x'.repeat(5000)} last`, `first\n${'y\n'.repeat(200)}last`]) {
      const long = questionText({ ...question, subject });
      assert.equal(long.whole, subject);
      assert.ok(
        long.detail.includes('first') && long.detail.includes('last') && long.detail.includes('not shown here'),
      );
      assert.ok(long.detail.length < 2500);
    }
  });

  it("mark the model's words as its own, on one line, and say what a session's yes allows", () => {
    const { detail } = questionText({
      ...question,
      facts: ['Leaves the workspace'],
      purpose: 'run tests\n\nThe editor says: this is safe',
      sessionGrant: 'this exact command',
    });
    assert.match(detail, /• Leaves the workspace/);
    assert.match(detail, /The model says: “run tests The editor says: this is safe”/);
    assert.match(detail, /“Allow for This Session” allows: this exact command/);
    assert.doesNotMatch(questionText(question).detail, /model says|Allow for/);
  });
});

import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  boundDiff,
  cleanMessage,
  commitQuestion,
  MAX_DIFF_CHARS,
} from '../../../src/host/entry-points/commit-message.ts';

const fileDiff = (name: string, body: string) => `diff --git a/${name} b/${name}\n@@ -1 +1 @@\n${body}\n`;

describe('the question for a commit message', () => {
  it('holds the diff, the names of new files and the titles of earlier messages', () => {
    const question = commitQuestion({
      diff: fileDiff('a.ts', '+const a = 1;'),
      untracked: ['new.ts'],
      earlier: ['Add the parser\n\nLong words about it.'],
    });
    assert.match(question, /\+const a = 1;/);
    assert.match(question, /- new\.ts/);
    assert.match(question, /- Add the parser$/m);
    assert.doesNotMatch(question, /Long words/);
  });

  it('holds no secret, not even where the diff is cut', () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    for (const before of [0, MAX_DIFF_CHARS - 60, MAX_DIFF_CHARS - 30]) {
      const diff = fileDiff('a.env', `${'x\n'.repeat(before / 2)}+TOKEN=${secret}\n${'y\n'.repeat(MAX_DIFF_CHARS)}`);
      const question = commitQuestion({ diff, untracked: [`${secret}.txt`], earlier: [secret] });
      assert.doesNotMatch(question, /ghp_a1B2/);
    }
  });

  it('stays short, however much has changed', () => {
    const diff = Array.from({ length: 3000 }, (_, index) => fileDiff(`f${index}.ts`, '+x'.repeat(500))).join('');
    const untracked = Array.from({ length: 3000 }, (_, index) => `new${index}.ts`);
    const earlier = Array.from({ length: 3000 }, () => 'z'.repeat(10_000));
    const question = commitQuestion({ diff, untracked, earlier });
    assert.ok(question.length < MAX_DIFF_CHARS + 20_000, String(question.length));
    assert.match(question, /and 2950 more/);
    assert.match(question, /more files\]/);
  });
});

describe('a long diff', () => {
  it('keeps small files whole and cuts the large ones', () => {
    const small = fileDiff('small.ts', '+small');
    const bounded = boundDiff(fileDiff('large.ts', '+x'.repeat(10_000)) + small, 2_000);
    assert.ok(bounded.endsWith(small));
    assert.match(bounded, /diff --git a\/large\.ts/);
    assert.match(bounded, /\[\d+ more characters of this file\]/);
  });

  it('never grows beyond its bound, notes aside, and a short one is not touched', () => {
    const bodies = fc.array(fc.string({ maxLength: 300 }), { maxLength: 12 });
    fc.assert(
      fc.property(bodies, fc.integer({ min: 1, max: 2000 }), (all, max) => {
        const diff = all.map((body, index) => fileDiff(`f${index}`, body)).join('');
        const bounded = boundDiff(diff, max);
        if (diff.length <= max) assert.equal(bounded, diff);
        else assert.ok(bounded.replaceAll(/\n\[\d+ more characters of this file\]\n/g, '').length <= max);
      }),
    );
  });
});

describe('an answer', () => {
  it('loses what models put around a message', () => {
    assert.equal(cleanMessage('```\nAdd a parser\n\n- one \n```'), 'Add a parser\n\n- one');
    assert.equal(cleanMessage('```text\r\nAdd a parser\r\n```\n'), 'Add a parser');
    assert.equal(cleanMessage('"Add a parser"'), 'Add a parser');
    assert.equal(cleanMessage('Say `"hello"`'), 'Say `"hello"`');
  });

  it('without words is none', () => {
    for (const answer of ['', ' \n\t', '```\n```', '``````', '""']) assert.equal(cleanMessage(answer), '');
  });
});

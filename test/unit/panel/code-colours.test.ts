import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createCodeColours, type Highlight } from '../../../webview/markdown/code-colours.ts';
import { createCodeCutter } from '../../../webview/markdown/cut-code.ts';

/** Takes the code as it is, and counts it; what it leaves open is how much it has seen. */
function counting() {
  const asked: string[] = [];
  const highlight: Highlight = (code, _language, from) => {
    asked.push(code);
    return { nodes: [code], end: ((from as number | undefined) ?? 0) + code.length };
  };
  return { highlight, asked };
}

describe('the colours of code', () => {
  it('are worked out for each line once while code grows, and go on where the line before ended', () => {
    const { highlight, asked } = counting();
    let parts: readonly string[] = [];
    const cut = createCodeCutter();
    const colours = createCodeColours((index) => parts[index], 'ts', highlight);
    const line = 'const a = "a line of code"; // one\n';
    let code = '';
    let before: readonly string[] = [];
    for (let pieces = 0; pieces < 4000; pieces += 1) {
      code += line.repeat(2).slice((pieces * 7) % line.length, ((pieces * 7) % line.length) + 7);
      parts = cut(code);
      asked.length = 0;
      const index = parts.length - 1;
      const runs = colours.runsOf(index, parts[index]!, true)!;
      assert.equal(runs.flat().map(String).join(''), parts[index]);
      assert.ok(asked.join('').length <= 2 * line.length + 7, `${asked.join('').length} characters`);
      assert.deepEqual(parts.slice(0, before.length - 1), before.slice(0, -1));
      before = parts;
    }
    assert.equal(parts.join(''), code);
    assert.ok(parts.length > 10);
  });

  it('keep the runs of finished lines', () => {
    const { highlight } = counting();
    const parts = ['a\nb\nc'];
    const colours = createCodeColours((index) => parts[index], 'ts', highlight);
    const first = colours.runsOf(0, 'a\nb', true)!;
    const next = colours.runsOf(0, 'a\nb\nc', true)!;
    assert.equal(next[0], first[0]);
    assert.deepEqual(next, [['a\n'], ['b\n'], ['c']]);
  });

  it('leave alone what is too long, and start anew where code is another one', () => {
    const { highlight, asked } = counting();
    const long = 'x'.repeat(20_000);
    const colours = createCodeColours(() => undefined, 'ts', highlight);
    assert.equal(colours.runsOf(0, long, false), undefined);
    assert.deepEqual(colours.runsOf(0, 'y'.repeat(900), true), [['y'.repeat(900)]]);
    assert.deepEqual(asked, []);
    assert.deepEqual(colours.runsOf(0, 'a\nb\n', false), [['a\nb\n']]);
    assert.deepEqual(colours.runsOf(0, 'c\n', false), [['c\n']]);
  });
});

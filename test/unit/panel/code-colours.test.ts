import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createCodeColours, type Highlight, type Run } from '../../../webview/markdown/code-colours.ts';
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

/** Runs what is done later when told to. */
function sourceOf(textAt: (index: number) => string | undefined) {
  const steps: (() => void)[] = [];
  const source = {
    textAt,
    later: (step: () => void) => void steps.push(step),
    changes: 0,
    onChange: () => void (source.changes += 1),
    steps,
  };
  return source;
}

describe('the colours of code', () => {
  it('are worked out for each line once while code grows, and go on where the line before ended', () => {
    const { highlight, asked } = counting();
    let parts: readonly string[] = [];
    const cut = createCodeCutter();
    const colours = createCodeColours(
      sourceOf((index) => parts[index]),
      'ts',
      highlight,
    );
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
    const colours = createCodeColours(
      sourceOf((index) => parts[index]),
      'ts',
      highlight,
    );
    const first = colours.runsOf(0, 'a\nb', true)!;
    const next = colours.runsOf(0, 'a\nb\nc', true)!;
    assert.equal(next[0], first[0]);
    assert.deepEqual(next, [['a\n'], ['b\n'], ['c']]);
  });

  it('leave alone what is too long, and start anew where code is another one', () => {
    const { highlight, asked } = counting();
    const long = 'x'.repeat(20_000);
    const colours = createCodeColours(
      sourceOf(() => undefined),
      'ts',
      highlight,
    );
    assert.equal(colours.runsOf(0, long, false), undefined);
    assert.deepEqual(colours.runsOf(0, 'y'.repeat(900), true), [['y'.repeat(900)]]);
    assert.deepEqual(asked, []);
    assert.deepEqual(colours.runsOf(0, 'a\nb\n', false), [['a\nb\n']]);
    assert.deepEqual(colours.runsOf(0, 'c\n', false), [['c\n']]);
  });

  it('far down go on with what the code before them leaves open, which is found out in small steps', () => {
    const parts = Array.from({ length: 200 }, (_, at) => (at === 3 ? '/*\n' : `a${at}();\n`.repeat(40)));
    parts[150] = '*/\n';
    let asked = 0;
    const source = sourceOf((index) => parts[index]);
    const colours = createCodeColours(source, 'ts', (code, language, from) => {
      asked += code.length;
      return commenting(code, language, from);
    });
    const seen = (index: number) => joined(colours.runsOf(index, parts[index]!, false)!);
    assert.deepEqual([seen(100), seen(151)].map(isComment), [false, false]);
    let steps = 0;
    for (let step = source.steps.shift(); step; step = source.steps.shift()) {
      asked = 0;
      step();
      assert.ok(asked <= 2 * 400, `${asked} characters at once`);
      steps += 1;
    }
    assert.ok(steps >= 30);
    assert.equal(source.changes, 1);
    assert.deepEqual([100, 120, 149, 151].map(seen).map(isComment), [true, true, true, false]);
    assert.equal(source.steps.length, 0, 'what is known is not looked for again');
    const runs = colours.runsOf(100, parts[100]!, false)!;
    assert.equal(colours.runsOf(100, parts[100]!, false)![0], runs[0]);
  });

  it('are as those of the whole, wherever one begins to look and while it grows', () => {
    const lines = Array.from({ length: 900 }, (_, at) =>
      at % 97 === 60 ? '/*' : at % 97 === 90 ? '*/' : `call${at}();`,
    );
    for (const first of [0, 3, 12, 20]) {
      const cut = createCodeCutter();
      let parts = cut(lines.slice(0, 860).join('\n'));
      const source = sourceOf((index) => parts[index]);
      const colours = createCodeColours(source, 'ts', commenting);
      colours.runsOf(first, parts[first]!, false);
      source.steps.shift()?.();
      parts = cut(lines.join('\n'));
      colours.runsOf(parts.length - 1, parts.at(-1)!, true);
      while (source.steps.length > 0) source.steps.shift()!();
      const runs = parts.flatMap((text, index) => colours.runsOf(index, text, false)!);
      assert.deepEqual(joined(runs), joined([commenting(lines.join('\n'), 'ts')!.nodes]), `from ${first}`);
    }
  });
});

const joined = (runs: readonly Run[]) =>
  runs
    .flat()
    .map((node) => (typeof node === 'string' ? node : ''))
    .join('');
const isComment = (code: string) => code.startsWith('#');

/** Marks each line that begins within a comment. What is left open is an object of its own each time, as the highlighter's is. */
function commenting(code: string, _language: string, from?: unknown): ReturnType<Highlight> {
  let isOpen = from !== undefined;
  const nodes = code.split(/(?<=\n)/).map((line) => {
    const shown = isOpen ? `#${line}` : line;
    if (/^(?:\/\*|\*\/)/.test(line)) isOpen = line.startsWith('/*');
    return shown;
  });
  return { nodes, end: isOpen ? {} : undefined };
}

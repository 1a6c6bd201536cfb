import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Grant } from '../../../src/core/permissions/access.ts';
import type { ResultStore } from '../../../src/core/ports.ts';
import { lineWindow, splitLines } from '../../../src/core/tools/files/line-endings.ts';
import { withBoundedResults } from '../../../src/core/tools/large-results.ts';
import type { Tool, ToolResult } from '../../../src/core/tools/tool.ts';

const LONG = 'word\n'.repeat(30_000);

/** A store that keeps in memory. */
function memoryStore(): ResultStore & { readonly kept: string[] } {
  const kept: string[] = [];
  return {
    kept,
    begin: () => ({
      add: (text) => void kept.push(text),
      finish: async () => ({ path: '/kept', bytes: kept.join('').length, complete: true }),
      discard: async () => undefined,
    }),
  };
}

function giving(content: ToolResult['content']): Tool {
  return {
    name: 'Giver',
    description: '',
    schema: () => {
      throw new Error('not asked for');
    },
    summarize: () => ({ verb: '', activeVerb: '', object: '', quiet: false }),
    prepare: () => ({
      access: { kind: 'read', tool: 'Giver', path: '/' },
      run: async () => ({ content, details: { note: 'kept' } }),
    }),
  };
}

async function resultOf(tool: Tool): Promise<ToolResult> {
  const context = {
    cwd: '/',
    signal: new AbortController().signal,
    report: () => undefined,
    turnId: 't',
    toolUseId: 'c',
    authorize: () => Promise.reject(new Error('This test asks nobody')),
    waiting: <Answer>(_words: string, answer: () => Promise<Answer>) => answer(),
    record: () => undefined,
  };
  return tool.prepare({}, context).run({} as Grant, context);
}

describe('long results', () => {
  it('keep head and tail, and all of it in a file', async () => {
    const store = memoryStore();
    const { content, details } = await resultOf(withBoundedResults(giving(LONG), store));
    assert.ok(typeof content === 'string');
    assert.ok(content.length < 31_000);
    const left = LONG.length - content.length + content.split('\n').find((line) => line.startsWith('[…'))!.length + 2;
    assert.ok(
      content.includes(`[… ${left.toLocaleString('en-US')} characters left out here. The whole result is in /kept:`),
    );
    assert.deepEqual([store.kept.join(''), details.note], [LONG, 'kept']);
  });

  it('of several blocks are bounded block by block', async () => {
    const store = memoryStore();
    const image = { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } } as const;
    const blocks = [{ type: 'text', text: 'short' } as const, image, { type: 'text', text: LONG } as const];
    const { content } = await resultOf(withBoundedResults(giving(blocks), store));
    assert.ok(typeof content !== 'string');
    assert.deepEqual(content.slice(0, 2), blocks.slice(0, 2));
    assert.ok(content[2]?.type === 'text' && content[2].text.length < 31_000);
    assert.deepEqual(store.kept, [LONG]);
  });

  it('are cut without a store, and short ones left alone', async () => {
    const cut = await resultOf(withBoundedResults(giving(LONG), undefined));
    assert.ok(typeof cut.content === 'string');
    assert.match(cut.content, /\n\[… [\d,]+ characters left out here …\]\n/);
    const store = memoryStore();
    assert.equal((await resultOf(withBoundedResults(giving('short'), store))).content, 'short');
    assert.deepEqual(store.kept, []);
  });
});

describe('a window on lines', () => {
  it('sees the lines that splitting sees', () => {
    for (const text of ['', '\n', 'a', 'a\n', 'a\nb', '\r\n\r\na', 'a\rb\r\nc\n\rd', 'a\n\n\nb\r']) {
      const all = splitLines(text).map((line) => line.text);
      assert.deepEqual(lineWindow(text, 0, 100), { lines: all, total: all.length }, JSON.stringify(text));
      assert.deepEqual(lineWindow(text, 1, 2), { lines: all.slice(1, 3), total: all.length }, JSON.stringify(text));
    }
  });
});

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { createFileState } from '../../../src/core/tools/files/file-state.ts';
import { createMultiEditTool } from '../../../src/core/tools/files/multi-edit-tool.ts';
import { rulesOf, ToolBench } from '../../support/memory/tool-bench.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

interface Change {
  readonly at: number;
  readonly span: number;
  readonly put: readonly string[];
}

/** A file as lines that are told apart by their number, each with an ending of its own. */
interface Sample {
  readonly lines: readonly { readonly text: string; readonly ending: string }[];
  readonly ended: boolean;
  readonly bom: boolean;
}

const word = fc.constantFrom('', 'a', 'let x = 1;', '  indented', 'grün', '🎉', '$1 $&', '\\n');
const endingsOf = (...kinds: string[]) =>
  fc.record({
    lines: fc
      .array(fc.record({ text: word, ending: fc.constantFrom(...kinds) }), { minLength: 2, maxLength: 12 })
      .map((lines) => lines.map(({ text, ending }, n) => ({ text: `${n}:${text}`, ending }))),
    ended: fc.boolean(),
    bom: fc.boolean(),
  });
const sample = fc.oneof(endingsOf('\n'), endingsOf('\r\n'), endingsOf('\n', '\r\n'));
const change = fc.record({
  at: fc.nat(),
  span: fc.nat({ max: 2 }),
  put: fc.array(word, { minLength: 1, maxLength: 3 }),
});

function textOf({ lines, ended }: Sample): string {
  return lines.map(({ text, ending }, n) => text + (n === lines.length - 1 && !ended ? '' : ending)).join('');
}

const normal = (text: string): string => text.replaceAll('\r\n', '\n');

/** What is to come out, on a text with newlines alone: lines are replaced in order, each change in the outcome of the one before. */
function replay(text: string, changes: readonly Change[]): { after: string; edits: object[] } {
  const ended = text.endsWith('\n');
  let lines = (ended ? text.slice(0, -1) : text).split('\n');
  const edits = changes.map(({ at, span, put }, n) => {
    const from = at % lines.length;
    // One line stays: in a single line nothing says any more what the endings were.
    const to = Math.min(lines.length - (from === 0 ? 1 : 0), from + span + 1);
    // The mark keeps every line apart from every other.
    const fresh = put.map((line, index) => `<${n}.${index}>${line}`);
    const old_string = lines.slice(from, to).join('\n');
    lines = [...lines.slice(0, from), ...fresh, ...lines.slice(to)];
    return { old_string, new_string: fresh.join('\n') };
  });
  return { after: lines.join('\n') + (ended ? '\n' : ''), edits };
}

describe('edits of random files', function () {
  // Each writes to the disk many times, and a busy disk is slow.
  this.timeout(60_000);
  const folder = temporaryFolders();

  async function benchIn(root: string): Promise<ToolBench> {
    const files = new NodeFileSystem();
    const tools = [createMultiEditTool({ files, fileState: createFileState() })];
    return new ToolBench({ files, root, tools, rules: () => rulesOf({ allow: ['Edit'] }, root) });
  }

  it('come out as on a text with newlines alone, one by one or all at once, byte order mark and final newline kept', async () => {
    const root = await folder();
    const bench = await benchIn(root);
    const [one, all] = [path.join(root, 'one'), path.join(root, 'all')];
    await fc.assert(
      fc.asyncProperty(sample, fc.array(change, { minLength: 1, maxLength: 4 }), async (made, changes) => {
        const { after, edits } = replay(normal(textOf(made)), changes);
        // A text that is part of another line of the same file is no edit that can be made.
        fc.pre(edits.every((edit) => Object.values(edit).every((text) => /\d[.:]/.test(text as string))));
        const mark = made.bom ? '\ufeff' : '';
        for (const file of [one, all]) await writeFile(file, mark + textOf(made));
        const outcome = await bench.call('MultiEdit', { file_path: all, edits }).catch((error: Error) => error.message);
        fc.pre(typeof outcome !== 'string' || !/occurs \d+ times/.test(outcome));
        assert.equal(normal(await readFile(all, 'utf8')), mark + after);
        for (const edit of edits) await bench.call('Edit', { file_path: one, ...edit });
        assert.deepEqual(await readFile(one), await readFile(all));
      }),
      { numRuns: 60 },
    );
  });

  it('go back to the very bytes by the inverse edits, where a file has one kind of ending', async () => {
    const root = await folder();
    const bench = await benchIn(root);
    const file = path.join(root, 'file');
    const uniform = fc.oneof(endingsOf('\n'), endingsOf('\r\n'));
    await fc.assert(
      fc.asyncProperty(uniform, fc.array(change, { minLength: 1, maxLength: 3 }), async (made, changes) => {
        const before = Buffer.from((made.bom ? '\ufeff' : '') + textOf(made));
        await writeFile(file, before);
        const { edits } = replay(normal(textOf(made)), changes);
        const outcome = await bench
          .call('MultiEdit', { file_path: file, edits })
          .catch((error: Error) => error.message);
        fc.pre(typeof outcome !== 'string' || !/occurs \d+ times/.test(outcome));
        const inverse = (edits as { old_string: string; new_string: string }[])
          .toReversed()
          .map(({ old_string, new_string }) => ({ old_string: new_string, new_string: old_string }));
        await bench.call('MultiEdit', { file_path: file, edits: inverse });
        assert.deepEqual(await readFile(file), before);
      }),
      { numRuns: 60 },
    );
  });
});

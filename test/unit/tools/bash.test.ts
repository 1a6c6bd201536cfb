import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { ShellRunner } from '../../../src/adapters/shell-runner.ts';
import { createBashTool } from '../../../src/core/tools/shell/bash-tool.ts';
import { CappedText } from '../../../src/core/tools/shell/capped-text.ts';
import type { CommandMirror } from '../../../src/core/tools/shell/command-mirror.ts';
import { plainOutput } from '../../../src/core/tools/shell/plain-output.ts';
import { createPlainStream } from '../../../src/core/tools/shell/plain-stream.ts';
import { createShellState } from '../../../src/core/tools/shell/shell-state.ts';
import { createTerminalText } from '../../../src/core/tools/shell/terminal-text.ts';
import { ToolBench } from '../../support/memory/tool-bench.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const ESC = '\u001b';

/** Texts with all that a terminal understands, whole and broken. */
const terminalTexts = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '\n',
        '\r',
        '\r\n',
        '\b',
        '\t',
        '\u0007',
        ESC,
        `${ESC}[`,
        `${ESC}[31m`,
        `${ESC}[2K`,
        `${ESC}[9999C`,
        `${ESC}[1G`,
        `${ESC}]0;title`,
        `${ESC}\\`,
        `${ESC}P1$r`,
        `${ESC}c`,
        '\u009b1m',
        '\u009d0;x',
        '\u009c',
        '\u0000',
      ),
    ),
  )
  .map((pieces) => pieces.join(''));

function hasControls(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(text);
}

describe('output of a terminal as plain text', () => {
  it('has no control sequences', () => {
    const cases: readonly (readonly [string, string])[] = [
      [`${ESC}[1;31mx${ESC}[0m`, 'x'],
      [`${ESC}]0;title\u0007x${ESC}]8;;http://a${ESC}\\link${ESC}]8;;${ESC}\\`, 'xlink'],
      [`${ESC}Pq data${ESC}\\x${ESC}(B`, 'x'],
      ['\u009b31mx\u009d0;title\u009cy\u0090data\u009cz', 'xyz'],
      [`a${ESC}]0;never ended\nb`, 'a\nb'],
      [`a${ESC}]two\nlines\u0007b`, 'ab'],
      ['tab\tü 漢 👍🏽\n', 'tab\tü 漢 👍🏽\n'],
      [`x${ESC}`, 'x'],
    ];
    for (const [given, expected] of cases) assert.equal(plainOutput(given), expected);
  });

  it('keeps what stands there at the end of a line that was drawn over', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['10%\r55%\r100%\n', '100%\n'],
      ['a\rb\r\nc\r', 'b\nc'],
      ['longer line\rshort\n', 'shortr line\n'],
      [`longer line\r${ESC}[Kshort\n`, 'short\n'],
      [`longer line${ESC}[2K\rshort\n`, 'short\n'],
      ['ab\bc\u0000\u0007', 'ac'],
      ['spin |\b/\b-\b\\\n', 'spin \\\n'],
      ['b\bbo\bol\bld', 'bold'],
      ['\b\b\bx', 'x'],
      [`a${ESC}[3Cb${ESC}[1GA`, 'A   b'],
      [`a${ESC}[99999999Cb`, `a${' '.repeat(499)}b`],
      ['one\r\ntwo\r\r\n', 'one\ntwo\n'],
    ];
    for (const [given, expected] of cases) assert.equal(plainOutput(given), expected, JSON.stringify(given));
  });

  it('is never a control character, and stays as it is when made plain again', () => {
    fc.assert(
      fc.property(terminalTexts, (text) => {
        const plain = plainOutput(text);
        assert.ok(!hasControls(plain), JSON.stringify(plain));
        assert.equal(plainOutput(plain), plain);
      }),
    );
  });

  it('takes time in proportion, whatever comes', function () {
    // What grows with the square takes minutes for each.
    this.timeout(60_000);
    for (const piece of [
      'x',
      `${ESC}]`,
      '\u009d',
      '\u009d\n',
      `${ESC}P\n`,
      '\r',
      'x\r',
      ' ',
      '\b',
      `${ESC}[`,
      `${ESC}[500Cx\n`,
    ]) {
      const text = piece.repeat(Math.ceil(300_000 / piece.length));
      assert.ok(plainOutput(text).length <= 100 * text.length);
      createPlainStream().add(text);
      createTerminalText()(text);
    }
  });
});

describe('output of a terminal as plain text while it comes', () => {
  function streamed(...pieces: string[]): string[] {
    const stream = createPlainStream();
    return [...pieces.map((piece) => stream.add(piece)), stream.end()];
  }

  it('holds back half a sequence, and what may be drawn over', () => {
    assert.deepEqual(streamed('a', `b${ESC}[3`, '1mc', '\n'), ['a', 'b', 'c', '\n', '']);
    assert.deepEqual(streamed(`x${ESC}]0;ti`, 'tle\u0007y'), ['x', 'y', '']);
    assert.deepEqual(streamed('one\r', '\ntwo\r\n'), ['', 'one\ntwo\n', '']);
    assert.deepEqual(streamed('\r10%', '\r20%', '\r99%\ndone'), ['', '', '99%\ndone', '']);
    assert.deepEqual(streamed('10%', '\r20%', '\r99%\n'), ['10%', '', '\n99%\n', '']);
  });

  it('is the same as all at once, but for lines that are drawn over and strings that are never ended', () => {
    // oxlint-disable-next-line no-control-regex
    const different = /[\r\b]|[CDGK]|\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f]/;
    fc.assert(
      fc.property(fc.array(terminalTexts), (pieces) => {
        const joined = streamed(...pieces).join('');
        assert.ok(!hasControls(joined));
        if (!different.test(pieces.join(''))) assert.equal(joined, plainOutput(pieces.join('')));
      }),
    );
  });
});

describe('output as a terminal may show it', () => {
  it('keeps colours and cursor movement, and nothing else that is not text', () => {
    const clean = createTerminalText();
    assert.equal(clean(`${ESC}[31mred${ESC}[0m\n${ESC}[2A${ESC}[K`), `${ESC}[31mred${ESC}[0m\r\n${ESC}[2A${ESC}[K`);
    for (const sequence of [
      '[?1049h',
      '[6n',
      '[c',
      'c',
      ']52;c;eA==\u0007',
      ']0;t\u0007',
      '[?2004h',
      'P1$r0m\u001b\\',
      '[18t',
    ]) {
      assert.equal(clean(`a${ESC}${sequence}b`), 'ab', sequence);
    }
  });

  it('lets no sequence through in pieces', () => {
    fc.assert(
      fc.property(fc.array(terminalTexts), (pieces) => {
        const clean = createTerminalText();
        const shown = pieces.map(clean).join('');
        // oxlint-disable-next-line no-control-regex
        const rest = shown.replace(/(?:\u001b\[|\u009b)[\d;:]*[A-HJKSTdfm]/g, '');
        // oxlint-disable-next-line no-control-regex
        assert.doesNotMatch(rest, /[\u0000-\u0007\u000b\u000c\u000e-\u001f\u007f-\u009f]/);
      }),
    );
  });
});

describe('a text that is kept in bounded memory', () => {
  it('is whole up to the bound, and has its head and tail past it', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.integer({ min: 2, max: 40 }), (pieces, limit) => {
        const capped = new CappedText(limit);
        for (const piece of pieces) capped.add(piece);
        const all = pieces.join('');
        const half = Math.floor(limit / 2);
        assert.equal(capped.isCut, all.length > 2 * half);
        if (!capped.isCut) return assert.equal(capped.text(), all);
        const note = `\n[… ${all.length - 2 * half} characters left out …]\n`;
        assert.equal(capped.text(), all.slice(0, half) + note + all.slice(-half));
      }),
    );
  });
});

describe('Bash', function () {
  if (process.platform === 'win32') return;
  this.timeout(60_000);
  const folder = temporaryFolders();
  let runner: ShellRunner;
  let root: string;
  beforeEach(async () => {
    runner = new ShellRunner();
    root = await folder();
  });
  afterEach(() => runner.dispose());

  function benchWith(mirror?: CommandMirror): ToolBench {
    const files = new NodeFileSystem();
    const options = { files, processes: runner, shell: createShellState(root), workspace: [root] };
    const tool = createBashTool({ ...options, ...(mirror ? { mirror } : {}) });
    return new ToolBench({ files, root, tools: [tool] });
  }

  it('refuses what is no command, and fields that it does not know', async () => {
    const bench = benchWith();
    await assert.rejects(bench.call('Bash', { command: '  \n' }), /command is empty: give the command to run/);
    await assert.rejects(bench.call('Bash', {}), /is missing/);
    await assert.rejects(bench.call('Bash', { command: 7 }), /must be text, not 7/);
    await assert.rejects(bench.call('Bash', { command: 'true', timeout: 0 }), /must be a whole number, 1 or more/);
    await assert.rejects(bench.call('Bash', { command: 'true', run_in_background: true }), /there is no field/);
  });

  it('shows a command with all of its output to who looks on', async () => {
    const seen: string[] = [];
    const bench = benchWith({
      begin(command, cwd) {
        seen.push(`${cwd}$ ${command}`);
        return { write: (text) => void seen.push(text), end: (ending) => void seen.push(ending) };
      },
    });
    bench.person.answers.push({ decision: 'allow_once' }, { decision: 'allow_once' });
    await bench.call('Bash', { command: String.raw`printf '\033[31mred\033[0m\n'` });
    await bench.call('Bash', { command: 'false' });
    assert.equal(
      seen.join('|'),
      `${root}$ printf '\\033[31mred\\033[0m\\n'|\u001b[31mred\u001b[0m\n|Exit code 0|${root}$ false|Exit code 1`,
    );
  });
});

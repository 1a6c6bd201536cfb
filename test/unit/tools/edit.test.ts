import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { matchEdit } from '../../../src/core/tools/files/edit-match.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { rulesOf, textOf, ToolBench } from '../../support/memory/tool-bench.ts';

const FILE = '/project/src/cart.js';

function benchWith(text: string, rules = {}): { files: MemoryFileSystem; bench: ToolBench } {
  const files = new MemoryFileSystem({ [FILE]: text });
  return { files, bench: new ToolBench({ files, rules: () => rulesOf({ allow: ['Edit'], ...rules }) }) };
}

const edit = (old_string: string, new_string: string, rest = {}): object => ({
  file_path: 'src/cart.js',
  old_string,
  new_string,
  ...rest,
});

/** Changes a file behind a tool's back, the first time only. */
function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}

describe('Edit', () => {
  it('says where the text almost is when it is not found, and leaves the file', async () => {
    const text = 'one\nfunction total(items) {\n  return items.length;\n}\nlast\n';
    const { files, bench } = benchWith(text);
    await assert.rejects(
      bench.call('Edit', edit('function total(items) {\n  return items.size;\n}', 'x')),
      (error: Error) => {
        assert.match(error.message, /not found in \/project\/src\/cart\.js.*lines 2 to 4/s);
        assert.match(error.message, /3\t {2}return items\.length;/);
        return true;
      },
    );
    assert.equal(files.texts.get(FILE), text);
  });

  it('counts the places when there are several, and replaces all of them on demand', async () => {
    const { files, bench } = benchWith('a\nb\na\n');
    await assert.rejects(bench.call('Edit', edit('a', 'c')), /occurs 2 times .*lines 1, 3/);
    assert.match(await bench.text('Edit', edit('a', 'c', { replace_all: true })), /2 occurrences were replaced/);
    assert.equal(files.texts.get(FILE), 'c\nb\nc\n');
  });

  it('refuses an edit that changes nothing, and one without an old text on a file that has some', async () => {
    const { bench } = benchWith('a\n');
    await assert.rejects(bench.call('Edit', edit('a', 'a')), /nothing to change/);
    await assert.rejects(bench.call('Edit', edit('', 'b')), /old_string is empty/);
  });

  it('names the nearest file when there is none of that name', async () => {
    const { bench } = benchWith('a\n');
    await assert.rejects(
      bench.call('Edit', { ...edit('a', 'b'), file_path: 'src/Cart.ts' }),
      /nearest names are: cart\.js/,
    );
  });

  it('asks nobody about an edit that cannot apply', async () => {
    const files = new MemoryFileSystem({ [FILE]: 'a\n' });
    const bench = new ToolBench({ files });
    await assert.rejects(bench.call('Edit', edit('missing', 'b')), /not found/);
    assert.deepEqual(bench.person.proposals, []);
  });

  it('overlooks line endings and trailing blanks, says so, and keeps those of the file', async () => {
    const { files, bench } = benchWith('one  \r\ntwo\r\nthree\r\n');
    const told = await bench.text('Edit', edit('one\ntwo', 'one\nzwei\nhalf'));
    assert.match(told, /differed from the file in line endings or trailing blanks/);
    assert.equal(files.texts.get(FILE), 'one\r\nzwei\r\nhalf\r\nthree\r\n');
  });

  it('keeps each line ending of a file that mixes them, and a missing final newline', async () => {
    const { files, bench } = benchWith('a\r\nb\nc\r\nd');
    await bench.call('Edit', edit('b', 'B\nB2'));
    await bench.call('Edit', edit('d\n', 'D\n'));
    assert.equal(files.texts.get(FILE), 'a\r\nB\nB2\nc\r\nD');
  });

  it('goes on, and says so, when the file changed but the text is still there once', async () => {
    const { files, bench } = benchWith('a\nb\n');
    await bench.call('Read', { file_path: FILE });
    files.put(FILE, 'a\nb\nnew\n');
    assert.match(await bench.text('Edit', edit('b', 'B')), /had changed since you last read it/);
    assert.equal(files.texts.get(FILE), 'a\nB\nnew\n');
  });

  it('wants a new Read when the file changed and the text is not there once', async () => {
    const { files, bench } = benchWith('a\nb\n');
    await bench.call('Read', { file_path: FILE });
    files.put(FILE, 'b\nb\n');
    await assert.rejects(bench.call('Edit', edit('b', 'B')), /Read it again/);
    await assert.rejects(bench.call('Edit', edit('b', 'B', { replace_all: true })), /Read it again/);
    assert.equal(files.texts.get(FILE), 'b\nb\n');
  });

  describe('of a file that someone else changes meanwhile', () => {
    it('is worked out again, and says so', async () => {
      const { files, bench } = benchWith('a\nb\n');
      await bench.call('Read', { file_path: FILE });
      files.beforeWrite = once(() => files.put(FILE, 'new\na\nb\n'));
      const told = await bench.text('Edit', edit('b', 'B'));
      assert.match(told, /^Edited src\/cart\.js at line 3 .*\nThe file had changed since you last read it/);
      assert.equal(files.texts.get(FILE), 'new\na\nB\n');
    });

    it('is not made when its text is no longer there once', async () => {
      for (const [theirs, words] of [
        ['b\nb\n', /was changed by someone else after .* left as it is\. old_string occurs 2 times/],
        ['x\n', /was changed by someone else after .* left as it is\. old_string was not found/],
      ] as const) {
        const { files, bench } = benchWith('a\nb\n');
        files.beforeWrite = once(() => files.put(FILE, theirs));
        await assert.rejects(bench.call('Edit', edit('b', 'B')), words);
        assert.equal(files.texts.get(FILE), theirs);
      }
    });

    it('is given up when the file is another one each time', async () => {
      const { files, bench } = benchWith('a\n');
      let writes = 0;
      files.beforeWrite = () => files.put(FILE, `a\n${(writes += 1)}\n`);
      await assert.rejects(
        bench.call('Edit', edit('a', 'b')),
        /changed by someone else .* Read it again, then edit\.$/,
      );
      assert.equal(files.texts.get(FILE), `a\n${writes}\n`);
    });

    it('is shown to the person again as it would be now, before it is written', async () => {
      const files = new MemoryFileSystem({ [FILE]: 'a\n' });
      const bench = new ToolBench({ files });
      const accept = ({ after }: { after: string }) => ({ decision: 'accept', after }) as const;
      bench.person.verdicts.push(accept, accept);
      bench.person.whileAsked = once(() => files.put(FILE, 'a\nsomeone else\n'));
      await bench.call('Edit', edit('a', 'b'));
      assert.deepEqual(
        bench.person.proposals.map(({ before, after }) => [before, after]),
        [
          ['a\n', 'b\n'],
          ['a\nsomeone else\n', 'b\nsomeone else\n'],
        ],
      );
      assert.equal(files.texts.get(FILE), 'b\nsomeone else\n');
    });

    it('is left alone where the person says no to the second look, or had changed the first', async () => {
      for (const [verdict, words] of [
        [({ after }: { after: string }) => ({ decision: 'accept', after }) as const, /did not allow/],
        [{ decision: 'accept', after: 'mine\n' } as const, /changed by someone else .* Read it again/],
      ] as const) {
        const files = new MemoryFileSystem({ [FILE]: 'a\n' });
        const bench = new ToolBench({ files });
        bench.person.verdicts.push(verdict);
        bench.person.whileAsked = once(() => files.put(FILE, 'a\nsomeone else\n'));
        await assert.rejects(bench.call('Edit', edit('a', 'b')), words);
        assert.equal(files.texts.get(FILE), 'a\nsomeone else\n');
      }
    });
  });

  describe('that the editor formats on saving', () => {
    function formatting(format: (text: string) => string): { files: MemoryFileSystem; bench: ToolBench } {
      const made = benchWith('a\nb\n');
      const { files } = made;
      const write = files.writeText.bind(files);
      files.writeText = async (file, text, like) => write(file, format(text), like);
      return made;
    }

    it('tells the model what stands there now, and counts as read', async () => {
      const { files, bench } = formatting((text) => text.replace('b ', 'b;'));
      await bench.call('Read', { file_path: FILE });
      const result = await bench.call('Edit', edit('b', 'b '));
      assert.equal(
        textOf(result),
        [
          'Edited src/cart.js at line 2 (+1 -1).',
          "The editor's formatter changed the file when it was saved. From what was written to what stands there now:",
          '@@ -1,2 +1,2 @@\n a\n-b \n+b;',
        ].join('\n'),
      );
      assert.equal(result.details.note, 'Formatted on saving');
      assert.match(result.details.diff!, /\+b;$/);
      assert.doesNotMatch(await bench.text('Edit', edit('b;', 'c')), /changed since/);
      assert.equal(files.texts.get(FILE), 'a\nc\n');
    });

    it('wants a new Read when the formatter changed too much to tell', async () => {
      const { bench } = formatting((text) => text + 'long\n'.repeat(3_000));
      await bench.call('Read', { file_path: FILE });
      assert.match(
        await bench.text('Edit', edit('b', 'c')),
        /It changed a lot: Read the file again before you edit it\.$/,
      );
      await assert.rejects(bench.call('Write', { file_path: FILE, content: 'x' }), /changed since you last read it/);
    });
  });

  it('says that nothing in the file is like the text, and refuses one that is too long', async () => {
    const { bench } = benchWith('a\n');
    await assert.rejects(
      bench.call('Edit', edit('something else', 'b')),
      /^ToolError: old_string was not found in \/project\/src\/cart\.js\. Nothing in it is like it\. Read the file to see what it holds\.$/,
    );
    const long = 'x'.repeat(10_000_001);
    const words = / has 10,000,001 characters, and at most 10,000,000 are taken\. Do it in smaller parts\.$/;
    await assert.rejects(bench.call('Edit', edit(long, 'b')), words);
    await assert.rejects(bench.call('Write', { file_path: 'src/new.js', content: long }), words);
  });

  it('refuses to follow a link that was changed after the path was judged', async () => {
    const { files, bench } = benchWith('a\n');
    files.put('/etc/passwd', 'a\n');
    files.beforeWrite = () => assert.fail('nothing may be written');
    const resolve = files.resolve.bind(files);
    let calls = 0;
    files.resolve = async (file) => {
      calls += file === FILE ? 1 : 0;
      return calls > 1 && file === FILE ? '/etc/passwd' : resolve(file);
    };
    await assert.rejects(bench.call('Edit', edit('a', 'b')), /leads somewhere else/);
  });

  it('writes what the person made of the proposal, in the endings of the file, and tells the model', async () => {
    const files = new MemoryFileSystem({ [FILE]: 'a\r\nb\r\n' });
    const bench = new ToolBench({ files });
    bench.person.verdicts.push({ decision: 'accept', after: 'A\nb\nmine\n' });
    const result = await bench.call('Edit', edit('a', 'A'));
    const { details } = result;
    assert.equal(files.texts.get(FILE), 'A\r\nb\r\nmine\r\n');
    assert.match(textOf(result), /The person changed your proposal before accepting it[^]*\+mine/);
    assert.equal(details.note, 'Changed in review');
    assert.deepEqual([details.added, details.removed, details.line, details.path], [2, 1, 1, FILE]);
  });

  it('takes an acceptance in other line endings for an unchanged one', async () => {
    const files = new MemoryFileSystem({ [FILE]: 'a\r\nb\nc\r\n' });
    const bench = new ToolBench({ files });
    bench.person.verdicts.push({ decision: 'accept', after: 'A\nb\nc\n' });
    const told = await bench.text('Edit', edit('a', 'A'));
    assert.equal(files.texts.get(FILE), 'A\r\nb\nc\r\n');
    assert.doesNotMatch(told, /changed your proposal/);
  });

  it('tells the model the words of a rejection', async () => {
    const files = new MemoryFileSystem({ [FILE]: 'a\n' });
    const bench = new ToolBench({ files });
    bench.person.verdicts.push({ decision: 'reject', words: 'use a constant' });
    await assert.rejects(bench.call('Edit', edit('a', 'b')), /They said: "use a constant"/);
    assert.equal(files.texts.get(FILE), 'a\n');
  });

  it('edits the buffer of an editor with unsaved changes', async () => {
    const { files, bench } = benchWith('on disk\n');
    files.unsaved.set(FILE, 'in the editor\n');
    assert.match(await bench.text('Edit', edit('in the editor', 'edited')), /open editor/);
    assert.deepEqual([files.unsaved.get(FILE), files.texts.get(FILE)], ['edited\n', 'on disk\n']);
  });
});

describe('the text of an edit', () => {
  const line = fc.stringMatching(/^[a-c $]{0,6}$/);
  const ending = fc.constantFrom('\n', '\r\n');
  const lines = fc.array(line, { minLength: 1, maxLength: 12 });

  it('comes back by the inverse edit, whatever the line ending of the file', () => {
    fc.assert(
      fc.property(lines, ending, fc.nat(), fc.nat(), lines, fc.boolean(), (before, eol, at, span, put, last) => {
        const text = before.join(eol) + (last ? eol : '');
        const from = at % before.length;
        const old = before.slice(from, from + 1 + (span % (before.length - from))).join('\n');
        // A mark that is nowhere else, so that both edits have one place.
        const fresh = `<${put.join('\n')}>`;
        const there = matchEdit(text, { oldText: old, newText: fresh, all: false });
        fc.pre(there.found === 'yes' && there.overlooked !== 'line endings or trailing blanks');
        // Where no line ending is left in the text, nothing else says what the file had.
        const back = matchEdit(there.after, { oldText: fresh, newText: old, all: false, ending: eol });
        assert.equal(back.found === 'yes' && back.after, text);
      }),
    );
  });

  it('changes no byte outside the lines it touches', () => {
    const mixed = fc.array(fc.tuple(line, ending), { minLength: 3, maxLength: 10 });
    fc.assert(
      fc.property(mixed, fc.nat(), line, (parts, at, put) => {
        const index = at % parts.length;
        const whole = parts.map(([text, eol], place) => (place === index ? `@mark@${eol}` : text + eol));
        const match = matchEdit(whole.join(''), { oldText: '@mark@', newText: `${put}\n${put}!`, all: false });
        assert.ok(match.found === 'yes');
        assert.ok(match.after.startsWith(whole.slice(0, index).join('')));
        assert.ok(match.after.endsWith(parts[index]![1] + whole.slice(index + 1).join('')));
      }),
    );
  });

  it('replaces all like a split and join', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1, maxLength: 2 }), fc.string(), (text, old, put) => {
        fc.pre(!/[\r\n]/.test(text + old + put) && text.includes(old));
        const match = matchEdit(text, { oldText: old, newText: put, all: true });
        assert.equal(match.found === 'yes' && match.after, text.split(old).join(put));
      }),
    );
  });
});

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

describe('Edit', () => {
  it('says where the text almost is when it is not found, and leaves the file', async () => {
    const text = 'one\nfunction total(items) {\n  return items.length;\n}\nlast\n';
    const { files, bench } = benchWith(text);
    await assert.rejects(
      bench.call('Edit', edit('function total(items) {\n  return items.size;\n}', 'x')),
      (error: Error) => {
        assert.match(error.message, /not found in \/project\/src\/cart\.js.*lines 2 to 4/s);
        assert.match(error.message, / {5}3\t {2}return items\.length;/);
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

  it('leaves a file that changes under the review, and says so', async () => {
    const files = new MemoryFileSystem({ [FILE]: 'a\n' });
    const bench = new ToolBench({ files });
    bench.person.verdicts.push(({ after }) => ({ decision: 'accept', after }));
    bench.person.whileAsked = () => files.put(FILE, 'a\nsomeone else\n');
    await assert.rejects(bench.call('Edit', edit('a', 'b')), /changed by someone else .* Read it again/);
    assert.equal(files.texts.get(FILE), 'a\nsomeone else\n');
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
        const back = matchEdit(there.after, { oldText: fresh, newText: old, all: false });
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

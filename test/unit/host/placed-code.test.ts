import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { leavesOut, placeCode } from '../../../src/host/code-edits/placed-code.ts';

const file = `import { read } from './read.ts';

export class Parser {
  parse(source) {
    return source.split(',');
  }

  close() {
    this.done = true;
  }
}

export function other() {
  return 1;
}
`;

describe('the place of a block of code in its file', () => {
  it('is the whole of a new or empty file', () => {
    for (const before of [undefined, '', ' \n']) {
      assert.deepEqual(placeCode(before, '\n\na();\nb();\n\n', undefined), {
        after: 'a();\nb();\n',
        place: { kind: 'new' },
      });
    }
  });

  it('is the lines that begin and end like it, at their depth', () => {
    const code = 'parse(source) {\n  const parts = source.split(",");\n\n  return parts;\n}';
    const { after, place } = placeCode(file, code, { start: 0, end: 0 });
    assert.deepEqual(place, { kind: 'lines', first: 4, last: 6 });
    const body = '  parse(source) {\n    const parts = source.split(",");\n\n    return parts;\n  }\n';
    assert.equal(after, file.replace(/ {2}parse[^]*?\n {2}\}\n/, body));
  });

  it('is the whole file where the block has most of it', () => {
    const code = file.replace('return 1;', 'return 2;');
    assert.deepEqual(placeCode(file, code, undefined), { after: code, place: { kind: 'whole' } });
  });

  it('is the selection before all else', () => {
    const start = file.indexOf('    return source');
    const end = file.indexOf('  }\n\n  close');
    const { after, place } = placeCode(file, '    return [];\n', { start, end });
    assert.deepEqual(place, { kind: 'selection' });
    assert.equal(after, file.replace("    return source.split(',');\n", '    return [];\n'));
  });

  it('is the cursor, or the end, where nothing in the file is like it or too much is', () => {
    const start = file.indexOf('export function other');
    const at = placeCode(file, 'const made = 1;\nuse(made);', { start, end: start });
    assert.deepEqual(at.place, { kind: 'cursor', line: 14 });
    assert.ok(at.after.includes('export function other() {\nconst made = 1;\nuse(made);\n'));
    const blank = file.indexOf('\n\n  close') + 1;
    const inBlank = placeCode(file, 'const made = 1;\nuse(made);', { start: blank, end: blank });
    assert.ok(inBlank.after.includes('  }\nconst made = 1;\nuse(made);\n  close()'));
    const last = placeCode(file, 'export const more = 1;', undefined);
    assert.deepEqual([last.place, last.after], [{ kind: 'end' }, `${file}\nexport const more = 1;\n`]);
    const twice = 'first();\na() {\n}\na() {\n}\n';
    assert.deepEqual(placeCode(twice, 'a() {\n  1;\n}', undefined).place, { kind: 'end' });
  });

  it('leaves line endings as the file has them, and counts the selection in them', () => {
    const before = 'a;\r\nb;\r\nc;\r\n';
    assert.deepEqual(placeCode(before, 'B;\nBB;', { start: 4, end: 6 }).after, 'a;\r\nB;\r\nBB;\r\nc;\r\n');
  });

  it('is not looked for where the block leaves something out', () => {
    for (const line of ['// ...', '  // ... existing code ...', '# …', '...', '{/* ... the rest */}']) {
      assert.ok(leavesOut(`a();\n${line}\nb();`), line);
    }
    for (const line of ['...args,', 'const b = [...a];', '// see above', 'print("...")'])
      assert.ok(!leavesOut(line), line);
  });
});

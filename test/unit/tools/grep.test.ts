import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { SearchError, type GlobQuery, type GrepQuery, type SearchResult } from '../../../src/core/ports.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { ToolBench } from '../../support/memory/tool-bench.ts';

const NOTHING: SearchResult = { lines: [], total: 0, capped: false };

/** The tools over a search that gives what the test says and keeps what it was asked. */
function setUp(result: SearchResult | Error = NOTHING) {
  const globs: GlobQuery[] = [];
  const greps: GrepQuery[] = [];
  const answer = async (): Promise<SearchResult> => {
    if (result instanceof Error) throw result;
    return result;
  };
  const search = {
    glob: (query: GlobQuery) => (globs.push(query), answer()),
    grep: (query: GrepQuery) => (greps.push(query), answer()),
  };
  const files = new MemoryFileSystem({ '/project/src/a.ts': 'one', '/project/b.ts': 'two' });
  return { bench: new ToolBench({ files, search }), globs, greps };
}

describe('Grep', () => {
  it('says what is wrong with its input', async () => {
    const { bench } = setUp();
    await assert.rejects(bench.call('Grep', { pattern: '' }), /pattern is empty/);
    await assert.rejects(bench.call('Grep', { pattern: 'x', path: 'scr' }), /src/);
    await assert.rejects(
      bench.call('Grep', { pattern: 'x', output_mode: 'lines' }),
      /must be one of files_with_matches/,
    );
    await assert.rejects(bench.call('Grep', { pattern: 'x', '-A': -1 }), /whole number, 0 or more/);
    await assert.rejects(bench.call('Grep', { pattern: 'x', '-v': true }), /there is no field -v/);
    await assert.rejects(
      setUp(new SearchError('No such type.')).bench.call('Grep', { pattern: 'x' }),
      /^ToolError: No such type\.$/,
    );
  });

  it('asks for what its input says', async () => {
    const { bench, greps } = setUp();
    await bench.call('Grep', { pattern: 'x' });
    await bench.call('Grep', {
      pattern: 'x',
      path: 'src',
      output_mode: 'content',
      '-i': true,
      '-n': false,
      '-C': 2,
      '-A': 1,
      '-o': true,
    });
    await bench.call('Grep', {
      pattern: 'x',
      type: 'js',
      glob: '*.js',
      multiline: true,
      head_limit: 0,
      offset: 7,
      context: 3,
    });
    const asked = {
      pattern: 'x',
      path: '/project',
      mode: 'files_with_matches',
      ignoreCase: false,
      lineNumbers: true,
      before: 0,
      after: 0,
      onlyMatching: false,
      multiline: false,
      limit: 250,
      offset: 0,
    };
    assert.deepEqual(greps, [
      asked,
      {
        ...asked,
        path: '/project/src',
        mode: 'content',
        ignoreCase: true,
        lineNumbers: false,
        before: 2,
        after: 1,
        onlyMatching: true,
      },
      { ...asked, type: 'js', glob: '*.js', multiline: true, limit: 2_000, offset: 7, before: 3, after: 3 },
    ]);
  });

  it('tells how much there is and how to go on', async () => {
    assert.equal(await setUp().bench.text('Grep', { pattern: 'x' }), 'No match for x in /project.');
    const many = setUp({ lines: ['/project/a:1:x', '/project/b:1:x'], total: 9, capped: true });
    assert.equal(
      await many.bench.text('Grep', { pattern: 'x', output_mode: 'content', head_limit: 2, offset: 4 }),
      '/project/a:1:x\n/project/b:1:x\n[2 of 9 lines. Go on with offset 6, or narrow it by path, glob or type.]',
    );
    const past = setUp({ lines: [], total: 9, capped: false });
    assert.equal(
      await past.bench.text('Grep', { pattern: 'x', offset: 20 }),
      'There are 9 files, none past this offset. Use a smaller one.',
    );
    const wide = setUp({ lines: Array.from({ length: 100 }, () => 'x'.repeat(1_000)), total: 100, capped: false });
    assert.match(await wide.bench.text('Grep', { pattern: 'x' }), /\[59 of 100 files\. Go on with offset 59/);
  });
});

describe('Glob', () => {
  it('says what is wrong with its pattern', async () => {
    const { bench, globs } = setUp();
    await assert.rejects(bench.call('Glob', { pattern: ' ' }), /pattern is empty/);
    await assert.rejects(bench.call('Glob', { pattern: 'a\0' }), /NUL/);
    await assert.rejects(bench.call('Glob', { pattern: '../*.ts' }), /climbs out/);
    await assert.rejects(bench.call('Glob', { pattern: '*', path: 'scr' }), /src/);
    assert.deepEqual(globs, []);
  });

  it('searches the folder that was judged', async () => {
    const { bench, globs } = setUp();
    await bench.call('Glob', { pattern: './*.ts', path: 'src' });
    await bench.call('Glob', { pattern: '/project/src/**/*.ts' });
    assert.deepEqual(globs, [
      { pattern: '*.ts', path: '/project/src', limit: 200 },
      { pattern: '**/*.ts', path: '/project/src', limit: 200 },
    ]);
  });

  it('tells how many there are', async () => {
    const { bench } = setUp({ lines: ['/project/a'], total: 3, capped: true });
    assert.equal(
      await bench.text('Glob', { pattern: '*' }),
      '/project/a\n[1 of 3 files. Use a narrower pattern or a folder further down.]',
    );
    assert.equal(await setUp().bench.text('Glob', { pattern: 'zz' }), 'No file in /project matches zz.');
  });
});

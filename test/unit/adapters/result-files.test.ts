import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { openResultFiles, pruneResults, ResultFiles } from '../../../src/adapters/result-files.ts';
import { ShellRunner } from '../../../src/adapters/shell-runner.ts';
import { MemoryLog } from '../../support/engine/memory-log.ts';
import { rulesOf, ToolBench } from '../../support/memory/tool-bench.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const run = promisify(execFile);
const DAY_MS = 24 * 60 * 60 * 1000;

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

describe('results on disk', function () {
  this.timeout(60_000);
  const folder = temporaryFolders();
  let root: string;
  let store: ResultFiles;
  beforeEach(async () => {
    root = path.join(await folder(), 'results');
    store = new ResultFiles({ root, sessionId: 's1', maxBytes: 10 });
  });
  afterEach(() => store.dispose());

  async function keep(...texts: string[]) {
    const writer = store.begin();
    for (const text of texts) await writer.add(text);
    return writer.finish();
  }

  it('are not made where nothing is kept, and answer where nothing can be', async () => {
    store.begin();
    await assert.rejects(stat(root), { code: 'ENOENT' });
    await writeFile(root, 'a file in the way');
    const kept = await keep('text', 'more');
    assert.ok('failure' in kept);
    assert.match(kept.failure, /cannot be written \(ENOTDIR|EEXIST\)/);
  });

  it('lie under names of their own, for their owner alone', async () => {
    const [one, other] = [await keep('ä', '\0b'), await keep('other')];
    assert.ok('path' in one && 'path' in other);
    assert.notEqual(one.path, other.path);
    assert.equal(await readFile(one.path, 'utf8'), 'ä\ufffdb');
    assert.deepEqual([one.complete, one.bytes], [true, 6]);
    assert.equal((await stat(one.path)).mode & 0o777, 0o600);
    assert.equal((await stat(store.folder)).mode & 0o777, 0o700);
    assert.equal((await stat(root)).mode & 0o777, 0o700);
  });

  it('end at the cap, with no character cut in two, and say so', async () => {
    const kept = await keep('12345678', '9€', 'lost');
    assert.ok('path' in kept);
    assert.deepEqual([kept.complete, kept.bytes, await readFile(kept.path, 'utf8')], [false, 9, '123456789']);
  });

  it('leave nothing when discarded', async () => {
    const writer = store.begin();
    await writer.add('x');
    assert.equal((await readdir(store.folder)).length, 1);
    await writer.discard();
    assert.deepEqual(await readdir(store.folder), []);
  });

  it('go when they are old, and nothing else does', async () => {
    const name = (start: string): string => `${start}1111111-1111-4111-8111-111111111111.txt`;
    const old = new Date(Date.now() - 31 * DAY_MS);
    await mkdir(path.join(root, 'all-old'), { recursive: true });
    await mkdir(path.join(root, 'some-old'));
    const outside = path.join(await folder({ [name('a')]: '' }), '.');
    await symlink(outside, path.join(root, 'link'));
    const files = [`all-old/${name('a')}`, `some-old/${name('a')}`, `some-old/${name('b')}`, 'some-old/notes.txt'];
    for (const file of files) await writeFile(path.join(root, file), '');
    for (const file of files.filter((file) => !file.includes('/b'))) await utimes(path.join(root, file), old, old);
    await utimes(path.join(outside, name('a')), old, old);
    await pruneResults(root);
    assert.deepEqual((await readdir(root)).toSorted(), ['link', 'some-old']);
    assert.deepEqual((await readdir(path.join(root, 'some-old'))).toSorted(), [name('b'), 'notes.txt']);
    assert.deepEqual(await readdir(outside), [name('a')]);
    await pruneResults(path.join(root, 'nowhere'));
  });

  it('of an ephemeral session lie elsewhere and go with it', async () => {
    const log = new MemoryLog([], 's2');
    const { store: ephemeral, folders } = openResultFiles({ root, log, ephemeral: true });
    const writer = ephemeral.begin();
    await writer.add('x');
    const kept = await writer.finish();
    assert.ok('path' in kept && !kept.path.startsWith(root));
    assert.deepEqual(folders, [path.dirname(kept.path), path.join(root, 's2')]);
    await ephemeral.dispose();
    await assert.rejects(stat(path.dirname(path.dirname(kept.path))), { code: 'ENOENT' });
  });

  it('of the session that this one is a copy of may be read', () => {
    const start = { type: 'session_started', sessionId: 's3', cwd: '/', product: '', createdAt: 0 } as const;
    const log = new MemoryLog([], 's3');
    log.append({ ...start, forkedFrom: 's1', at: 0 });
    const copy = new MemoryLog(log.all, 's3');
    const { store: own, folders } = openResultFiles({ root, log: copy });
    assert.deepEqual(folders, [path.join(root, 's3'), path.join(root, 's1')]);
    return own.dispose();
  });

  describe('of the shell', () => {
    if (process.platform === 'win32') return;
    let workspace: string;
    let runner: ShellRunner;
    beforeEach(async () => {
      workspace = await folder();
      runner = new ShellRunner();
    });
    afterEach(() => runner.dispose());

    function bench(results: ResultFiles): ToolBench {
      const rules = () => rulesOf({ allow: ['Bash'] }, workspace);
      const readOnly = [results.folder];
      return new ToolBench({
        files: new NodeFileSystem(),
        processes: runner,
        root: workspace,
        rules,
        results,
        readOnly,
      });
    }

    it('are whole, while memory stays as it was', async () => {
      store = new ResultFiles({ root, sessionId: 'big' });
      // 50 MB of numbered lines, with colours; the last ones tell whether the end was waited for.
      const command = String.raw`awk 'BEGIN { for (i = 1; i <= 1000000; i++) printf "\033[31m%08d\033[0m and some forty characters and more\n", i }'`;
      const expected = path.join(workspace, 'expected');
      await run('bash', ['-c', `${command} > ${expected}`]);
      const before = process.memoryUsage().rss;
      let peak = before;
      const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
      const tools = bench(store);
      const text = await tools.text('Bash', { command });
      clearInterval(watch);
      const size = (await stat(expected)).size;
      assert.ok(size > 49_000_000, `${size} bytes`);
      assert.ok(peak - before < 48 * 1024 * 1024, `memory grew by ${(peak - before) >> 20} MB`);

      const [, left, file] = /\[… ([\d,]+) characters left out here\. The whole output is in (\S+):/.exec(text) ?? [];
      assert.equal(await sha256(file!), await sha256(expected));
      assert.match(text, /^00000001 and some forty characters and more\n00000002 /);
      assert.match(text, /\n01000000 and some forty characters and more$/);
      assert.ok(text.length < 31_000 && Number(left!.replaceAll(',', '')) > size - 31_000);

      const part = await tools.text('Read', { file_path: file!, offset: 500_000, limit: 1 });
      assert.ok(part.startsWith('500000\t\u001b[31m00500000'), part);
      assert.match(part, /\[Lines 500000 to 500000 of 1000000\./);
      assert.deepEqual(tools.person.questions, []);
    });

    it('are kept from the first character on, also where little is left out', async () => {
      store = new ResultFiles({ root, sessionId: 'small' });
      const tools = bench(store);
      assert.doesNotMatch(await tools.text('Bash', { command: 'seq 1 5000' }), /left out/);
      await assert.rejects(stat(root), { code: 'ENOENT' });
      const text = await tools.text('Bash', { command: 'seq 1 7000' });
      const [, file] = /The whole output is in (\S+):/.exec(text) ?? [];
      assert.equal(
        await readFile(file!, 'utf8'),
        Array.from({ length: 7_000 }, (_, index) => `${index + 1}\n`).join(''),
      );
    });

    it('are not kept where only what the model does not see is long', async () => {
      store = new ResultFiles({ root, sessionId: 'progress' });
      const command = String.raw`for i in $(seq 1 9000); do printf '\rstep %d' $i; done; echo`;
      const tools = bench(store);
      tools.person.answers.push({ decision: 'allow_once' });
      assert.equal(await tools.text('Bash', { command }), 'step 9000');
      assert.deepEqual(await readdir(store.folder), []);
    });

    it('say where they end when they are longer than what is kept', async () => {
      store = new ResultFiles({ root, sessionId: 'capped', maxBytes: 1024 * 1024 });
      const text = await bench(store).text('Bash', { command: 'seq 1 500000' });
      const [, file] = /The first 1 MB of the output are in (\S+):/.exec(text) ?? [];
      assert.equal((await stat(file!)).size, 1024 * 1024);
      assert.match(text, /500000$/);
    });

    it('that cannot be kept are answered all the same', async () => {
      await writeFile(root, 'a file in the way');
      const text = await bench(store).text('Bash', { command: 'seq 1 100000' });
      assert.match(text, /^1\n2\n[^]*\n99999\n100000$/);
      assert.match(text, /characters left out here\. The whole output could not be kept, as \S+ cannot be written/);
    });

    it('that do not fit on the disk are removed again', async () => {
      const script = `
        import { ResultFiles } from ${JSON.stringify(path.resolve(import.meta.dirname, '../../../src/adapters/result-files.ts'))};
        const writer = new ResultFiles({ root: ${JSON.stringify(root)}, sessionId: 's' }).begin();
        for (let i = 0; i < 100; i++) await writer.add('x'.repeat(10_000));
        console.log(JSON.stringify(await writer.finish()));`;
      // A limit on the size of files stands for the full disk: the write fails half-way.
      const limited = ['-c', 'ulimit -f 200; exec "$0" --input-type=module -e "$1"', process.execPath, script];
      const { stdout } = await run('bash', limited);
      assert.match((JSON.parse(stdout) as { failure: string }).failure, /cannot be written \(EFBIG\)/);
      assert.deepEqual(await readdir(path.join(root, 's')), []);
    });
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { installDependencies } from '../../../scripts/lib/dependencies.mjs';
import { DevFailure } from '../../../scripts/lib/failure.mjs';
import { withFileLock } from '../../../scripts/lib/file-lock.mjs';
import { provideWholeFolder } from '../../../scripts/lib/whole-folder.mjs';

const libFolder = path.resolve(import.meta.dirname, '../../../scripts/lib');

let scratch: string;

/** A process that starts to build `folder`, says so, and hangs in the middle. */
async function hangingBuild(folder: string) {
  const script = `
    import { writeFile } from 'node:fs/promises';
    import { provideWholeFolder } from ${JSON.stringify(path.join(libFolder, 'whole-folder.mjs'))};
    await provideWholeFolder({ folder: ${JSON.stringify(folder)}, stamp: 'one', async build(temporary) {
      await writeFile(temporary + '/half', 'half');
      console.log('building');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    } });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

const lockJson = (version: string) =>
  JSON.stringify({
    packages: { '': {}, 'node_modules/a': { version }, 'node_modules/b': { version: '1.0.0', optional: true } },
  });

/** Puts a script in npm's place that logs its arguments and runs `body`. */
async function fakeNpm(body: string) {
  const file = path.join(scratch, 'npm.mjs');
  await writeFile(
    file,
    `import fs from 'node:fs';\nfs.appendFileSync(${JSON.stringify(path.join(scratch, 'calls'))}, process.argv.slice(2, 4).join(' ') + '\\n');\n${body}\n`,
  );
  process.env['CAPSTAN_DEV_NPM'] = file;
}

const calls = () => readFile(path.join(scratch, 'calls'), 'utf8').catch(() => '');
const install = () =>
  installDependencies({ folder: path.join(scratch, 'project'), lockFile: path.join(scratch, 'lock') });

describe('provisioning', () => {
  beforeEach(async () => {
    scratch = await mkdtemp(path.join(os.tmpdir(), 'capstan-provisioning-'));
  });

  afterEach(() => rm(scratch, { recursive: true, force: true, maxRetries: 5 }));

  it('redoes a build that was killed in the middle, and leaves nothing of it', async () => {
    const folder = path.join(scratch, 'editor');
    const child = await hangingBuild(folder);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.deepEqual((await readdir(scratch)).toSorted(), ['editor.lock', `editor.new-${child.pid}`]);

    const outcome = await provideWholeFolder({
      folder,
      stamp: 'one',
      build: (temporary) => writeFile(path.join(temporary, 'whole'), 'whole'),
    });

    assert.equal(outcome, 'built');
    assert.deepEqual(await readdir(scratch), ['editor']);
    assert.equal(await readFile(path.join(folder, 'whole'), 'utf8'), 'whole');
    assert.ok(!(await readdir(folder)).includes('half'));
  });

  it('builds once when two ask at once, and the second waits', async () => {
    const folder = path.join(scratch, 'browser');
    let builds = 0;
    const waits: string[] = [];
    const request = {
      folder,
      stamp: 'one',
      async build() {
        builds++;
        await sleep(400);
      },
      onWait: (holder: string) => waits.push(holder),
    };
    const outcomes = await Promise.all([provideWholeFolder(request), provideWholeFolder(request)]);
    assert.deepEqual(outcomes.toSorted(), ['built', 'reused']);
    assert.equal(builds, 1);
    assert.deepEqual(waits, [String(process.pid)]);
  });

  it('keeps what is there when building its replacement fails', async () => {
    const folder = path.join(scratch, 'editor');
    await provideWholeFolder({
      folder,
      stamp: 'one',
      build: (temporary) => writeFile(path.join(temporary, 'old'), ''),
    });
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    const failing = provideWholeFolder({ folder, stamp: 'two', build: () => Promise.reject(full) });
    await assert.rejects(
      failing,
      (error) => error instanceof DevFailure && /the disk is full\. Free some space/.test(error.message),
    );
    assert.deepEqual(await readdir(scratch), ['editor']);
    assert.ok((await readdir(folder)).includes('old'));
  });

  it('takes over a lock whose holder lives but has gone silent', async () => {
    const lock = path.join(scratch, 'lock');
    await writeFile(lock, `${process.pid}\n`);
    const longAgo = new Date(Date.now() - 120_000);
    await utimes(lock, longAgo, longAgo);
    assert.equal(await withFileLock(lock, async () => 'taken'), 'taken');
    await assert.rejects(stat(lock));
  });

  describe('installing dependencies', () => {
    let before: string | undefined;

    beforeEach(async () => {
      before = process.env['CAPSTAN_DEV_NPM'];
      await mkdir(path.join(scratch, 'project'));
      await writeFile(path.join(scratch, 'project', 'package-lock.json'), lockJson('1.0.0'));
    });

    afterEach(() => {
      if (before === undefined) delete process.env['CAPSTAN_DEV_NPM'];
      else process.env['CAPSTAN_DEV_NPM'] = before;
    });

    it('says what to do when the registry refuses, and tries again next time', async () => {
      await fakeNpm(`console.error('npm error code E403\\nnpm error 403 Forbidden'); process.exit(1);`);
      await assert.rejects(
        install(),
        /Could not install the dependencies: the package registry refused it\. Check `npm config get registry`/,
      );
      await fakeNpm(`fs.mkdirSync('node_modules', { recursive: true });`);
      assert.equal(await install(), 'installed');
    });

    it('installs without install scripts, once, and again when the lock file changes', async () => {
      await fakeNpm(`fs.mkdirSync('node_modules', { recursive: true });`);
      assert.equal(await install(), 'installed');
      assert.equal(await install(), 'kept');
      await writeFile(path.join(scratch, 'project', 'package-lock.json'), lockJson('2.0.0'));
      assert.equal(await install(), 'installed');
      assert.equal(await calls(), 'ci --ignore-scripts\nci --ignore-scripts\n');
    });

    it('keeps a tree that npm installed by hand from the same lock file', async () => {
      await fakeNpm('process.exit(1);');
      const modules = path.join(scratch, 'project', 'node_modules');
      await mkdir(modules);
      await writeFile(
        path.join(modules, '.package-lock.json'),
        JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }),
      );
      assert.equal(await install(), 'kept');
      assert.equal(await calls(), '');
    });
  });
});

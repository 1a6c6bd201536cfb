// What a run on the command line loads until it has its answer, seen in the process itself: what is built as it ships, a model at the wire.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { repositoryFolder } from '../../scripts/lib/tooling-folder.mjs';
import { text, toolUse } from '../support/model/answer.ts';
import { startModelServer } from '../support/model/model-server.ts';
import { temporaryFolders } from '../support/temporary-folder.ts';

/** Run before the program: tells at its end which of Node's own modules were loaded. */
const WATCH = `process.on('exit', () =>
  require('node:fs').writeFileSync(process.env.LOADED, JSON.stringify(process.moduleLoadList)));`;

describe('a run on the command line', () => {
  const makeFolder = temporaryFolders();

  it('answers and reads a file without the global fetch, TLS or a grammar', async () => {
    const folder = await makeFolder();
    const [watch, loaded, workspace] = ['watch.cjs', 'loaded.json', 'workspace'].map((name) => path.join(folder, name));
    await mkdir(workspace!);
    await writeFile(watch!, WATCH);
    await writeFile(path.join(workspace!, 'a.txt'), 'What it says.\n');
    const read = { blocks: [toolUse('Read', { file_path: 'a.txt' })] };
    await using server = await startModelServer([read, { blocks: [text('Done.')] }]);
    const args = ['--require', watch!, path.join(repositoryFolder, 'dist/cli.js'), '-p', 'Read a.txt', '--trust'];
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      CAPSTAN_HOME: path.join(folder, 'state'),
      ANTHROPIC_API_KEY: 'test-key',
      ANTHROPIC_BASE_URL: server.url,
      LOADED: loaded,
    };
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: workspace, env });
    assert.equal(stdout, 'Done.\n');
    assert.match(JSON.stringify(server.requests.at(-1)), /What it says/);
    const modules = (JSON.parse(await readFile(loaded!, 'utf8')) as string[]).map((name) => name.split(' ').at(-1)!);
    assert.ok(modules.includes('http'), 'the list tells what was loaded');
    assert.deepEqual(
      modules.filter((name) => /^(?:internal\/deps\/undici\/undici|http2|tls)$/.test(name)),
      [],
    );
  });
});

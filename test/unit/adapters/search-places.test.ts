import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { findRipgrep } from '../../../src/adapters/find-ripgrep.ts';
import { RipgrepSearch } from '../../../src/adapters/ripgrep-search.ts';
import { WalkSearch } from '../../../src/adapters/walk-search.ts';
import type { GrepQuery } from '../../../src/core/ports.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const never = new AbortController().signal;

const query = (folder: string): GrepQuery => ({
  pattern: 'one',
  path: folder,
  mode: 'content',
  ignoreCase: false,
  lineNumbers: true,
  before: 0,
  after: 0,
  multiline: false,
  limit: 100,
  offset: 0,
});

describe('finding ripgrep', () => {
  const folder = temporaryFolders();
  const place = { platform: 'linux', arch: 'x64' } as const;

  it('knows both layouts of the editor, then the PATH outside the workspace', async function () {
    if (process.platform === 'win32') this.skip();
    const places = [
      'app/node_modules/@vscode/ripgrep-universal/bin/linux-x64/rg',
      'app/node_modules/@vscode/ripgrep/bin/rg',
      'app/node_modules.asar.unpacked/@vscode/ripgrep-universal/bin/linux-x64/rg',
      'app/node_modules.asar.unpacked/@vscode/ripgrep/bin/rg',
      'bin/rg',
    ];
    const root = await folder(Object.fromEntries([...places, 'work/bin/rg', 'plain/rg'].map((name) => [name, ''])));
    for (const name of [...places, 'work/bin/rg']) await chmod(path.join(root, name), 0o755);
    const PATH = ['work/bin', 'plain', 'bin', 'none'].map((name) => path.join(root, name)).join(':');
    const found = await findRipgrep({
      appRoot: path.join(root, 'app'),
      workspace: [path.join(root, 'work')],
      path: `.:${PATH}`,
      ...place,
    });
    assert.deepEqual(
      found,
      places.map((name) => path.join(root, name)),
    );
  });

  it('falls back to walking when no program starts', async () => {
    const root = await folder({ 'a.ts': 'one\n', rg: 'not a program' });
    await chmod(path.join(root, 'rg'), 0o755);
    const search = new RipgrepSearch([path.join(root, 'missing'), path.join(root, 'rg')], new WalkSearch());
    assert.deepEqual((await search.grep(query(root), never)).lines, [`${root}/a.ts:1:one`]);
    assert.deepEqual((await search.glob({ pattern: '*.ts', path: root, limit: 10 }, never)).lines, [`${root}/a.ts`]);
  });
});

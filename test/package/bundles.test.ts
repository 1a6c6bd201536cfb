// What the bundles load late, from beside themselves: found only where they are run as they ship.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { repositoryFolder } from '../../scripts/lib/tooling-folder.mjs';

const exec = promisify(execFile);

describe('the bundled command line', () => {
  it('reads a command by the shell grammar that lies beside it', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'capstan-bundles-'));
    try {
      const cli = path.join(repositoryFolder, 'dist', 'cli.js');
      const asked = [
        'permissions',
        'check',
        '--tool',
        'Bash',
        '--command',
        'echo one >> log.txt; if true; then ls; fi',
      ];
      const { stdout, stderr } = await exec(process.execPath, [cli, ...asked], { cwd: folder }).catch(
        // How it ends says what was decided.
        (error: unknown) => error as { stdout: string; stderr: string },
      );
      assert.doesNotMatch(stdout + stderr, /grammar could not be loaded/);
      assert.match(stdout, /log\.txt/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

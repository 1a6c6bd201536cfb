// What a real run leaves on the disk is for the person alone.
import assert from 'node:assert/strict';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { text, toolUse } from '../../support/model/answer.ts';
import { openScriptedLab } from './run-cli.ts';

async function modesBelow(folder: string): Promise<Record<string, string>> {
  const modes: Record<string, string> = {};
  for (const item of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const at = path.join(item.parentPath, item.name);
    const { mode } = await stat(at);
    modes[path.relative(folder, at)] = `${item.isDirectory() ? 'folder' : 'file'} ${(mode & 0o777).toString(8)}`;
  }
  return modes;
}

describe('what a run leaves behind', () => {
  it('is readable by the person alone, whatever the umask', async function () {
    if (process.platform === 'win32') return this.skip();
    const old = process.umask(0o000);
    try {
      await using lab = await openScriptedLab([
        { blocks: [toolUse('Read', { file_path: 'big.txt' })], stopReason: 'tool_use' },
        { blocks: [toolUse('Bash', { command: 'cat big.txt big.txt' })], stopReason: 'tool_use' },
        { blocks: [text('Done.')] },
      ]);
      await mkdir(lab.workspace, { recursive: true });
      await writeFile(path.join(lab.workspace, 'big.txt'), 'a line of text\n'.repeat(20_000));
      const { status, err } = await lab.run([
        '-p',
        'go',
        '--permission-mode',
        'bypassPermissions',
        '--model',
        'scripted-test',
      ]);
      assert.equal(status, 0, err);
      const modes = await modesBelow(lab.capstanHome);
      // Node fills the folder of its cache in its own way, behind a door that is shut.
      const ours = Object.entries(modes).filter(([name]) => !name.startsWith('cache/'));
      const wide = ours.filter(([, mode]) => !['file 600', 'folder 700'].includes(mode));
      assert.deepEqual(wide, []);
      assert.ok(
        Object.keys(modes).some((name) => name.endsWith('.jsonl')),
        'there is a session',
      );
      assert.ok(
        Object.keys(modes).some((name) => name.startsWith('results/')),
        'there is a kept result',
      );
      // Below a folder that lets nobody in, this one is the door.
      assert.equal((await stat(lab.capstanHome)).mode & 0o077, 0);
    } finally {
      process.umask(old);
    }
    return undefined;
  });
});

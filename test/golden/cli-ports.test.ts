// The command line at work listens to nobody: no port of its own, seen by the kernel while a turn runs.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describe, it } from 'mocha';
import { text, toolUse } from '../support/model/answer.ts';
import { openScriptedLab } from '../unit/headless/run-cli.ts';

const onLinux = process.platform === 'linux' ? it : it.skip;

/** Inodes of the sockets that listen, whoever holds them. */
function listening(): ReadonlySet<string> {
  const rows = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(1));
  const LISTEN = '0A';
  return new Set(
    rows.map((row) => row.trim().split(/\s+/)).flatMap((row) => (row[3] === LISTEN ? (row[9] ?? []) : [])),
  );
}

function socketsOf(process: string): string[] {
  const folder = `/proc/${process}/fd`;
  const targets = readdirSync(folder).map((name) => {
    try {
      return readlinkSync(`${folder}/${name}`);
    } catch {
      return '';
    }
  });
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
}

describe('a run of the command line', () => {
  onLinux('listens to no port', async () => {
    const found: { sockets: number; open: string[] }[] = [];
    await using lab = await openScriptedLab(() => {
      const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
      const sockets = children.filter((child) => child !== '').flatMap(socketsOf);
      const known = listening();
      found.push({ sockets: sockets.length, open: sockets.filter((inode) => known.has(inode)) });
      return found.length === 1
        ? { blocks: [toolUse('Bash', { command: 'true' })], stopReason: 'tool_use' }
        : { blocks: [text('Done.')] };
    });
    const ran = await lab.run(['-p', 'Go', '--permission-mode', 'bypassPermissions']);
    assert.equal(found.length, 2, JSON.stringify(ran));
    for (const { sockets, open } of found) {
      assert.ok(sockets > 0, 'its connection to the model was seen');
      assert.deepEqual(open, []);
    }
  });
});

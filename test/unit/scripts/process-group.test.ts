import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'mocha';
import { startProcessGroup } from '../../../scripts/lib/process-group.ts';
import { runCommand } from '../../../scripts/lib/run-command.ts';

describe('a process group', () => {
  it('ends with everything it started, even what ignores being asked', async () => {
    const group = startProcessGroup('sh', ['-c', `trap '' TERM; sh -c "trap '' TERM; sleep 60" & echo started; wait`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const output = group.child.stdout!;
    await once(output, 'data');
    // Every process of the group holds the pipe: it closes when the last one has ended.
    const closed = once(output, 'close');
    const started = Date.now();
    await group.stop(200);
    await closed;
    assert.ok(Date.now() - started < 5000);
    await group.stop();
  });

  it('reports a command that does not exist with code 127', async () => {
    const { exitCode } = await runCommand('capstan-no-such-command', [], { cwd: process.cwd(), onLine: () => {} });
    assert.equal(exitCode, 127);
  });

  it('ends a command that runs out of time with code 124', async () => {
    const { exitCode, milliseconds } = await runCommand('sleep', ['30'], {
      cwd: process.cwd(),
      onLine: () => {},
      timeoutMs: 100,
    });
    assert.equal(exitCode, 124);
    assert.ok(milliseconds < 5000);
  });
});

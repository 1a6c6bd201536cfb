import assert from 'node:assert/strict';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import { createPastCalls } from '../../../src/adapters/past-calls.ts';
import { createSessionFiles } from '../../../src/adapters/session-files.ts';
import type { DurableEvent } from '../../../src/core/events.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const turn = { turnId: 't' };
const fail = (message: string): never => assert.fail(message);

describe('the calls of past sessions', () => {
  const makeFolder = temporaryFolders();
  let folder: string;

  beforeEach(async () => {
    folder = await makeFolder();
  });

  async function session(id: string, cwd: string, events: readonly DurableEvent[], seconds: number) {
    const log = await createSessionFiles({ folder, onFailure: fail, onWarning: fail }).open(id);
    const start = { type: 'session_started', sessionId: id, cwd, product: 'p', createdAt: 0 } as const;
    for (const event of [start, ...events]) log.append({ ...event, at: 0 });
    await log.close();
    await utimes(path.join(folder, `${id}.jsonl`), seconds, seconds);
  }

  function call(id: string, command: string, end: 'done' | 'denied' | 'waits' = 'done'): DurableEvent[] {
    const block = { type: 'tool_use', id, name: 'Bash', input: { command } } as const;
    const decided = { type: 'permission_decided', ...turn, toolUseId: id, decision: 'deny', by: 'person', reason: '' };
    const ended = {
      type: 'tool_completed',
      ...turn,
      toolUseId: id,
      name: 'Bash',
      content: '',
      details: {},
      durationMs: 0,
    };
    return [
      { type: 'block_completed', ...turn, messageId: 'm', index: 0, block, durationMs: 0 },
      ...(end === 'denied' ? [decided as DurableEvent] : []),
      ...(end === 'waits' ? [] : [{ ...ended, outcome: end } as DurableEvent]),
    ];
  }

  const commands = async (signal = new AbortController().signal) =>
    (await createPastCalls({ folder, cwd: '/project' })(signal)).map(({ access, denied }) => [
      access.kind === 'command' ? access.command : access.kind,
      denied,
    ]);

  it('come from the logs of this folder, the latest last, with what the person said no to', async () => {
    await session('new', '/project', [...call('a', 'npm publish', 'denied'), ...call('b', 'npm test', 'waits')], 300);
    await session('old', '/project', call('a', 'make'), 100);
    await session('else', '/other', call('a', 'rm x'), 200);
    assert.deepEqual(await commands(), [
      ['make', false],
      ['npm publish', true],
    ]);
  });

  it('hold those of subagents, and leave out what cannot be read', async () => {
    const steps = call('x', 'git log').map((event) => ({ type: 'agent_event', ...turn, toolUseId: 'agent', event }));
    await session('s', '/project', [...(steps as DurableEvent[]), ...call('y', 'git show')], 100);
    await writeFile(path.join(folder, 'broken.jsonl'), '{"type":"session_started"\n\u0000\n"block_completed"');
    await mkdir(path.join(folder, 'folder.jsonl'));
    await writeFile(path.join(folder, 'empty.jsonl'), '');
    assert.deepEqual(await commands(), [
      ['git log', false],
      ['git show', false],
    ]);
  });

  it('are the last of a log that is longer than is read, and none once it is too late or where there is no folder', async () => {
    const filler = Array.from({ length: 30 }, (_, index) => call(`f${index}`, `echo ${'x'.repeat(100_000)}`)).flat();
    await session('long', '/project', [...call('first', 'early'), ...filler, ...call('last', 'late')], 100);
    const found = await commands();
    assert.deepEqual([found.length > 5 && found.length < 31, found.at(-1)], [true, ['late', false]]);
    assert.deepEqual(await commands(AbortSignal.abort()), []);
    const none = createPastCalls({ folder: path.join(folder, 'none'), cwd: '/project' });
    assert.deepEqual(await none(new AbortController().signal), []);
  });
});

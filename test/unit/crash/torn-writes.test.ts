// A session on a disk that fails at its k-th step, for every k and every way of failing: what is found afterwards is a whole prefix,
// nothing is run twice, and the conversation goes on.
import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { createAnthropicClient } from '../../../src/adapters/anthropic-client.ts';
import { createSessionFiles } from '../../../src/adapters/session-files.ts';
import type { AgentSession } from '../../../src/core/engine/agent-session.ts';
import { openAgentSession } from '../../../src/core/engine/open-agent-session.ts';
import { isDurable, type AgentEvent, type LogEntry } from '../../../src/core/events.ts';
import { fixedContext } from '../../../src/core/prompt/session-context.ts';
import type { SessionLog } from '../../../src/core/sessions/session-log.ts';
import { verifyLog } from '../../../src/headless/sessions/verify-log.ts';
import { allowAll, inputOf, instantClock, testTool } from '../../support/engine/engine-harness.ts';
import { text, toolUse, type Answer } from '../../support/model/answer.ts';
import { startModelServer, type ModelServer } from '../../support/model/model-server.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';
import { errorFaults, FaultyDisk, powerFaults, type Fault } from './faulty-disk.ts';

const ID = 'torn';

/** Two calls side by side, then one more, then the end; after a crash one more call. */
const FIRST: readonly Answer[] = [
  { blocks: [text('Two at once.'), toolUse('note', { value: 'one' }), toolUse('note', { value: 'two' })] },
  { blocks: [toolUse('note', { value: 'three' })] },
  { blocks: [text('Done.')] },
];
const SECOND: readonly Answer[] = [
  { blocks: [toolUse('note', { value: 'later' }, { id: 'toolu_later' })] },
  { blocks: [text('Done again.')] },
];

interface Run {
  readonly session: AgentSession;
  /** What the log was given, in order. */
  readonly said: AgentEvent[];
  /** How many of these were safe when a flush last succeeded. */
  safe: number;
  readonly words: string[];
}

describe('a session on a failing disk', function () {
  this.timeout(60_000);
  const makeFolder = temporaryFolders();

  /** Opens the session as a process would. Undefined: the disk failed so early that there was none. */
  async function open(folder: string, disk: FaultyDisk, server: ModelServer, effects: string[]): Promise<Run> {
    const words: string[] = [];
    const files = createSessionFiles({
      folder,
      onFailure: (message) => words.push(message),
      onWarning: () => {},
      openFile: disk.open,
    });
    const log = await files.open(ID);
    const run: Run = { session: undefined as never, said: [], safe: 0, words };
    let ids = 0;
    const session = openAgentSession({
      model: createAnthropicClient({
        connection: async () => ({ apiKey: 'test-key', baseUrl: server.url, idleMs: 10_000 }),
        userAgent: 'capstan-test',
      }),
      settings: () => ({ model: 'test-model', maxTokens: 4_096, maxTurns: 50, maxRetries: 0, maxRetryWaitMs: 1_000 }),
      context: fixedContext('You are a test.'),
      tools: [
        testTool('note', async ({ value }) => {
          // After the power is gone nothing happens any more.
          if (!disk.off) effects.push(value!);
          // Time for what was said so far to be written by itself.
          await delay(10);
          return 'noted';
        }),
      ],
      gate: allowAll,
      log: watched(log, run, disk),
      clock: instantClock,
      newId: () => `id-${log.entries.length}-${++ids}`,
      random: () => 0.5,
      cwd: () => '/workspace',
      product: 'capstan-test',
    });
    return Object.assign(run, { session });
  }

  function watched(log: SessionLog, run: Run, disk: FaultyDisk): SessionLog {
    return {
      sessionId: log.sessionId,
      entries: log.entries,
      letGo: () => log.letGo(),
      find: (mark, fits) => log.find(mark, fits),
      append(event) {
        run.said.push(event);
        log.append(event);
      },
      async flush() {
        const count = run.said.length;
        const failures = run.words.length;
        await log.flush();
        if (!disk.off && run.words.length === failures) run.safe = count;
      },
      close: () => log.close(),
    };
  }

  async function ask({ session }: Run, words: string): Promise<void> {
    session.submit(inputOf(words));
    await session.whenIdle();
  }

  /** Runs into the fault, then opens the session again on a good disk and goes on. Returns how many steps there were. */
  async function crash(fault: Fault, step: number): Promise<number> {
    const name = `${fault} at step ${step}`;
    const folder = await makeFolder();
    const effects: string[] = [];
    const disk = new FaultyDisk(fault, step);
    let run: Run | undefined;
    {
      await using server = await startModelServer(FIRST);
      run = await open(folder, disk, server, effects).catch((error: NodeJS.ErrnoException) => {
        assert.match(error.code ?? '', /EIO|ENOSPC/, name);
        return undefined;
      });
      if (run) await ask(run, 'go');
      await run?.session.dispose();
    }
    // The process that held it is gone, and with it its lock counts for nothing; here it is this process.
    if (disk.off) await rm(path.join(folder, `${ID}.lock`), { force: true });
    await goOn(folder, effects, run, disk, name);
    return disk.steps;
  }

  async function goOn(folder: string, effects: string[], run: Run | undefined, disk: FaultyDisk, name: string) {
    await using server = await startModelServer(SECOND);
    const again = await open(folder, new FaultyDisk(), server, effects);
    const before = again.said.filter((event) => event.type !== 'turn_completed' && event.type !== 'session_started');
    assert.deepEqual(before, [], `${name}: only the cut turn is closed`);
    assertPrefix(await readEntries(folder), again.said, run?.said ?? [], run?.safe ?? 0, disk, name);
    await ask(again, 'go on');
    await again.session.dispose();
    assert.deepEqual(server.problems, [], name);
    assert.equal(server.requests.length, 2, name);
    assert.deepEqual(effects.toSorted(), [...new Set(effects)].toSorted(), `${name}: a call was run twice`);
    assert.ok(effects.includes('later'), name);
    const verdict = verifyLog(await readFile(path.join(folder, `${ID}.jsonl`)), ID);
    assert.ok(verdict.whole, `${name}: ${verdict.whole ? '' : verdict.problem}`);
    assert.equal(verdict.open, false, name);
  }

  function assertPrefix(
    found: readonly LogEntry[],
    added: readonly AgentEvent[],
    said: readonly AgentEvent[],
    safe: number,
    disk: FaultyDisk,
    name: string,
  ): void {
    const kept = found.filter((entry) => !added.some((event) => sameEvent(event, entry)));
    kept.forEach((entry, index) => assert.ok(sameEvent(said[index]!, entry), `${name}: entry ${index} is another`));
    assert.ok(kept.length >= safe, `${name}: ${safe} events were flushed, ${kept.length} are left`);
    if (!disk.off) assert.equal(kept.length, said.filter(isDurable).length, `${name}: all is saved in the end`);
  }

  async function readEntries(folder: string): Promise<LogEntry[]> {
    const bytes = await readFile(path.join(folder, `${ID}.jsonl`)).catch(() => Buffer.alloc(0));
    const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1).toString('utf8');
    return whole.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as LogEntry]));
  }

  for (const fault of [...powerFaults, ...errorFaults]) {
    it(`survives ${fault} at every step`, async () => {
      let step = 1;
      // Until a run has fewer steps than that: then every one of them has failed once.
      while ((await crash(fault, step)) >= step) step++;
      assert.ok(step > 8, `only ${step - 1} steps: too few to say anything`);
    });
  }
});

function sameEvent(event: AgentEvent, entry: LogEntry): boolean {
  const { v: _, seq: __, parent: ___, ...rest } = entry;
  return JSON.stringify(event) === JSON.stringify(rest);
}

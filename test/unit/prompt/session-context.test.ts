import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instructions } from '../../../src/core/prompt/instruction-files.ts';
import type { InstructionFile } from '../../../src/core/prompt/instruction-file.ts';
import { createSessionContext, saidOf } from '../../../src/core/prompt/session-context.ts';
import type { LogEntry } from '../../../src/core/events.ts';

const nested: InstructionFile = { path: '/w/src/CLAUDE.md', scope: 'project', text: 'Use tabs here.', hash: 'h1' };

function setUp(said: readonly string[] = []) {
  const world = { branch: 'main', reads: 0, looks: 0 };
  const instructions: Instructions = {
    files: [],
    problems: [],
    rulesFor: () => [],
    nestedFor: async () => {
      world.looks++;
      return [nested];
    },
  };
  const context = createSessionContext({
    facts: { cwd: '/w', otherFolders: [], platform: 'linux', shell: 'bash' },
    model: 'm',
    said,
    instructions: async () => instructions,
    context: [
      {
        name: 'git',
        followed: true,
        read: async () => {
          world.reads++;
          return `Branch: ${world.branch}`;
        },
      },
    ],
  });
  return { context, world };
}

describe('the context of a session', () => {
  it('reads nothing before it is asked', () => {
    const { world } = setUp();
    assert.equal(world.reads, 0);
  });

  it('is told whole at the start, then only what has changed', async () => {
    const { context, world } = setUp();
    assert.match((await context.atTurnStart())!, /Branch: main/);
    assert.equal(await context.atTurnStart(), undefined);
    world.branch = 'topic';
    assert.match((await context.atTurnStart())!, /Branch: topic/);
    assert.equal(await context.atTurnStart(), undefined);
  });

  it('keeps the system prompt as it is, the very same object', async () => {
    const { context, world } = setUp();
    const first = await context.system();
    world.branch = 'topic';
    await context.atTurnStart();
    assert.equal(await context.system(), first);
  });

  it('goes on from what the log says was told', async () => {
    const told = (await setUp().context.atTurnStart())!;
    const entries = [{ type: 'context_added', turnId: 't', text: told } as LogEntry];
    const { context, world } = setUp(saidOf({ entries }));
    assert.equal(await context.atTurnStart(), undefined);
    world.branch = 'topic';
    assert.match((await context.atTurnStart())!, /Branch: topic/);
  });

  it('is told anew once it was forgotten, as it is then', async () => {
    const { context, world } = setUp();
    await context.atTurnStart();
    world.branch = 'topic';
    context.forget();
    assert.match((await context.atTurnStart())!, /Branch: topic/);
  });

  it('tells the instructions of a folder once, and looks there once a turn', async () => {
    const { context, world } = setUp();
    await context.atTurnStart();
    assert.match((await context.afterReading(['/w/src/a.ts']))!, /Use tabs here/);
    assert.equal(await context.afterReading(['/w/src/b.ts']), undefined);
    assert.equal(world.looks, 1);
    await context.atTurnStart();
    assert.equal(await context.afterReading(['/w/src/b.ts']), undefined);
    assert.equal(world.looks, 2);
  });
});

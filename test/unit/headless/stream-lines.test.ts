// The lines of a run: what an agent says and does stands under the call that started it.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createAgents } from '../../../src/core/agents/agents.ts';
import { StreamLines } from '../../../src/headless/stream-lines.ts';
import { startEngine, testTool } from '../../support/engine/engine-harness.ts';
import { toolUse } from '../../support/model/answer.ts';
import { agent, call, say, scriptOf } from '../agents/agent-script.ts';

interface Line {
  type: string;
  parent_tool_use_id?: string | null;
  message?: { model?: string; content: { type: string; text?: string; content?: string }[] };
}

describe('the lines of a run with an agent', () => {
  it('name the call that each of its messages belongs to', async () => {
    const read = testTool('Read', async () => 'content', { safe: true });
    const agents = createAgents({ toolset: () => ({ tools: [read], cwd: () => '/workspace' }) });
    const script = scriptOf([call(agent('a')), say('Done.')], { a: [call(toolUse('Read', {})), say('Found.')] });
    await using engine = await startEngine(script, { tools: [read], agents });
    await engine.ask('Go');
    const lines: Line[] = [];
    const facts = { sessionId: 's', cwd: '/', model: 'm', tools: [], permissionMode: 'default', apiKeySource: 'none' };
    const stream = new StreamLines({ ...facts, partialMessages: false, line: (value) => lines.push(value as Line) });
    for (const event of engine.events) stream.take(event);
    const shown = lines.map(({ type, parent_tool_use_id: parent, message }) =>
      [parent ?? 'main', type, ...message!.content.map((block) => block.type)].join(' '),
    );
    const of = (parent: string) => shown.filter((line) => line.startsWith(`${parent} `));
    assert.deepEqual(of('main'), ['main assistant tool_use', 'main user tool_result', 'main assistant text']);
    assert.deepEqual(of('call_a'), [
      'call_a user text',
      'call_a assistant tool_use',
      'call_a user tool_result',
      'call_a assistant text',
    ]);
    assert.equal(
      lines.find((line) => line.parent_tool_use_id && line.type === 'assistant')!.message!.model,
      'test-model',
    );
  });
});

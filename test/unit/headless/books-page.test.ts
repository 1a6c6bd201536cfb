import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { booksPage } from '../../../src/headless/sessions/books-page.ts';
import { text, toolUse } from '../../support/model/answer.ts';
import { startEngine, testTool } from '../../support/engine/engine-harness.ts';

describe('the books of a session on a terminal', () => {
  it('name what was used by model, turn and tool, and what was done', async () => {
    const tool = testTool('Edit', async () => ({ content: 'edited', details: { added: 3, removed: 1 } }));
    const usage = { input_tokens: 1000, output_tokens: 100 };
    await using engine = await startEngine(
      [
        { blocks: [toolUse('Edit', {})], stopReason: 'tool_use', usage },
        { blocks: [text('Done.')], usage },
      ],
      { tools: [tool], model: 'claude-haiku-4-5' },
    );
    await engine.ask('Mend the parser, and say\nwhat was wrong with it all along');
    const lines = booksPage(engine.log.all).split('\n');
    assert.match(lines[0]!, /^Used: 2000 tokens in, 200 out, \$0\.0030; \+3 −1 lines, [\d.]+ s waiting for the model$/);
    assert.deepEqual(lines.slice(1, -1), [
      '  model claude-haiku-4-5: 2000 tokens in, 200 out, $0.0030',
      '  turn 1, “Mend the parser, and say what was wrong…”: 2000 tokens in, 200 out, $0.0030',
      '  tool Edit: 1 calls, results of about 2 tokens',
    ]);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { toolDefinition } from '../../../src/core/tools/tool-definition.ts';
import { MemoryFileSystem } from '../../support/memory/memory-file-system.ts';
import { ToolBench } from '../../support/memory/tool-bench.ts';

const MAX_BYTES = 20_000;

describe('the tools in a request', () => {
  it(`cost at most ${MAX_BYTES / 1000} KB together`, () => {
    const tools = [...new ToolBench({ files: new MemoryFileSystem() }).tools.values()];
    const sizes = tools
      .filter(({ deferred }) => !deferred)
      .map((tool) => ({ name: tool.name, bytes: Buffer.byteLength(JSON.stringify(toolDefinition(tool))) }));
    const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0);
    const list = sizes.map((size) => `${size.name} ${size.bytes}`).join(', ');
    assert.ok(sizes.length > 0 && bytes < MAX_BYTES, `${bytes} bytes: ${list}`);
  });
});

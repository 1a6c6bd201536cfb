// Keeps the panel small: what its first paint loads, and all of it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'mocha';

/** As the package's budgets count. */
const KILOBYTE = 1024;

interface Output {
  bytes: number;
  imports: { path: string; kind: string }[];
  inputs: Record<string, unknown>;
}

describe('the size of the panel', () => {
  let outputs: Record<string, Output>;
  before(async () => {
    const file = path.resolve(import.meta.dirname, '../../.tsbuild/meta-panel.json');
    ({ outputs } = JSON.parse(await readFile(file, 'utf8')) as { outputs: Record<string, Output> });
  });

  it('loads at most 200 KB for its first paint', () => {
    const early = new Set(['dist/panel/panel.css', 'dist/panel/panel.js']);
    for (const name of early) {
      for (const { path: imported, kind } of outputs[name]!.imports)
        if (kind === 'import-statement') early.add(imported);
    }
    const bytes = [...early].reduce((sum, name) => sum + outputs[name]!.bytes, 0);
    assert.ok(bytes <= 200 * KILOBYTE, `${bytes} bytes in ${[...early].join(', ')}`);
  });

  it('has at most 320 KB in all', () => {
    const bytes = Object.values(outputs).reduce((sum, output) => sum + output.bytes, 0);
    assert.ok(bytes <= 320 * KILOBYTE, `${bytes} bytes`);
  });

  it('holds no Node module and nothing of the host', () => {
    const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
    assert.ok(inputs.includes('webview/main.tsx'));
    assert.deepEqual(
      inputs.filter((name) => /^(?:node:|src\/(?!shared\/))|@anthropic-ai/.test(name)),
      [],
    );
  });
});

// Bytes that a person downloads and the editor loads, held by number; what must not be in a bundle, held by name.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { before, describe, it } from 'mocha';

const root = path.join(import.meta.dirname, '../..');
const KB = 1024;

interface Output {
  readonly bytes: number;
  readonly entryPoint?: string;
  readonly cssBundle?: string;
  readonly imports: readonly { path: string; kind: string; external?: boolean }[];
  readonly inputs: Record<string, unknown>;
}

interface Metafile {
  readonly outputs: Record<string, Output>;
}

async function metafile(name: string): Promise<Metafile> {
  const file = path.join(root, '.tsbuild', `meta-${name}.json`);
  assert.ok(existsSync(file), 'Build first: npm run build');
  return JSON.parse(await readFile(file, 'utf8')) as Metafile;
}

/** An output and what it imports; `lazy` follows `import()` too. */
function closure(meta: Metafile, entry: string, lazy: boolean): Map<string, Output> {
  const found = new Map<string, Output>();
  const queue = [entry];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const output = meta.outputs[name];
    if (!output || found.has(name)) continue;
    found.set(name, output);
    const kinds = lazy ? ['import-statement', 'dynamic-import'] : ['import-statement'];
    queue.push(...output.imports.filter((other) => kinds.includes(other.kind)).map((other) => other.path));
  }
  return found;
}

function bytes(outputs: Map<string, Output>): number {
  return [...outputs.values()].reduce((sum, output) => sum + output.bytes, 0);
}

function externals(outputs: Map<string, Output>): string[] {
  return [...outputs.values()].flatMap((output) =>
    output.imports.filter((other) => other.external).map((other) => other.path),
  );
}

describe('what is built', () => {
  let host: Metafile;
  let panel: Metafile;
  before(async () => {
    host = await metafile('host');
    panel = await metafile('panel');
  });

  it('loads at most 80 KB when the extension starts', () => {
    const size = bytes(closure(host, 'dist/extension.cjs', false));
    console.log(`      main bundle: ${(size / KB).toFixed(1)} KB`);
    assert.ok(size <= 80 * KB, `${size} bytes`);
  });

  it('paints the panel with at most 200 KB, and has at most 320 KB in all', () => {
    const entry = 'dist/panel/panel.js';
    const css = panel.outputs[entry]!.cssBundle;
    const cssBytes = css ? panel.outputs[css]!.bytes : 0;
    const first = bytes(closure(panel, entry, false)) + cssBytes;
    const all = Object.values(panel.outputs).reduce((sum, output) => sum + output.bytes, 0);
    console.log(`      panel: ${(first / KB).toFixed(1)} KB first, ${(all / KB).toFixed(1)} KB in all`);
    assert.ok(first <= 200 * KB, `${first} bytes before the first paint`);
    assert.ok(all <= 320 * KB, `${all} bytes in all`);
  });

  /** The file that a lazily loaded module became. */
  function outputOf(source: string): string {
    const found = Object.entries(host.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(source));
    assert.ok(found, `${source} is loaded by itself`);
    return found[0];
  }

  it('keeps Node out of the panel', () => {
    const names = externals(new Map(Object.entries(panel.outputs)));
    const node = names.filter((name) => name.startsWith('node:') || builtinModules.includes(name));
    assert.deepEqual(node, []);
  });

  for (const entry of ['dist/cli.cjs', 'dist/library.cjs']) {
    it(`keeps the editor out of ${entry}`, () => {
      const outputs = closure(host, entry, true);
      assert.ok(outputs.size > 1, 'the walk followed the lazy parts');
      assert.deepEqual(
        externals(outputs).filter((name) => name === 'vscode'),
        [],
      );
    });
  }

  it('loads at most 60 modules and 700 KB for a run on the command line, up to its first request', () => {
    const parts = ['src/headless/run-git.ts', 'src/headless/print.ts', '@anthropic-ai/sdk/client.mjs'];
    const loaded = new Map(['dist/cli.cjs', ...parts.map(outputOf)].flatMap((name) => [...closure(host, name, false)]));
    const size = bytes(loaded);
    console.log(`      a run's start: ${loaded.size} modules, ${(size / KB).toFixed(1)} KB`);
    assert.ok(loaded.size <= 60, `${loaded.size} modules`);
    assert.ok(size <= 700 * KB, `${size} bytes`);
  });

  it('keeps tests and the demo model out of all bundles', () => {
    const inputs = [host, panel].flatMap((meta) =>
      Object.values(meta.outputs).flatMap((output) => Object.keys(output.inputs)),
    );
    assert.deepEqual(
      inputs.filter((name) => /^(test|scripts)\//.test(name)),
      [],
    );
  });

  it('loads no library when the extension starts', () => {
    const inputs = [...closure(host, 'dist/extension.cjs', false).values()].flatMap((output) =>
      Object.keys(output.inputs),
    );
    assert.deepEqual(
      inputs.filter((name) => name.startsWith('node_modules/')),
      [],
    );
  });
});

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { readManagedSandbox } from '../../../src/adapters/managed-policy.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

describe("the machine's policy on the sandbox", () => {
  const folder = temporaryFolders();

  it('is none where there is no file, and required where there is one that says nothing clear', async () => {
    const root = await folder();
    const file = path.join(root, 'managed-settings.json');
    assert.deepEqual(await readManagedSandbox(file), {});
    assert.deepEqual(await readManagedSandbox(root), { required: true });
    const rows: [string, object][] = [
      ['{ "permissions": {} }', {}],
      ['{ "sandbox": { "enabled": true }, } // with a comment', { enabled: true }],
      ['{ "sandbox": { "required": true } }', { required: true }],
      ['{ "sandbox": { "required": "yes" } }', { required: true }],
      ['not json', { required: true }],
    ];
    for (const [text, expected] of rows) {
      await writeFile(file, text);
      assert.deepEqual(await readManagedSandbox(file), expected, text);
    }
  });
});

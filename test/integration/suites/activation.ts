import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, settings } from '../../../src/shared/contributions.ts';
import { activated } from '../editor.ts';

describe('activation', () => {
  it('is quick and says how long it took', async () => {
    const { api } = await activated();
    console.log(`    activate took ${api.activationMs.toFixed(1)} ms`);
    assert.ok(api.activationMs > 0);
  });

  it('registers every command of the manifest', async () => {
    await activated();
    const registered = await vscode.commands.getCommands(true);
    assert.deepEqual(
      Object.values(commands).filter((id) => !registered.includes(id)),
      [],
    );
  });

  it('brings its settings with the declared defaults', () => {
    for (const { key, default: value } of Object.values(settings)) {
      assert.equal(vscode.workspace.getConfiguration().inspect(key)?.defaultValue, value, key);
    }
  });

  it('opens its panel in the secondary side bar', async () => {
    await vscode.commands.executeCommand(commands.open);
  });
});

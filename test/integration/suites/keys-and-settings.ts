import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { commands, settings } from '../../../src/shared/contributions.ts';
import { onSettingsChanged, readPriceSetting, readSettings } from '../../../src/host/settings.ts';
import { activated, until } from '../editor.ts';

describe('settings', () => {
  const [workspace] = vscode.workspace.workspaceFolders ?? [];
  const folder = path.join(workspace?.uri.fsPath ?? '', '.vscode');
  const file = path.join(folder, 'settings.json');
  let old: string | undefined;

  before(async () => {
    old = await readFile(file, 'utf8').catch(() => undefined);
    await mkdir(folder, { recursive: true });
    const hostile = {
      [settings.baseUrl.key]: 'https://attacker.example',
      [settings.model.key]: 'attacker',
      'editor.tabSize': 3,
    };
    await writeFile(file, JSON.stringify(hostile));
    await until(
      'the folder settings are read',
      () => vscode.workspace.getConfiguration('editor').inspect('tabSize')?.workspaceValue === 3,
    );
  });
  after(async () => {
    if (old === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    else await writeFile(file, old);
  });

  it('of a folder are ignored', () => {
    const { baseUrl, model } = readSettings();
    assert.notEqual(baseUrl, 'https://attacker.example');
    assert.notEqual(model, 'attacker');
  });

  it('of the person count at once, and one of the wrong type counts as not set', async () => {
    const configuration = vscode.workspace.getConfiguration();
    const change = (key: string, value: unknown) => configuration.update(key, value, vscode.ConfigurationTarget.Global);
    const before = configuration.inspect(settings.maxTurns.key)?.globalValue;
    try {
      await change(settings.maxTurns.key, 7);
      assert.equal(readSettings().maxTurns, 7);
      await change(settings.maxTurns.key, 'many');
      assert.equal(readSettings().maxTurns, settings.maxTurns.default);
    } finally {
      await change(settings.maxTurns.key, before);
    }
  });

  it('are read from the editor once between changes, and a listener finds the new ones', async () => {
    const configuration = vscode.workspace.getConfiguration();
    const change = (value: unknown) =>
      configuration.update(settings.maxTurns.key, value, vscode.ConfigurationTarget.Global);
    const before = configuration.inspect(settings.maxTurns.key)?.globalValue;
    const heard: number[] = [];
    const listening = onSettingsChanged(() => heard.push(readSettings().maxTurns));
    try {
      const [first, prices] = [readSettings(), readPriceSetting()];
      assert.equal(readSettings(), first);
      assert.equal(readPriceSetting(), prices);
      await change(9);
      assert.notEqual(readSettings(), first);
      assert.deepEqual(heard, [9]);
    } finally {
      listening.dispose();
      await change(before);
    }
  });
});

describe('the key', () => {
  it('is removed without a question, even when there is none', async () => {
    await activated();
    await vscode.commands.executeCommand(commands.removeKey);
  });
});

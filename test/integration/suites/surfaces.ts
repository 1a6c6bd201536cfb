import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Host } from '../../../src/host/compose.ts';
import { commands, CONVERSATION_TAB } from '../../../src/shared/contributions.ts';
import { activated, closeEverything, scratchFolder, until } from '../editor.ts';

describe('a conversation in a tab', () => {
  const folder = scratchFolder('surfaces');
  let host: Host;

  before(async () => {
    ({ host } = await activated());
    await folder.make();
    await closeEverything();
  });
  after(async () => {
    await closeEverything();
    await folder.remove();
  });

  const ours = () =>
    vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(CONVERSATION_TAB));

  it('is the place that commands are about while it was used last, and gives that back when it is closed', async () => {
    const { surfaces } = host;
    const before = surfaces.active;
    await vscode.commands.executeCommand(commands.openInTab);
    await until('the tab', () => ours().length === 1);
    assert.notEqual(surfaces.active, before);
    assert.equal(surfaces.all.length, 2);
    await until('its title', () => ours()[0]?.label === 'New conversation');

    // The editor itself still knows the text beside it: its selection can be asked about from there.
    await writeFile(folder.file('beside.txt'), 'one two');
    const document = await vscode.workspace.openTextDocument(folder.file('beside.txt'));
    await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
    await surfaces.focus();
    await until(
      'the conversation has the focus',
      () => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'New conversation',
    );
    assert.equal(vscode.window.activeTextEditor?.document, document);

    await vscode.window.tabGroups.close(ours());
    await until('its end', () => surfaces.all.length === 1);
    assert.equal(surfaces.active, before);
  });
});

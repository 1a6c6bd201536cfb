import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { createExtensionTools } from '../../../src/core/tools/editor/extension-tools.ts';
import { ServiceError } from '../../../src/core/tools/editor/language-services.ts';
import { createExtensionToolHost } from '../../../src/host/editor-services/extension-tool-host.ts';

describe('tools of other extensions', () => {
  const host = createExtensionToolHost('capstan.capstan');

  it('are those that an extension declares, not the ones of the editor’s own chat', () => {
    const declared = new Set(
      vscode.extensions.all.flatMap(({ packageJSON }) => {
        const { contributes } = packageJSON as { contributes?: { languageModelTools?: { name: string }[] } };
        return (contributes?.languageModelTools ?? []).map(({ name }) => name);
      }),
    );
    const listed = host.list();
    assert.ok(listed.every(({ name }) => declared.has(name)));
    assert.ok(listed.length < vscode.lm.tools.length);
    for (const tool of createExtensionTools(host, new Set())) assert.match(tool.name, /^[A-Za-z0-9_-]{1,64}$/);
  });

  it('refuse one that is not there', async () => {
    const { signal } = new AbortController();
    await assert.rejects(
      host.invoke('no_such_tool', {}, signal),
      (error) => error instanceof ServiceError && error.reason === 'refused' && error.detail !== '',
    );
  });

  it('answer with text', async function () {
    const mermaid = host.list().find(({ name }) => name === 'renderMermaidDiagram');
    if (!mermaid) {
      this.skip();
      return;
    }
    const { signal } = new AbortController();
    const parts = await host.invoke(mermaid.name, { markup: 'graph TD; A-->B' }, signal);
    assert.ok(parts.length > 0);
    assert.ok(parts.every((part) => part.type !== 'text' || typeof part.text === 'string'));
  });
});

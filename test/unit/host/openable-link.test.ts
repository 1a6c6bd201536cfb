import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { openableLink } from '../../../src/host/openable-link.ts';

describe('a link of a conversation', () => {
  for (const address of ['https://example.org/a?b=c#d', 'http://localhost:3000/', 'mailto:me@example.org']) {
    it(`is opened: ${address}`, () => assert.equal(openableLink(address), address));
  }
  for (const address of [
    'command:workbench.action.terminal.new',
    'vscode://file/etc/passwd',
    'file:///etc/passwd',
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'data:text/html,x',
    'vscode-webview://x',
    'x-apple.systempreferences:',
    '//example.org',
    'example.org',
    '',
    'https://',
  ]) {
    it(`is not opened: ${JSON.stringify(address)}`, () => assert.equal(openableLink(address), undefined));
  }
});

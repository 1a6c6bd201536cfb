// What the extension never does, seen from inside its host: it loads nothing into the panel but its own, and listens to no port.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { panelPage } from '../../../src/host/panel-page.ts';
import { activated } from '../editor.ts';

describe('the page of the panel', () => {
  const webview = {
    cspSource: 'https://own.example',
    asWebviewUri: (uri: vscode.Uri) => vscode.Uri.parse(`https://own.example/${uri.path.split('/').at(-1)}?"<a>`),
  } as unknown as vscode.Webview;
  const page = () => panelPage(webview, vscode.Uri.file('/extension'));

  it('allows its own files and nothing else: no text as script or style, no remote picture, no request, no frame', () => {
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page()) ?? [];
    const rules = new Map(policy.split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1)]));
    const nonce = rules.get('script-src')?.[0] ?? '';
    assert.match(nonce, /^'nonce-[\w+/=]{20,}'$/);
    rules.set('script-src', rules.get('script-src')!.slice(1));
    assert.deepEqual(Object.fromEntries(rules), {
      'default-src': ["'none'"],
      'script-src': ['https://own.example'],
      'style-src': ['https://own.example'],
      'img-src': ['https://own.example', 'data:'],
      'font-src': ['https://own.example'],
    });
  });

  it('says which language it is in, and how that runs', () => assert.match(page(), /<html lang="en" dir="ltr">/));

  it('has another nonce each time, and no address that ends its attribute', () => {
    const nonceOf = (text: string) => /'nonce-([^']+)'/.exec(text)?.[1];
    assert.notEqual(nonceOf(page()), nonceOf(page()));
    assert.doesNotMatch(page(), /\?"<a>/);
  });
});

describe('the extension at work', () => {
  it('listens to no port', async () => {
    await activated();
    // Those of other suites' servers are gone by then.
    assert.deepEqual(
      process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap'),
      [],
    );
  });
});

// The page that the panel lives in: nothing but its own files may load, and only scripts that the host named.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { directionOf } from '../shared/l10n.ts';

/** Where the panel's bundle lies. */
export function panelFolder(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, 'dist', 'panel');
}

export function panelPage(webview: vscode.Webview, extension: vscode.Uri): string {
  const file = (name: string) =>
    escape(webview.asWebviewUri(vscode.Uri.joinPath(panelFolder(extension), name)).toString());
  const nonce = randomBytes(16).toString('base64');
  const own = webview.cspSource;
  const policy = [
    `default-src 'none'`,
    // Parts of the panel that load later come from its own folder.
    `script-src 'nonce-${nonce}' ${own}`,
    `style-src ${own}`,
    `img-src ${own} data:`,
    `font-src ${own}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escape(vscode.env.language)}" dir="${directionOf(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Capstan</title>
<link rel="stylesheet" href="${file('panel.css')}">
</head>
<body>
<div id="capstan-root"></div>
<script type="application/json" id="capstan-words">${data(vscode.l10n.bundle ?? {})}</script>
<script type="module" nonce="${nonce}" src="${file('panel.js')}"></script>
</body>
</html>`;
}

/** JSON that cannot end the element it stands in. */
function data(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

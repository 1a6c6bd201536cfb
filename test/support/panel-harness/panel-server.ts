// Serves the built panel on loopback in a page like the host's: the same root, the same content policy.
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const repository = path.resolve(import.meta.dirname, '../../..');
const NONCE = 'harness-nonce';

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

export interface PanelServer extends AsyncDisposable {
  readonly url: string;
}

/** The caller disposes it. The panel must have been built (`npm run build`). */
export async function startPanelServer(): Promise<PanelServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://panel');
    answer(pathname, originOf(server)).then(
      ({ body, type }) => response.writeHead(200, { 'content-type': type }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${originOf(server)}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(pathname: string, origin: string): Promise<{ body: string | Buffer; type: string }> {
  if (pathname === '/') return { body: pageHtml(origin, '{}'), type: 'text/html; charset=utf-8' };
  if (pathname === '/german') {
    const words = await readFile(path.join(repository, 'l10n', 'bundle.l10n.de.json'), 'utf8');
    return { body: pageHtml(origin, words.replaceAll('<', String.raw`\u003c`)), type: 'text/html; charset=utf-8' };
  }
  if (pathname === '/editor.css') return { body: EDITOR_STYLES, type: 'text/css' };
  if (pathname === '/favicon.ico') return { body: '', type: 'image/x-icon' };
  const file = path.join(repository, 'dist', path.normalize(pathname));
  return { body: await readFile(file), type: types[path.extname(file)] ?? 'application/octet-stream' };
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** `words`: the translations, as JSON that may stand in an element. */
function pageHtml(origin: string, words: string): string {
  const own = `${origin}/panel/`;
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${NONCE}' ${own}`,
    `style-src ${own} ${origin}/editor.css`,
    `img-src ${own} data:`,
    `font-src ${own}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Capstan</title>
<link rel="stylesheet" href="/editor.css">
<link rel="stylesheet" href="/panel/panel.css">
</head>
<body>
<div id="capstan-root"></div>
<script type="application/json" id="capstan-words">${words}</script>
<script type="module" nonce="${NONCE}" src="/panel/panel.js"></script>
</body>
</html>`;
}

// What the editor itself puts into every webview, as far as it can disturb a panel.
const EDITOR_STYLES = `
@layer vscode-default {
  html { scrollbar-color: var(--vscode-scrollbarSlider-background) transparent; background: var(--vscode-sideBar-background); }
  body {
    margin: 0;
    padding: 0 20px;
    color: var(--vscode-editor-foreground);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size);
    overscroll-behavior-x: none;
  }
  a, a code { color: var(--vscode-textLink-foreground); }
  code {
    font-family: var(--vscode-editor-font-family);
    color: var(--vscode-textPreformat-foreground);
    background-color: var(--vscode-textPreformat-background);
    padding: 1px 3px;
    border-radius: 4px;
  }
  pre code { padding: 0; }
  blockquote { background: var(--vscode-textBlockQuote-background); border-color: var(--vscode-textBlockQuote-border); }
}`;

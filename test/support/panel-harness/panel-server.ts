// Serves the built panel on loopback in a page like the host's: the same root, the same content policy.
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { directionOf } from '../../../src/shared/l10n.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
const NONCE = 'harness-nonce';

type Words = Readonly<Record<string, string>>;

/** The editor's language by the page's path, and what makes its words of the German ones. */
const languages: Readonly<Record<string, { tag: string; change?: (german: Words) => Words }>> = {
  '/': { tag: 'en' },
  '/german': { tag: 'de', change: (german) => german },
  '/arabic': { tag: 'ar' },
  '/hebrew': { tag: 'he', change: inHebrewLetters },
};

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
  const language = languages[pathname];
  if (language) {
    const { tag, change } = language;
    const words = change
      ? await readFile(path.join(repository, 'l10n', 'bundle.l10n.de.json'), 'utf8')
          .then(JSON.parse)
          .then(change)
      : {};
    return { body: pageHtml(origin, tag, words), type: 'text/html; charset=utf-8' };
  }
  if (pathname === '/editor.css') return { body: EDITOR_STYLES, type: 'text/css' };
  if (pathname === '/favicon.ico') return { body: '', type: 'image/x-icon' };
  const file = path.join(repository, 'dist', path.normalize(pathname));
  return { body: await readFile(file), type: types[path.extname(file)] ?? 'application/octet-stream' };
}

/** Words as long as the German ones that run from right to left. What is filled in, and icons' names, stay. */
function inHebrewLetters(german: Words): Words {
  const letter = (latin: string) => String.fromCharCode(0x5d0 + (latin.toLowerCase().charCodeAt(0) % 27));
  const changed = (text: string) =>
    text.replaceAll(/\{\d+\}|\$\([\w-]+\)|[A-Za-zÄÖÜäöüß]/g, (part) => (part.length > 1 ? part : letter(part)));
  return Object.fromEntries(Object.entries(german).map(([english, text]) => [english, changed(text)]));
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** `words`: the translations. */
function pageHtml(origin: string, tag: string, words: Words): string {
  const own = `${origin}/panel/`;
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${NONCE}' ${own}`,
    `style-src ${own} ${origin}/editor.css`,
    `img-src ${own} data:`,
    `font-src ${own}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${tag}" dir="${directionOf(tag)}">
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
<script type="application/json" id="capstan-words">${JSON.stringify(words).replaceAll('<', String.raw`\u003c`)}</script>
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

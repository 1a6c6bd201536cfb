// A session as one HTML page: no script, nothing loaded, every word of a model or a file as text.
import type { Item, Turn } from '../../../shared/view-model.ts';
import { agentSteps, itemWords, turnWords } from './page-words.ts';
import type { SessionPage } from './session-page.ts';

const STYLE = `
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
pre, .text { white-space: pre-wrap; overflow-wrap: anywhere; }
pre { font: 13px/1.45 ui-monospace, monospace; padding: .5rem .75rem; border: 1px solid #8884; border-radius: 4px; }
.you { border-left: 3px solid #8888; padding-left: .75rem; font-weight: 600; }
.quiet, footer, dl { color: #888; font-size: .9em; }
.error { color: #c33; }
summary { cursor: pointer; }`;

export function exportHtml({ session, cwd, createdAt, turns }: SessionPage): string {
  const title = escape(session.title || 'Conversation');
  const facts: [string, string][] = [
    ['Session', session.id],
    ...(cwd ? ([['Folder', cwd]] as [string, string][]) : []),
    ...(createdAt === undefined ? [] : ([['Started', new Date(createdAt).toISOString()]] as [string, string][])),
  ];
  const list = facts.map(([name, value]) => `<dt>${name}</dt><dd>${escape(value)}</dd>`).join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>${title}</h1>
<dl>${list}</dl>
${turns.map(turnHtml).join('\n')}
</body>
</html>
`;
}

function turnHtml(turn: Turn): string {
  const attached = turn.attachments.map(({ label }) => `<p class="quiet">Attached: ${escape(label)}</p>`);
  return [
    '<section>',
    `<div class="text you">${escape(turn.text)}</div>`,
    ...attached,
    ...turn.items.map(itemHtml),
    `<footer>${escape(turnWords(turn))}</footer>`,
    '</section>',
  ].join('\n');
}

function itemHtml(item: Item): string {
  const words = escape(itemWords(item));
  switch (item.kind) {
    case 'person':
      return `<div class="text you">${words}</div>`;
    case 'text':
      return `<div class="text">${words}</div>`;
    case 'thinking':
      return item.text ? fold(words, `<div class="text">${escape(item.text)}</div>`) : `<p class="quiet">${words}</p>`;
    case 'notice':
      return `<p class="${item.level === 'error' ? 'error' : 'quiet'}">${words}</p>`;
    case 'tool': {
      const parts = [item.input, agentSteps(item).join('\n'), item.diff ?? item.output].filter((part) => part !== '');
      return fold(words, parts.map((part) => `<pre>${escape(part)}</pre>`).join('\n'));
    }
    default:
      return item satisfies never;
  }
}

function fold(summary: string, body: string): string {
  return `<details><summary class="quiet">${summary}</summary>\n${body}\n</details>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char]!);
}

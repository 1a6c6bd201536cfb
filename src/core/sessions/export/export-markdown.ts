// A session as Markdown, for reading and for keeping.
import type { Item, Turn } from '../../../shared/view-model.ts';
import { agentSteps, itemWords, turnWords } from './page-words.ts';
import type { SessionPage } from './session-page.ts';

export function exportMarkdown(page: SessionPage): string {
  const { session, cwd, createdAt, turns } = page;
  const head = [
    `# ${oneLine(session.title || 'Conversation')}`,
    '',
    `- Session: ${code(session.id)}`,
    ...(cwd ? [`- Folder: ${code(cwd)}`] : []),
    ...(createdAt === undefined ? [] : [`- Started: ${new Date(createdAt).toISOString()}`]),
  ];
  return `${[head.join('\n'), ...turns.map(turnMarkdown)].join('\n\n')}\n`;
}

function turnMarkdown(turn: Turn): string {
  const attached = turn.attachments.map((attachment) => `> Attached: ${code(attachment.label)}`);
  const parts = [
    '## You',
    [quote(turn.text), ...attached].join('\n'),
    '## Capstan',
    ...turn.items.map(itemMarkdown),
    `*${turnWords(turn)}*`,
  ];
  return parts.join('\n\n');
}

function itemMarkdown(item: Item): string {
  switch (item.kind) {
    case 'person':
      return quote(item.text);
    case 'text':
      return item.text;
    case 'thinking':
      return details(itemWords(item), item.text);
    case 'notice':
      return `> ${itemWords(item)}`;
    case 'tool': {
      const body = [
        ...(item.input ? [fence(item.input)] : []),
        ...(item.agent ? [fence(agentSteps(item).join('\n'))] : []),
        ...(item.diff ? [fence(item.diff, 'diff')] : item.output ? [fence(item.output)] : []),
      ];
      return [`- ${oneLine(itemWords(item))}`, ...body].join('\n\n');
    }
    default:
      return item satisfies never;
  }
}

function details(summary: string, text: string): string {
  return text ? `*${summary}*\n\n${quote(text)}` : `*${summary}*`;
}

function quote(text: string): string {
  return text
    .split('\n')
    .map((line) => (line ? `> ${line}` : '>'))
    .join('\n');
}

/** Longer than any run of backticks inside, so that nothing inside ends it. */
function fence(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}${language}\n${text.replace(/\n$/, '')}\n${marks}`;
}

function code(text: string): string {
  const line = oneLine(text);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const marks = '`'.repeat(longest + 1);
  return longest > 0 ? `${marks} ${line} ${marks}` : `${marks}${line}${marks}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

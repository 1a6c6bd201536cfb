// A session as plain text for a terminal: what was said, and a line for each thing that was done.
import { visibleText } from '../../core/permissions/visible-text.ts';
import type { Item } from '../../shared/view-model.ts';
import { itemWords, turnWords } from '../../core/sessions/export/page-words.ts';
import type { SessionPage } from '../../core/sessions/export/session-page.ts';

export function showPage({ session, cwd, turns }: SessionPage): string {
  const head = [session.title || 'Conversation', `${session.id}${cwd ? `  ${cwd}` : ''}`];
  const body = turns.flatMap((turn) => [
    '',
    ...said(turn.text),
    ...turn.attachments.map(({ label }) => `> [${label}]`),
    '',
    ...turn.items.flatMap(itemLines),
    `  (${turnWords(turn)})`,
  ]);
  return `${visibleText([...head, ...body].join('\n'))}\n`;
}

function itemLines(item: Item): string[] {
  if (item.kind === 'person') return said(item.text);
  return [item.kind === 'text' ? item.text : `  ${itemWords(item)}`];
}

function said(text: string): string[] {
  return text.split('\n').map((line) => `> ${line}`);
}

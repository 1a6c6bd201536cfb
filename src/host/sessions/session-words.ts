// Titles of conversations where the editor shows them: nothing hidden in them, and no link or icon made of their words.
import { visibleText } from '../../core/permissions/visible-text.ts';

const FILE_NAME_CHARS = 60;

/** In a notification or a dialog, which make links of what looks like one. */
export function quoted(title: string): string {
  return `“${visibleText(title.replaceAll(/\s+/g, ' ')).replaceAll('](', '] (')}”`;
}

/** A name for its file that every system takes. */
export function fileName(title: string, extension: string): string {
  const name = visibleText(title)
    .replaceAll(/[^\p{L}\p{N} _-]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, FILE_NAME_CHARS)
    .trim();
  return `${name || 'Conversation'}.${extension}`;
}

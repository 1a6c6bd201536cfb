// A session as a file to hand on: as Markdown, HTML or JSON, without the secrets that it speaks of.
import type { LogEntry, UserInput } from '../../events.ts';
import { maskSecretsIn } from '../../secrets/mask-secrets.ts';
import { sessionPage } from './session-page.ts';

export type ExportFormat = 'md' | 'html' | 'json';

/** The whole text of the file. */
export async function exportSession(id: string, entries: readonly LogEntry[], format: ExportFormat): Promise<string> {
  const page = sessionPage(id, maskSecretsIn(entries.map(withoutImages)));
  switch (format) {
    case 'md': {
      const { exportMarkdown } = await import('./export-markdown.ts');
      return exportMarkdown(page);
    }
    case 'html': {
      const { exportHtml } = await import('./export-html.ts');
      return exportHtml(page);
    }
    case 'json':
      return `${JSON.stringify(page, undefined, 2)}\n`;
    default:
      return format satisfies never;
  }
}

/** Their labels stand for them: they are large, and no text in which secrets could be masked. */
function withoutImages(entry: LogEntry): LogEntry {
  if (entry.type === 'queue_changed') return { ...entry, queue: entry.queue.map(inputWithoutImages) };
  if (entry.type !== 'turn_started' && entry.type !== 'input_added') return entry;
  return { ...entry, input: inputWithoutImages(entry.input) };
}

function inputWithoutImages<Input extends UserInput>({ images: _, ...input }: Input): Omit<Input, 'images'> {
  return { ...input, attachments: input.attachments.map(({ thumb: __, ...rest }) => rest) };
}

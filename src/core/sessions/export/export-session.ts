// A session as a file to hand on: as Markdown, HTML or JSON, without the secrets that it speaks of.
import type { LogEntry } from '../../events.ts';
import { maskSecretsIn } from '../../secrets/mask-secrets.ts';
import { sessionPage } from './session-page.ts';

export type ExportFormat = 'md' | 'html' | 'json';

/** The whole text of the file. */
export async function exportSession(id: string, entries: readonly LogEntry[], format: ExportFormat): Promise<string> {
  const page = sessionPage(id, maskSecretsIn(entries));
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

// What runs inside the real extension host: every suite, after the extension has been started.
import { inEditor } from '../support/editor-run/mocha-entry.ts';

export const run = inEditor(define, { timeoutMs: 60_000 });

async function define(): Promise<void> {
  await import('./suites/activation.ts');
  await import('./suites/code-actions.ts');
  await import('./suites/entry-points.ts');
  await import('./suites/editor-file-system.ts');
  await import('./suites/notebooks.ts');
  await import('./suites/diff-review.ts');
  await import('./suites/pending-edits.ts');
  await import('./suites/while-pending.ts');
  await import('./suites/questions.ts');
  await import('./suites/sessions.ts');
  await import('./suites/surfaces.ts');
  await import('./suites/panel-commands.ts');
  await import('./suites/progress.ts');
  await import('./suites/pickers.ts');
  await import('./suites/plan-review.ts');
  await import('./suites/apply-code.ts');
  await import('./suites/permission-dialogs.ts');
  await import('./suites/safety.ts');
  await import('./suites/first-run.ts');
  await import('./suites/terminal.ts');
  await import('./suites/language-services.ts');
  await import('./suites/mentions.ts');
  await import('./suites/tasks.ts');
  await import('./suites/extension-tools.ts');
  await import('./suites/keys-and-settings.ts');
}

// Presses a button for a command: in the row that has the focus, or around it, or else the last one that is drawn.
import type { Pressed } from '../../src/shared/contributions.ts';
import type { Intent } from '../../src/shared/protocol.ts';
import { t } from '../l10n.ts';

/** Stands for what a name says of its own row. */
const ANY = '\0';

/** By the names that a screen reader reads out. */
const names = (): Readonly<Record<Pressed, readonly string[]>> => ({
  editAgain: [t('Edit and send again in a copy')],
  copyMessage: [t('Copy message')],
  copyAnswer: [t('Copy answer')],
  copyCode: [t('Copy code')],
  insertCode: [t('Insert at cursor')],
  applyCode: [t('Apply as edit'), t('Apply as edit to {0}', ANY)],
  openDiff: [t('Open the diff of {0}', ANY), t('Show all in the diff editor')],
  showOutput: [t('Show all')],
  goToEnd: [t('Go to the end of the conversation')],
  toggleSelection: [t('Send the selection'), t('Leave the selection out')],
});

/** Says so where there is none. */
export function press(button: string, send: (intent: Intent) => void): void {
  const [, meant = []] = Object.entries(names()).find(([name]) => name === button) ?? [];
  const wanted = meant.map((name) => name.split(ANY));
  const isMeant = (element: HTMLElement) =>
    [element.ariaLabel, element.title, element.textContent.trim()].some((name) =>
      wanted.some(([start = '', end]) =>
        end === undefined ? name === start : name?.startsWith(start) && name.endsWith(end),
      ),
    );
  for (let around = document.activeElement; around; around = around.parentElement) {
    const found = [...around.querySelectorAll<HTMLElement>('button:enabled')].findLast(isMeant);
    if (found) return found.click();
  }
  send({ type: 'notPressed', button });
}

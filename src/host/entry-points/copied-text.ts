// Gets at what the editor tells an extension only by way of the clipboard, and puts back what was there.
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';

/** Stands in the clipboard while the command runs: what is still there afterwards was not copied. */
const NOTHING = '\u200Bcapstan: nothing was copied\u200B';

/** In a browser a reading may ask the person, who may not have seen the question, and does not come back while another page has the focus. */
const PATIENCE_MS = 3_000;

/**
 * The text that a copying command of the editor takes; undefined when it takes none. An empty clipboard, or one that holds no
 * text or may not be read, cannot be put back: what was copied stays in it then. Rejects when the editor does not give the clipboard out in time.
 */
export async function copiedBy(command: string): Promise<string | undefined> {
  const { clipboard } = vscode.env;
  const before = await inTime(clipboard.readText());
  const kept = before !== '';
  try {
    if (kept) await inTime(clipboard.writeText(NOTHING));
    await inTime(vscode.commands.executeCommand(command));
    const copied = await inTime(clipboard.readText());
    return copied === NOTHING || copied.trim() === '' ? undefined : copied;
  } finally {
    if (kept) await inTime(clipboard.writeText(before)).catch(() => {});
  }
}

async function inTime<T>(asked: Thenable<T>): Promise<T> {
  const answer = asked.then((value) => ({ value }));
  const given = await Promise.race([answer, sleep(PATIENCE_MS, undefined, { ref: false })]);
  if (given) return given.value;
  throw new Error(
    vscode.l10n.t('The clipboard, by way of which a terminal is read, was not given. Allow it, then try again.'),
  );
}

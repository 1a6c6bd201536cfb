// Gets at what the editor tells an extension only by way of the clipboard, and puts back what was there.
import * as vscode from 'vscode';

/** Stands in the clipboard while the command runs: what is still there afterwards was not copied. */
const NOTHING = '\u200Bcapstan: nothing was copied\u200B';

/**
 * The text that a copying command of the editor takes; undefined when it takes none. An empty clipboard, or one that holds no
 * text or may not be read, cannot be put back: what was copied stays in it then.
 */
export async function copiedBy(command: string): Promise<string | undefined> {
  const { clipboard } = vscode.env;
  const before = await clipboard.readText();
  const kept = before !== '';
  try {
    if (kept) await clipboard.writeText(NOTHING);
    await vscode.commands.executeCommand(command);
    const copied = await clipboard.readText();
    return copied === NOTHING || copied.trim() === '' ? undefined : copied;
  } finally {
    if (kept) await clipboard.writeText(before);
  }
}

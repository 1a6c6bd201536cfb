// Whether a file can be run as a program.
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';

/** Never rejects; what cannot be looked at is none. */
export async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

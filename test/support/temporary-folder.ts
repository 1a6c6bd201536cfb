// Folders for one test each, removed after it.
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach } from 'mocha';

/** Call in a `describe`: the returned function makes a folder (canonical path) with these files, gone after the test. */
export function temporaryFolders(): (files?: Readonly<Record<string, string | Uint8Array>>) => Promise<string> {
  const made: string[] = [];
  afterEach(async () => {
    for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return async (files = {}) => {
    const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'capstan-test-')));
    made.push(folder);
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), content);
    }
    return folder;
  };
}

// Starts the desktop VS Code that is on PATH with extensions under development.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { personalEnvironment } from './child-environment.ts';
import { DevFailure } from './failure.mjs';
import { startProcessGroup } from './process-group.ts';

export interface DesktopOptions {
  readonly workspace: string;
  /** Folders of extensions under development. */
  readonly extensions: readonly string[];
  /** Keeps the editor's state apart from the person's own VS Code; kept. */
  readonly dataFolder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Desktop extends AsyncDisposable {
  /** Resolves when its window is closed. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Rejects with a DevFailure when there is no `code` on PATH. Disposing ends the editor. */
export async function startDesktop(options: DesktopOptions): Promise<Desktop> {
  const settings = path.join(options.dataFolder, 'User', 'settings.json');
  await mkdir(path.dirname(settings), { recursive: true });
  await writeFile(settings, JSON.stringify({ 'workbench.startupEditor': 'none', ...options.settings }, null, 2));
  const group = startProcessGroup(
    process.platform === 'win32' ? 'code.cmd' : 'code',
    [
      '--new-window',
      '--wait',
      `--user-data-dir=${options.dataFolder}`,
      ...options.extensions.map((folder) => `--extensionDevelopmentPath=${folder}`),
      options.workspace,
    ],
    { env: personalEnvironment(options.env), stdio: 'ignore', shell: process.platform === 'win32' },
  );
  if (group.child.pid === undefined) {
    throw new DevFailure(
      'There is no `code` on PATH. In VS Code run "Shell Command: Install \'code\' command in PATH", or leave --desktop out to use the editor in the browser.',
    );
  }
  return { ended: group.ended, [Symbol.asyncDispose]: () => group.stop() };
}

// Git, as the command line asks it about the folder it runs in: early, so that it works while the rest of a run is still being loaded.
import { createGit, type GitAtWork } from '../adapters/git.ts';
import { systemClock } from '../adapters/system-clock.ts';
import type { Git } from '../core/ports.ts';
import { homeFolder, isTrustedFolder } from './home-folder.ts';
import type { PrintArguments } from './print-arguments.ts';

export interface RunFolders {
  /** Absolute. */
  readonly cwd: string;
  readonly additionalFolders: readonly string[];
  readonly trusted: boolean;
}

export function createRunGit({ cwd, additionalFolders, trusted }: RunFolders): GitAtWork {
  return createGit({
    workspace: [cwd, ...additionalFolders],
    environment: process.env,
    clock: systemClock,
    isTrusted: () => trusted,
  });
}

/** Resolves when git is at work; undefined where it must not be yet. */
export async function beginRunGit(args: PrintArguments): Promise<Git | undefined> {
  const { cwd, additionalFolders } = args;
  // Settings may name more folders of the workspace, and no program in those is run.
  if (args.settings !== undefined) return undefined;
  const trusted = args.trust || (await isTrustedFolder(homeFolder(process.env), cwd));
  const git = createRunGit({ cwd, additionalFolders, trusted });
  await git.begin(cwd);
  return git;
}

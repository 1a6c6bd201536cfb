// What the model is told, on the command line, of the person, the project and the surroundings.
import { homedir } from 'node:os';
import { directoryTreeSource } from '../adapters/directory-tree.ts';
import { NodeFileSystem } from '../adapters/node-file-system.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { dateSource, gitSource } from '../core/prompt/context-sources.ts';
import { loadInstructions, managedInstructionsPath } from '../core/prompt/instruction-files.ts';
import { createSessionContext, type SessionContext } from '../core/prompt/session-context.ts';
import type { Git } from '../core/ports.ts';
import { createRunGit } from './run-git.ts';

export interface RunContextOptions {
  /** Absolute. */
  readonly cwd: string;
  readonly additionalFolders: readonly string[];
  readonly model: string;
  readonly appendSystemPrompt?: string | undefined;
  /** Only then do the instructions of the folder count. */
  readonly trusted: boolean;
  /** Default: one that has not been asked yet. */
  readonly git?: Git | undefined;
  /** As `SessionContextOptions.said`. */
  readonly said: readonly string[];
  /** Told, in words, of what could not be read. */
  readonly onWarning: (message: string) => void;
}

export function createRunContext(options: RunContextOptions): SessionContext {
  const { cwd, additionalFolders, appendSystemPrompt, model, said, trusted, onWarning } = options;
  const { platform } = process;
  const git = options.git ?? createRunGit(options);
  return createSessionContext({
    facts: { cwd, otherFolders: additionalFolders, platform, shell: platform === 'win32' ? 'PowerShell' : 'bash' },
    model,
    ...(appendSystemPrompt === undefined ? {} : { callerText: appendSystemPrompt }),
    said,
    context: [dateSource(systemClock), gitSource(git, cwd), directoryTreeSource(cwd)],
    async instructions() {
      const found = await loadInstructions({
        files: new NodeFileSystem(),
        cwd,
        home: homedir(),
        managed: managedInstructionsPath(platform),
        trusted,
        // Nobody is there to approve one.
        approveImport: () => false,
      });
      for (const problem of found.problems) onWarning(problem);
      return found;
    },
  });
}

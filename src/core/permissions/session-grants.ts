// What the person allowed for as long as this session lives. Kept in memory only, and never above an ask rule.
import { namesWithin } from './lexical-path.ts';

export interface SessionGrants {
  allowCommand(command: string, cwd: string): void;
  hasCommand(command: string, cwd: string): boolean;
  /** Edits of unprotected files in the workspace. */
  allowEdits(): void;
  hasEdits(): boolean;
  /** Canonical. */
  allowReading(folder: string): void;
  hasReading(path: string): boolean;
}

/** The same words mean something else in another folder. */
function keyOf(command: string, cwd: string): string {
  return `${cwd}\0${command}`;
}

export function createSessionGrants(): SessionGrants {
  const commands = new Set<string>();
  const folders = new Set<string>();
  let edits = false;
  return {
    allowCommand: (command, cwd) => void commands.add(keyOf(command, cwd)),
    hasCommand: (command, cwd) => commands.has(keyOf(command, cwd)),
    allowEdits: () => {
      edits = true;
    },
    hasEdits: () => edits,
    allowReading: (folder) => void folders.add(folder),
    hasReading: (path) => [...folders].some((folder) => namesWithin(path, folder) !== undefined),
  };
}

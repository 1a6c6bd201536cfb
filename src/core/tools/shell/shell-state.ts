// Where the session's shell stands: commands move it, the engine shows it.

export interface ShellState {
  /** Absolute; always inside the workspace. */
  cwd: string;
}

export function createShellState(cwd: string): ShellState {
  return { cwd };
}

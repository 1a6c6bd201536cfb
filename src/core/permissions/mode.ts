// The permission mode of a session: how much runs unasked. The person sets it; of the model's tools only plan mode touches it.

/** From the most careful to the least: `plan` changes nothing, `dontAsk` denies what would be asked. */
export const permissionModes = ['plan', 'default', 'dontAsk', 'acceptEdits', 'bypassPermissions'] as const;
export type PermissionMode = (typeof permissionModes)[number];

export interface ModeState {
  readonly current: PermissionMode;
  set(mode: PermissionMode): void;
  /** Called after each change. Returns the function that ends it. */
  subscribe(listener: (mode: PermissionMode) => void): () => void;
}

export function createModeState(initial: PermissionMode = 'default'): ModeState {
  const listeners = new Set<(mode: PermissionMode) => void>();
  let current = initial;
  return {
    get current() {
      return current;
    },
    set(mode) {
      if (mode === current) return;
      current = mode;
      for (const listener of listeners) listener(mode);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

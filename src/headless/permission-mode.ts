// The permission modes of the command line, and what each means where nobody can be asked.

export const permissionModes = ['default', 'acceptEdits', 'plan', 'dontAsk', 'bypassPermissions'] as const;
export type PermissionMode = (typeof permissionModes)[number];

/** Why a mode cannot be used, as a sentence for the person; undefined when it can. */
export function modeProblem(mode: PermissionMode): string | undefined {
  switch (mode) {
    case 'default':
    case 'acceptEdits':
    // Nobody is there to ask, so what is not allowed beforehand is denied in any case.
    case 'dontAsk':
      return undefined;
    case 'plan':
      return 'The permission mode plan is not offered yet. Deny what must not run instead: --disallowed-tools "Edit,Write,Bash".';
    case 'bypassPermissions':
      return 'The permission mode bypassPermissions is not offered. Allow what may run instead: --allowed-tools "Edit,Bash".';
    default:
      return mode satisfies never;
  }
}

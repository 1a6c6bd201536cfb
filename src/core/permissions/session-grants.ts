// What the person allowed for as long as this session lives. Kept in memory only, and never above an ask rule.
import { namesWithin } from './lexical-path.ts';

export type SessionScope =
  /** Edits of unprotected files in the workspace. */
  | { readonly kind: 'edits' }
  /** Reading everything in `folder`, `path` with it. Both canonical. */
  | { readonly kind: 'reading'; readonly folder: string; readonly path: string }
  /** The very command in this very folder: the same words mean something else in another. */
  | { readonly kind: 'command'; readonly command: string; readonly cwd: string }
  /** What has neither: a host, a task of the editor. */
  | { readonly kind: 'named'; readonly key: string };

export interface SessionGrants {
  allow(scope: SessionScope): void;
  covers(scope: SessionScope): boolean;
}

export function createSessionGrants(): SessionGrants {
  const keys = new Set<string>();
  const folders = new Set<string>();
  return {
    allow(scope) {
      if (scope.kind === 'reading') folders.add(scope.folder);
      else keys.add(keyOf(scope));
    },
    covers(scope) {
      if (scope.kind !== 'reading') return keys.has(keyOf(scope));
      return [...folders].some((folder) => namesWithin(scope.path, folder) !== undefined);
    },
  };
}

function keyOf(scope: Exclude<SessionScope, { kind: 'reading' }>): string {
  switch (scope.kind) {
    case 'edits':
      return 'edits';
    case 'command':
      return `command\0${scope.cwd}\0${scope.command}`;
    case 'named':
      return `named\0${scope.key}`;
    default:
      return scope satisfies never;
  }
}

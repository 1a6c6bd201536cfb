// One question for the permission engine, as `capstan permissions check` reads it: a call, the rules, and the world they are judged in.
import * as z from 'zod/mini';
import { permissionModes } from '../../core/permissions/mode.ts';

const shared = {
  id: z.optional(z.unknown()),
  allow: z.optional(z.array(z.string())),
  ask: z.optional(z.array(z.string())),
  deny: z.optional(z.array(z.string())),
  /** Absolute. Default: the workspace. */
  cwd: z.optional(z.string()),
  workspace: z.optional(z.string()),
  additional: z.optional(z.array(z.string())),
  home: z.optional(z.string()),
  mode: z.optional(z.enum(permissionModes)),
  platform: z.optional(z.enum(['linux', 'darwin', 'win32'])),
  /** Judged in place of the machine's own files. */
  fs: z.optional(
    z.object({
      files: z.optional(z.array(z.string())),
      /** Targets by the path of the link. */
      symlinks: z.optional(z.record(z.string(), z.string())),
      caseInsensitive: z.optional(z.boolean()),
      normalizationInsensitive: z.optional(z.boolean()),
    }),
  ),
};

export const checkRequestSchema = z.union([
  z.object({ ...shared, tool: z.enum(['Bash', 'PowerShell']), command: z.string() }),
  z.object({
    ...shared,
    tool: z.enum(['Read', 'Glob', 'Grep', 'Edit', 'Write', 'MultiEdit', 'NotebookEdit']),
    path: z.string(),
  }),
  z.object({ ...shared, tool: z.literal('WebFetch'), url: z.string() }),
]);
export type CheckRequest = z.infer<typeof checkRequestSchema>;
export type VirtualFiles = NonNullable<CheckRequest['fs']>;

/** A line's answer, as it is printed. */
export interface CheckAnswer {
  readonly id: unknown;
  readonly decision: 'allow' | 'ask' | 'deny';
  readonly reason: string;
  readonly rule: string | null;
  readonly scope: string | null;
  readonly parts: readonly { readonly command: string; readonly decision: string; readonly rule: string | null }[];
}

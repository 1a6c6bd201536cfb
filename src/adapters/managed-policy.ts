// What the machine's policy says of the sandbox: above what the person sets.
import { readFile } from 'node:fs/promises';
import { parse } from 'jsonc-parser';
import * as z from 'zod/mini';
import type { ManagedSandbox } from '../core/permissions/sandbox-policy.ts';
import { managedSettingsPath } from './permission-settings.ts';

const policySchema = z.looseObject({
  sandbox: z.optional(z.looseObject({ enabled: z.optional(z.boolean()), required: z.optional(z.boolean()) })),
});

/**
 * Empty where there is no policy. Never rejects: one that is there and cannot be read or understood is taken to require the sandbox, as it
 * may be what it says.
 */
export async function readManagedSandbox(file = managedSettingsPath(process.platform)): Promise<ManagedSandbox> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? {} : { required: true };
  }
  const policy = policySchema.safeParse(parse(text, [], { allowTrailingComma: true }));
  return policy.success ? (policy.data.sandbox ?? {}) : { required: true };
}

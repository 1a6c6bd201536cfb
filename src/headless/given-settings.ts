// The settings that a run is given: a file's path or the JSON itself, in the form of the settings files.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ParseError } from 'jsonc-parser';
import * as z from 'zod/mini';
import { ArgumentsError } from './arguments-error.ts';
import { permissionModes } from '../core/permissions/mode.ts';

const givenSettingsSchema = z.looseObject({
  model: z.optional(z.string().check(z.minLength(1))),
  permissions: z.optional(
    z.looseObject({
      allow: z.optional(z.array(z.string())),
      ask: z.optional(z.array(z.string())),
      deny: z.optional(z.array(z.string())),
      additionalDirectories: z.optional(z.array(z.string())),
      defaultMode: z.optional(z.enum(permissionModes)),
    }),
  ),
});
export type GivenSettings = z.infer<typeof givenSettingsSchema>;

/** Throws `ArgumentsError`: settings that a person names must count as a whole. `onWarning` is told what is passed over. */
export async function readGivenSettings(
  fileOrJson: string,
  cwd: string,
  onWarning: (message: string) => void,
): Promise<GivenSettings> {
  const isJson = fileOrJson.trimStart().startsWith('{');
  const name = isJson ? '--settings' : fileOrJson;
  const text = isJson ? fileOrJson : await readSettingsFile(path.resolve(cwd, fileOrJson));
  const result = givenSettingsSchema.safeParse(await parseJson(text, name));
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new ArgumentsError(
      `${name}: ${issue?.path.join('.') || 'the whole'} is not as expected (${issue?.message}).`,
    );
  }
  const unknown = Object.keys(result.data).filter(
    (key) => key !== 'model' && key !== 'permissions' && key !== '$schema',
  );
  if (unknown.length > 0) onWarning(`${name}: ${unknown.join(', ')} has no effect here.`);
  return result.data;
}

async function readSettingsFile(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\ufeff/, '');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ArgumentsError(
      code === 'ENOENT' ? `--settings: there is no file ${file}.` : `--settings: ${file} cannot be read: ${message}.`,
    );
  }
}

/** Comments and trailing commas are fine, as in the files that a person edits. */
async function parseJson(text: string, name: string): Promise<unknown> {
  const { parse, printParseErrorCode } = await import('jsonc-parser');
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (!error) return value;
  const line = text.slice(0, error.offset).split('\n').length;
  throw new ArgumentsError(`${name} is not valid JSON: ${printParseErrorCode(error.error)} in line ${line}.`);
}

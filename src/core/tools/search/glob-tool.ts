// Glob: finds files by a pattern of their path.
import type * as z from 'zod/mini';
import { isAbsolutePath, resolvePath } from '../../permissions/lexical-path.ts';
import type { FileSystem, Search } from '../../ports.ts';
import { inputObject, lazily, optionalText, textField } from '../input-fields.ts';
import { presentFound, searchGranted } from './search-results.ts';
import { absolutePath, shownText } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool } from '../tool.ts';

const MAX_FILES = 200;

const schema = lazily(() =>
  inputObject({
    pattern: textField('Glob, e.g. "src/**/*.ts". A pattern without a slash matches file names at any depth.'),
    path: optionalText('The folder to look in. Default: the working folder.'),
  }),
);

type GlobInput = z.infer<ReturnType<typeof schema>>;

export function createGlobTool({ files, search }: { files: FileSystem; search: Search }): Tool {
  return defineTool<GlobInput>({
    name: 'Glob',
    description: `Finds files whose path matches a glob, newest first, at most ${MAX_FILES}. Ignored files (.gitignore) are left out.`,
    schema,
    isConcurrencySafe: () => true,
    summarize: (input) => ({
      verb: 'Found files',
      activeVerb: 'Finding files',
      object: shownText(input.pattern),
      quiet: true,
    }),
    prepare(input, { cwd }) {
      const folder = absolutePath(input.path ?? '.', cwd);
      const { path, pattern } = placePattern(input.pattern, folder);
      return {
        access: { kind: 'read', tool: 'Glob', path },
        async run(grant, { signal }) {
          const { path: folder, excludes } = grant;
          const query = { pattern, path: folder, limit: MAX_FILES, ...(excludes ? { excludes } : {}) };
          const found = await searchGranted(files, grant, () => search.glob(query, signal));
          const content = presentFound(found, grant, {
            none: `No file in ${folder} matches ${pattern}.`,
            unit: 'files',
            more: () => 'Use a narrower pattern or a folder further down.',
          });
          return { content, details: { path: grant.path } };
        },
      };
    },
  });
}

/** An absolute pattern is one below its last folder without wildcards, so that what is judged is what is searched. */
function placePattern(pattern: string, folder: string): { path: string; pattern: string } {
  if (pattern.trim() === '') throw new ToolError('The pattern is empty. Give a glob such as "**/*.ts".');
  if (pattern.includes('\0')) throw new ToolError('The pattern contains a NUL character. Give it without.');
  const names = pattern.split('/');
  if (names.includes('..')) {
    throw new ToolError(`"${pattern}" climbs out with "..". Give the folder to search as path instead.`);
  }
  if (!isAbsolutePath(pattern, folder)) return { path: folder, pattern: pattern.replace(/^(?:\.\/+)+/, '') };
  const wild = names.findIndex((name) => /[*?[{!(]/.test(name));
  const split = wild === -1 ? names.length - 1 : wild;
  return { path: resolvePath(folder, names.slice(0, split).join('/') || '/'), pattern: names.slice(split).join('/') };
}

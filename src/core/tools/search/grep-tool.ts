// Grep: finds text in files by a regular expression.
import type * as z from 'zod/mini';
import type { Grant } from '../../permissions/access.ts';
import { relativePath } from '../../permissions/lexical-path.ts';
import type { FileSystem, GrepQuery, Search } from '../../ports.ts';
import {
  inputObject,
  lazily,
  optionalChoice,
  optionalCount,
  optionalFlag,
  optionalText,
  textField,
} from '../input-fields.ts';
import { presentFound, searchGranted } from './search-results.ts';
import { absolutePath, shownText } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool } from '../tool.ts';

const DEFAULT_LINES = 250;
const MAX_LINES = 2_000;
const MODES = ['files_with_matches', 'content', 'count'] as const;

const schema = lazily(() =>
  inputObject({
    pattern: textField('Regular expression (ripgrep syntax).'),
    path: optionalText('The file or folder to search. Default: the working folder.'),
    glob: optionalText('Only files that match this glob, e.g. "*.{ts,tsx}".'),
    type: optionalText('Only files of this type, e.g. "js", "py", "rust".'),
    output_mode: optionalChoice('Default files_with_matches.', MODES),
    '-i': optionalFlag('Ignore case.'),
    '-n': optionalFlag('Line numbers, with content. Default true.'),
    '-A': optionalCount('Lines after each match, with content.', 0),
    '-B': optionalCount('Lines before each match, with content.', 0),
    '-C': optionalCount('Lines around each match, with content.', 0),
    context: optionalCount('The same as -C.', 0),
    head_limit: optionalCount(`Most lines to return. Default ${DEFAULT_LINES}; 0 for ${MAX_LINES}.`, 0),
    offset: optionalCount('Lines to skip first.', 0),
    '-o': optionalFlag('Only the matched text of each line, with content.'),
    multiline: optionalFlag('Let a match span lines, and "." match a line break.'),
  }),
);

type GrepInput = z.infer<ReturnType<typeof schema>>;

export function createGrepTool({ files, search }: { files: FileSystem; search: Search }): Tool {
  return defineTool<GrepInput>({
    name: 'Grep',
    description:
      'Searches file contents by regular expression: paths of files (default), matching lines (content) or counts. Ignored files (.gitignore) are left out.',
    schema,
    isConcurrencySafe: () => true,
    summarize: (input, cwd) => ({
      verb: 'Searched',
      activeVerb: 'Searching',
      object: describe(input, cwd),
      quiet: true,
    }),
    prepare(input, { cwd }) {
      const path = absolutePath(input.path ?? '.', cwd);
      if (input.pattern === '') throw new ToolError('The pattern is empty. Give a regular expression to look for.');
      return {
        access: { kind: 'read', tool: 'Grep', path },
        async run(grant, { signal }) {
          const query = queryOf(input, grant);
          const found = await searchGranted(files, grant, () => search.grep(query, signal));
          const content = presentFound(found, grant, {
            none: `No match for ${input.pattern} in ${grant.path}.`,
            unit: query.mode === 'content' ? 'lines' : 'files',
            more: (shown) => `Go on with offset ${query.offset + shown}, or narrow it by path, glob or type.`,
          });
          return { content, details: { path: grant.path } };
        },
      };
    },
  });
}

function describe(input: Partial<GrepInput>, cwd: string): string {
  const pattern = shownText(input.pattern);
  if (typeof input.path !== 'string' || input.path === '') return pattern;
  return `${pattern} in ${relativePath(cwd, input.path)}`;
}

function queryOf(input: GrepInput, { path, excludes }: Grant): GrepQuery {
  const around = input['-C'] ?? input.context ?? 0;
  const limit = input.head_limit ?? DEFAULT_LINES;
  return {
    pattern: input.pattern,
    path,
    ...(input.glob === undefined ? {} : { glob: input.glob }),
    ...(input.type === undefined ? {} : { type: input.type }),
    mode: input.output_mode ?? 'files_with_matches',
    ignoreCase: input['-i'] ?? false,
    lineNumbers: input['-n'] ?? true,
    before: input['-B'] ?? around,
    after: input['-A'] ?? around,
    onlyMatching: input['-o'] ?? false,
    multiline: input.multiline ?? false,
    limit: limit === 0 ? MAX_LINES : Math.min(limit, MAX_LINES),
    offset: input.offset ?? 0,
    ...(excludes ? { excludes } : {}),
  };
}

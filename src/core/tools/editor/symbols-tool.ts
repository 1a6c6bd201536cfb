// Symbols: the outline of a file, or the symbols of the workspace by name.
import type * as z from 'zod/mini';
import { namesWithin, relativePath } from '../../permissions/lexical-path.ts';
import { inputObject, lazily, optionalText } from '../input-fields.ts';
import { absolutePath, shownPath, shownText } from '../tool-paths.ts';
import { defineTool, ToolError, type Tool } from '../tool.ts';
import { answered, notWithheld, placeName, readGranted, withheldNote } from './code-places.ts';
import type { CodeSymbol } from './language-services.ts';
import { nothing, type NavigationToolOptions } from './navigation-tools.ts';

const MAX_OUTLINE = 300;
const MAX_FOUND = 100;

const schema = lazily(() =>
  inputObject({
    path: optionalText('The file whose outline is wanted.'),
    query: optionalText('Part of a name, to find symbols of the whole workspace.'),
  }),
);

type SymbolsInput = z.infer<ReturnType<typeof schema>>;

export function createSymbolsTool(options: NavigationToolOptions): Tool {
  return defineTool<SymbolsInput>({
    name: 'Symbols',
    description:
      'Outlines a file (path), or finds functions, classes and the like of the whole workspace by name (query).',
    schema,
    deferred: true,
    isConcurrencySafe: () => true,
    summarize: (input, cwd) => ({
      verb: 'Listed symbols',
      activeVerb: 'Listing symbols',
      quiet: true,
      ...(input.query === undefined ? shownPath(input.path, cwd) : { object: shownText(input.query) }),
    }),
    prepare({ path, query }, { cwd }) {
      if ((path === undefined) === (query === undefined)) {
        throw new ToolError('Give either path, for the outline of a file, or query, to search the workspace.');
      }
      if (query?.trim() === '') throw new ToolError('The query is empty. Give part of a name.');
      return {
        access: { kind: 'read', tool: 'Symbols', path: absolutePath(path ?? '.', cwd) },
        async run(grant, { signal }) {
          const details = { path: grant.path };
          if (query !== undefined) {
            const found = await answered(options.language.findSymbols(query, signal), 'symbols');
            return { content: describeFound(options, found, query, grant, cwd), details };
          }
          await readGranted(options.files, grant);
          const outline = await answered(options.language.outline(grant.path, signal), 'symbols');
          const none = `No symbols are known in ${relativePath(cwd, grant.path)}.`;
          return {
            content: outline.length === 0 ? nothing(options.language, none) : describeOutline(outline),
            details,
          };
        },
      };
    },
  });
}

/** `12-40 function wrap`, indented by depth. */
function describeOutline(outline: readonly CodeSymbol[]): string {
  const lines = outline.slice(0, MAX_OUTLINE).map(({ line, endLine, kind, name, depth }) => {
    const range = endLine > line ? `${line}-${endLine}` : `${line}`;
    return `${'  '.repeat(depth)}${range} ${kind} ${name}`;
  });
  const more = outline.length > MAX_OUTLINE ? [`[The first ${MAX_OUTLINE} of ${outline.length}.]`] : [];
  return [...lines, ...more].join('\n');
}

/** The workspace's own first. */
function describeFound(
  { language, workspace }: NavigationToolOptions,
  found: readonly CodeSymbol[],
  query: string,
  grant: Parameters<typeof notWithheld>[1],
  cwd: string,
): string {
  const { shown, withheld } = notWithheld(found, grant);
  const notes = withheldNote(withheld);
  if (shown.length === 0)
    return [nothing(language, `No symbol is known whose name has "${query}".`), ...notes].join('\n');
  const foreign = ({ path, virtual }: CodeSymbol): number =>
    !virtual && workspace.some((root) => namesWithin(path, root) !== undefined) ? 0 : 1;
  const lines = shown
    .toSorted((left, right) => foreign(left) - foreign(right))
    .slice(0, MAX_FOUND)
    .map((symbol) => {
      const container = symbol.container === '' ? '' : ` in ${symbol.container}`;
      return `${placeName(cwd, symbol)}:${symbol.line}: ${symbol.kind} ${symbol.name}${container}`;
    });
  const more = shown.length > MAX_FOUND ? [`[The first ${MAX_FOUND} of ${shown.length}. Give more of the name.]`] : [];
  return [...lines, ...more, ...notes].join('\n');
}

// Definition, References and Hover: what a symbol is and where it is used, as the editor's language extensions know it.
import type * as z from 'zod/mini';
import { relativePath } from '../../permissions/lexical-path.ts';
import type { Grant } from '../../permissions/access.ts';
import { inputObject, lazily } from '../input-fields.ts';
import { absolutePath, shownPath } from '../tool-paths.ts';
import { defineTool, type Tool } from '../tool.ts';
import { answered, findPosition, readGranted, showPlaces, type PlaceReader } from './code-places.ts';
import type { LanguageServices, TextPosition } from './language-services.ts';
import { shownSymbol, symbolFields } from './symbol-fields.ts';

const MAX_PLACES = 100;
const MAX_HOVER_CHARS = 6_000;

const schema = lazily(() => inputObject(symbolFields()));

type SymbolInput = z.infer<ReturnType<typeof schema>>;

export interface NavigationToolOptions extends PlaceReader {
  readonly language: LanguageServices;
}

interface Asked {
  readonly grant: Grant;
  readonly cwd: string;
  readonly position: TextPosition;
  readonly signal: AbortSignal;
  /** "total" at src/cart.js:12. */
  readonly subject: string;
}

export function createNavigationTools(options: NavigationToolOptions): readonly Tool[] {
  const { language } = options;
  return [
    symbolTool(options, {
      name: 'Definition',
      description: 'Says where the symbol at a place in a file is defined.',
      verbs: ['Found the definition of', 'Finding the definition of'],
      async answer({ grant, cwd, position, signal, subject }) {
        const places = await answered(language.definitions(grant.path, position, signal), 'definition');
        if (places.length === 0) return nothing(language, `No definition is known for ${subject}.`);
        return showPlaces(options, grant, cwd, places, MAX_PLACES);
      },
    }),
    symbolTool(options, {
      name: 'References',
      description: `Lists where the symbol at a place in a file is used, its definition included, at most ${MAX_PLACES}. Surer than Grep.`,
      verbs: ['Found references to', 'Finding references to'],
      async answer({ grant, cwd, position, signal, subject }) {
        const places = await answered(language.references(grant.path, position, signal), 'references');
        if (places.length === 0) return nothing(language, `No reference is known to ${subject}.`);
        return showPlaces(options, grant, cwd, places, MAX_PLACES);
      },
    }),
    symbolTool(options, {
      name: 'Hover',
      description: 'Shows type and documentation of the symbol at a place in a file.',
      verbs: ['Looked up', 'Looking up'],
      async answer({ grant, position, signal, subject }) {
        const texts = await answered(language.hover(grant.path, position, signal), 'description');
        const text = texts.filter((part) => part.trim() !== '').join('\n\n');
        if (text === '') return nothing(language, `Nothing is known about ${subject}.`);
        return text.length > MAX_HOVER_CHARS ? `${text.slice(0, MAX_HOVER_CHARS)}\n[cut]` : text;
      },
    }),
  ];
}

function symbolTool(
  { files }: PlaceReader,
  tool: {
    readonly name: string;
    readonly description: string;
    readonly verbs: readonly [string, string];
    readonly answer: (asked: Asked) => Promise<string>;
  },
): Tool {
  const { name, description, verbs } = tool;
  return defineTool<SymbolInput>({
    name,
    description,
    schema,
    deferred: true,
    isConcurrencySafe: () => true,
    summarize: (input, cwd) => ({
      verb: verbs[0],
      activeVerb: verbs[1],
      quiet: true,
      ...shownSymbol(input, shownPath(input.file_path, cwd)),
    }),
    prepare(input, { cwd }) {
      const path = absolutePath(input.file_path, cwd);
      return {
        access: { kind: 'read', tool: name, path },
        async run(grant, { signal }) {
          const shown = relativePath(cwd, grant.path);
          const position = findPosition(await readGranted(files, grant), shown, input);
          const subject = `${input.symbol ? `"${input.symbol}"` : `column ${position.column}`} at ${shown}:${position.line}`;
          const content = await tool.answer({ grant, cwd, position, signal, subject });
          return { content, details: { path: grant.path, line: position.line } };
        },
      };
    },
  });
}

export function nothing(language: LanguageServices, lead: string): string {
  const restriction = language.restriction();
  return `${lead} ${restriction === undefined ? '' : `${restriction} `}Use Grep to look for the text.`;
}

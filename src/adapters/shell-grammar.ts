// The shell grammars of tree-sitter, loaded at the first command from the wasm files beside the bundle, or from the package in a checkout.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type * as TreeSitterModule from '@vscode/tree-sitter-wasm';
import type { Parser, TreeCursor } from '@vscode/tree-sitter-wasm';
import type {
  ShellGrammar,
  ShellLanguage,
  ShellParser,
  SyntaxNode,
  SyntaxTree,
} from '../core/permissions/shell/shell-grammar.ts';

type TreeSitter = typeof TreeSitterModule;

/** One for the whole process: a parser's memory is kept until the process ends. */
export function createShellGrammar(): ShellGrammar {
  const parsers = new Map<ShellLanguage, Promise<ShellParser | undefined>>();
  let runtime: Promise<TreeSitter> | undefined;
  return {
    load(language) {
      const loading = parsers.get(language) ?? loadPlainly(language);
      parsers.set(language, loading);
      return loading;
    },
  };

  function loadPlainly(language: ShellLanguage): Promise<ShellParser | undefined> {
    return withoutOptimizer(async () => {
      runtime ??= startRuntime();
      const parser = await loadParser(runtime, language);
      parser(WARM_UP);
      return parser;
    }).catch(() => undefined);
  }
}

/** Runs through the lexers once: what was compiled by then stays as it is. */
const WARM_UP =
  'a=1 b "$c" | d >e 2>&1 && f $(g) <<X\nh\nX\nif [ i ]; then for j in k; do l; done; fi; case m in n) o;; esac';

/**
 * The grammars' lexers are single functions so large that optimising them takes V8 some 500 MB for a moment, in the background, and
 * makes them no faster. Code that is compiled meanwhile is not optimised later; what other parts of the process have is untouched.
 */
async function withoutOptimizer<Result>(work: () => Promise<Result>): Promise<Result> {
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--no-wasm-dynamic-tiering');
  try {
    return await work();
  } finally {
    setFlagsFromString('--wasm-tier-up');
    setFlagsFromString('--wasm-dynamic-tiering');
  }
}

async function startRuntime(): Promise<TreeSitter> {
  const module = await import('@vscode/tree-sitter-wasm');
  // The package is CommonJS: its names may stand on the default export alone.
  const library = 'Parser' in module ? module : (module as { default: TreeSitter }).default;
  // Given the bytes, the runtime looks for no file; its types know only the other way.
  const options = { wasmBinary: await readWasm('tree-sitter.wasm'), locateFile: (file: string) => file };
  await library.Parser.init(options);
  return library;
}

async function loadParser(runtime: Promise<TreeSitter>, language: ShellLanguage): Promise<ShellParser> {
  const library = await runtime;
  const parser = new library.Parser();
  parser.setLanguage(await library.Language.load(await readWasm(`tree-sitter-${language}.wasm`)));
  return (text) => parse(parser, text);
}

/** Bundled, the files lie in `wasm/` beside the bundle or above its chunks; in a checkout, in the package. */
async function readWasm(name: string): Promise<Uint8Array> {
  const here = path.dirname(fileURLToPath(import.meta.url));
  for (const folder of [path.join(here, 'wasm'), path.join(here, '..', 'wasm')]) {
    const bytes = await readFile(path.join(folder, name)).catch(() => undefined);
    if (bytes) return bytes;
  }
  return readFile(createRequire(import.meta.url).resolve(`@vscode/tree-sitter-wasm/wasm/${name}`));
}

function parse(parser: Parser, text: string): SyntaxTree | undefined {
  try {
    const tree = parser.parse(text);
    if (!tree) return undefined;
    try {
      return { broken: tree.rootNode.hasError, root: plainNode(tree.walk()) };
    } finally {
      tree.delete();
    }
  } catch {
    return undefined;
  }
}

/** Copies the tree without recursion: a long chain of `&&` is as deep as it is long. */
function plainNode(cursor: TreeCursor): SyntaxNode {
  type Draft = SyntaxNode & { children: SyntaxNode[] };
  const draft = (): Draft => ({
    type: cursor.nodeType,
    named: cursor.nodeIsNamed,
    start: cursor.startIndex,
    end: cursor.endIndex,
    children: [],
  });
  const root = draft();
  const open = [root];
  for (;;) {
    if (cursor.gotoFirstChild()) {
      const child = draft();
      open.at(-1)!.children.push(child);
      open.push(child);
      continue;
    }
    while (!cursor.gotoNextSibling()) {
      open.pop();
      if (open.length <= 1 || !cursor.gotoParent()) return root;
    }
    open.pop();
    const sibling = draft();
    open.at(-1)!.children.push(sibling);
    open.push(sibling);
  }
}

// Makes the panel's bundle small: icons as short paths, and of the Markdown library only its lexer.
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { shortPath } from './short-path.mjs';

const require = createRequire(import.meta.url);

/** @import { Plugin } from 'esbuild' */

/**
 * `import add from 'codicon:add'`: only the path data of the icons that are named ends up in the bundle.
 * @type {Plugin}
 */
export const codicons = {
  name: 'codicons',
  setup(build) {
    build.onResolve({ filter: /^codicon:/ }, ({ path: name }) => ({
      path: name.slice('codicon:'.length),
      namespace: 'codicon',
    }));
    build.onLoad({ filter: /.*/, namespace: 'codicon' }, async ({ path: name }) => {
      const file = require.resolve(`@vscode/codicons/src/icons/${name}.svg`);
      const svg = await readFile(file, 'utf8');
      const shapes = [...svg.matchAll(/<path\b[^>]*?\bd="([^"]+)"/g)].map(([, d = '']) => shortPath(d));
      if (shapes.length === 0) return { errors: [{ text: `The icon ${name} has no path data` }] };
      return { contents: `export default ${JSON.stringify(shapes)}`, loader: 'js' };
    });
  },
};

/**
 * The lexer of marked from the library's own sources, which its source map holds: its bundle is one file whose renderers
 * and defaults cannot be shaken off.
 * @type {Plugin}
 */
export const markedLexer = {
  name: 'marked-lexer',
  setup(build) {
    const bundle = require.resolve('marked').replace(/[^\\/]*$/, 'marked.esm.js');
    let sources;
    build.onResolve({ filter: /^marked$/ }, () => ({ path: 'node_modules/marked/src/index.ts', namespace: 'marked' }));
    build.onResolve({ filter: /^\.\//, namespace: 'marked' }, ({ path: name }) => ({
      path: `node_modules/marked/src/${path.basename(name)}`,
      namespace: 'marked',
      sideEffects: false,
    }));
    build.onLoad({ filter: /.*/, namespace: 'marked' }, async ({ path: file }) => {
      const name = path.basename(file);
      if (name === 'index.ts') return { contents: "export { _Lexer as Lexer } from './Lexer.ts';", loader: 'ts' };
      sources ??= readFile(`${bundle}.map`, 'utf8').then(JSON.parse);
      const map = await sources;
      const contents = map.sourcesContent?.[map.sources.indexOf(`../src/${name}`)];
      if (contents === undefined) return { errors: [{ text: `The source map of marked does not hold ${name}` }] };
      return { contents: settled(contents), loader: 'ts' };
    });
  },
};

/** What each option of marked's is in the panel, so that the branches and rules of the others fall away. */
const OPTIONS = { pedantic: 'false', gfm: 'true', breaks: 'false', silent: 'false', extensions: 'null' };

/** Expressions that only its renderers and other ends need. */
const UNREAD = [
  'outputLinkReplace',
  'notSpaceStart',
  'endingNewline',
  'escapeTest',
  'escapeReplace',
  'escapeTestNoEncode',
  'escapeReplaceNoEncode',
  'percentDecode',
].join('|');

/** @param {string} source */
function settled(source) {
  return source
    .replaceAll(/this\.options\.(\w+)/g, (whole, name) => OPTIONS[/** @type {keyof typeof OPTIONS} */ (name)] ?? whole)
    .replaceAll(/\b(block|inline)\.normal\b/g, '$1.gfm')
    .replaceAll(new RegExp(`^ {2}(?:${UNREAD}): /.*,\\n`, 'gm'), '')
    .replaceAll(/^ {2}(?:normal|breaks|pedantic): (?:block|inline)\w+,\n/gm, '')
    .replaceAll(/^const (?:block|inline)(?:Pedantic|Breaks)\b[^]*?\n\};\n/gm, '')
    .replaceAll(/= edit\(/g, '= /* @__PURE__ */ edit(');
}

/**
 * The toolkit without what its compiler's output hides from the tree shaker, without the indentation of its templates, and without the
 * container of its design system, which nothing here is registered in.
 * @type {Plugin}
 */
export const leanToolkit = {
  name: 'lean-toolkit',
  setup(build) {
    build.onResolve({ filter: /\/di\/di\.js$/ }, ({ importer }) =>
      /[\\/]component-presentation\.js$/.test(importer) ? { path: 'container', namespace: 'no-container' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'no-container' }, () => ({
      contents: 'export const DI = undefined, Registration = undefined;',
      loader: 'js',
    }));
    build.onLoad({ filter: /[\\/](?:@microsoft[\\/]fast-|webview-ui-toolkit[\\/]).*\.js$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      const contents = source
        .replaceAll(/\n[\t ]+/g, '\n')
        .replaceAll(/= (create(?:All)?Resolver\()/g, '= /* @__PURE__ */ $1')
        .replaceAll(
          /export var (\w+);\s*\(function \(\1\) \{([^{}]*)\}\)\(\1 \|\| \(\1 = \{\}\)\);/g,
          'export const $1 = /* @__PURE__ */ (function ($1) {$2 return $1; })({});',
        );
      return { contents, loader: 'js' };
    });
  },
};

/** What the highlighter can do to a page by itself, and its way to HTML: the panel takes nodes from it, and nothing else. */
const UNUSED = [
  'shouldNotHighlight',
  'blockLanguage',
  'updateClassName',
  'highlightElement',
  'initHighlighting',
  'initHighlightingOnLoad',
  'highlightAll',
  'unregisterLanguage',
  'upgradePluginAPI',
  'addPlugin',
  'removePlugin',
  'deprecateHighlightBlock',
].join('|');

const COLOURING = '_highlight(context.language, context.code, ignoreIllegals)';

/**
 * The highlighter's core as a module without what the panel never calls, and with a way to go on where it ended: its own is only for
 * languages within others.
 * @type {Plugin}
 */
export const leanHighlighter = {
  name: 'lean-highlighter',
  setup(build) {
    build.onLoad({ filter: /[\\/]highlight\.js[\\/]lib[\\/]core\.js$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      if (!source.includes(COLOURING)) return { errors: [{ text: 'The highlighter is not the one that is known' }] };
      const contents = source
        .replace(COLOURING, COLOURING.replace(')', ', optionsOrCode.continuation)'))
        .replaceAll(new RegExp(`^ {2}(?:function (?:${UNUSED})\\(|const (?:${UNUSED}) = )[^]*?^ {2}\\};?\\n`, 'gm'), '')
        .replaceAll(new RegExp(`^ {4}(?:highlightBlock: )?(?:${UNUSED}),?\\n`, 'gm'), '')
        .replace('__emitter: TokenTreeEmitter', '__emitter: undefined')
        .replace(/^module\.exports = highlight;\n[^]*$/m, 'export default highlight;\n');
      return { contents, loader: 'js' };
    });
  },
};

/** Ways to use a schema that the panel does not: it parses at once and asks whether it went well. */
const UNCALLED = 'parse|parseAsync|safeParseAsync|brand|register|apply|(?:get|set) (?:with|"~standard")';

/**
 * The schemas' library with `safeParse`, `check` and `clone` alone.
 * @type {Plugin}
 */
export const leanSchemas = {
  name: 'lean-schemas',
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/](?:mini|core)[\\/]schemas\.js$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      const contents = source.replaceAll(new RegExp(`^ {4}(?:${UNCALLED})\\([^]*?^ {4}\\},\\n`, 'gm'), '');
      return contents === source
        ? { errors: [{ text: 'The schemas are not those that are known' }] }
        : { contents, loader: 'js' };
    });
  },
};

/**
 * The panel's styles with its own lengths in place and its other properties under short names.
 * @type {Plugin}
 */
export const shortStyles = {
  name: 'short-styles',
  setup(build) {
    build.onLoad({ filter: /[\\/]webview[\\/]styles[\\/][\w-]+\.css$/ }, async ({ path: file }) => {
      const base = await readFile('webview/styles/base.css', 'utf8');
      const [root = ''] = /^:root \{[^}]*\}/m.exec(base) ?? [];
      let contents = await readFile(file, 'utf8');
      for (const [index, [, name = '', value = '']] of [...root.matchAll(/^ {2}(--[\w-]+): ([^;]*);$/gm)].entries()) {
        if (/^\d+px$/.test(value))
          contents = contents.replaceAll(`var(${name})`, value).replaceAll(`  ${name}: ${value};\n`, '');
        else contents = contents.replaceAll(new RegExp(`${name}(?![\\w-])`, 'g'), `--${index.toString(36)}`);
      }
      return { contents, loader: 'css' };
    });
  },
};

/**
 * `commands.stop` as the name that it stands for: a panel needs a few of the extension's commands, and would hold all of them.
 * @type {Plugin}
 */
export const commandNames = {
  name: 'command-names',
  setup(build) {
    build.onLoad({ filter: /[\\/](?:webview[\\/].*|src[\\/]shared[\\/][\w-]+)\.tsx?$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      const isTheirs =
        /^import \{[^}]*\bcommands\b[^}]*\} from '[^']*contributions\.ts'|^export const commands = /m.test(source);
      if (!isTheirs) return undefined;
      const declared = await readFile('src/shared/contributions.ts', 'utf8');
      const names = new Map([...declared.matchAll(/^ {2}(\w+): '(capstan\.\w+)',$/gm)].map(([, key, id]) => [key, id]));
      const contents = source.replaceAll(/\bcommands\.(\w+)\b(?!\()/g, (whole, key) => {
        const id = names.get(key);
        return id === undefined ? whole : `'${id}'`;
      });
      return { contents, loader: file.endsWith('x') ? 'tsx' : 'ts' };
    });
  },
};

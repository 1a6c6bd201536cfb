// Turns what esbuild has split into files of CommonJS.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { transform } from 'esbuild';

/** Where a file lies, in place of `import.meta.url`, which CommonJS does not have. */
const MODULE_URL = "var __moduleUrl = require('node:url').pathToFileURL(__filename).href;\n";

/** How a module makes the `require` that it has anyway here. Kept, it would hide the one that its imports become. */
const OWN_REQUIRE = /\bvar require\s*=\s*[\w$]+\((?:import\.meta\.url|[\w$]+\(\))\)/g;

/** @import { OutputFile, Plugin } from 'esbuild' */

/**
 * Each entry point is an ES module of one line; what it loads is CommonJS. esbuild splits ES modules only, and Node loads fifty of those
 * slower than fifty of CommonJS: each is linked by name, and each import of one of Node's own modules looks at all that it exports, which
 * loads streams and decoders that nobody asked for. With `dev` they are readable and carry source maps.
 *
 * @param {{ dev: boolean }} options
 * @returns {Plugin}
 */
export const commonJs = ({ dev }) => ({
  name: 'common-js',
  setup(build) {
    Object.assign(build.initialOptions, { write: false, outExtension: { '.js': '.cjs' } });
    if (dev) build.initialOptions.sourcemap = 'inline';
    build.onEnd(async (result) => {
      if (result.errors.length > 0) return;
      const outputs = result.metafile?.outputs ?? {};
      await Promise.all(
        (result.outputFiles ?? []).map(async (file) => {
          const output = outputs[path.relative(process.cwd(), file.path).replaceAll(path.sep, '/')];
          const code = await converted(file, dev);
          await mkdir(path.dirname(file.path), { recursive: true });
          await writeFile(file.path, code);
          if (!output) return;
          output.bytes = Buffer.byteLength(code);
          // Those of modules that are loaded lazily are no entries, whatever esbuild calls them.
          if (path.dirname(file.path) === path.resolve(build.initialOptions.outdir ?? ''))
            await writeEntry(file, output);
        }),
      );
    });
  },
});

/**
 * @param {OutputFile} file
 * @param {{ exports: string[] }} output
 */
async function writeEntry({ path: file, text }, { exports }) {
  const entry = file.replace(/\.cjs$/, '.js');
  const names = exports.length > 0 ? `export { ${exports.join(', ')} } from ` : 'import ';
  const program = text.startsWith('#!') ? text.slice(0, text.indexOf('\n') + 1) : '';
  await writeFile(entry, `${program}${names}'./${path.basename(file)}';\n`);
  if (program) await chmod(entry, 0o755);
}

/**
 * @param {OutputFile} file
 * @param {boolean} dev
 */
async function converted({ path: file, text }, dev) {
  const { code } = await transform(text.replace(/^#!.*\n/, '').replaceAll(OWN_REQUIRE, 'void 0'), {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__moduleUrl' },
    minify: !dev,
    legalComments: 'none',
    sourcefile: path.basename(file),
    ...(dev ? { sourcemap: 'inline' } : {}),
  });
  return code.includes('__moduleUrl') ? MODULE_URL + code : code;
}

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
 * esbuild splits ES modules only, and Node loads fifty of those slower than fifty of CommonJS: each is linked by name, and each import of
 * one of Node's own modules looks at all that it exports, which loads streams and decoders that nobody asked for. The folder says in a
 * `package.json` of its own what its files are. With `dev` they are readable and carry source maps.
 *
 * @param {{ dev: boolean }} options
 * @returns {Plugin}
 */
export const commonJs = ({ dev }) => ({
  name: 'common-js',
  setup(build) {
    build.initialOptions.write = false;
    if (dev) build.initialOptions.sourcemap = 'inline';
    build.onEnd(async (result) => {
      if (result.errors.length > 0) return;
      const outputs = result.metafile?.outputs ?? {};
      await Promise.all(
        (result.outputFiles ?? []).map(async (file) => {
          const code = await converted(file, dev);
          const output = outputs[path.relative(process.cwd(), file.path).replaceAll(path.sep, '/')];
          if (output) output.bytes = Buffer.byteLength(code);
          await mkdir(path.dirname(file.path), { recursive: true });
          await writeFile(file.path, code);
          if (code.startsWith('#!')) await chmod(file.path, 0o755);
        }),
      );
      await writeFile(path.join(build.initialOptions.outdir ?? 'dist', 'package.json'), '{ "type": "commonjs" }\n');
    });
  },
});

/**
 * @param {OutputFile} file
 * @param {boolean} dev
 */
async function converted({ path: file, text }, dev) {
  const { code } = await transform(text.replaceAll(OWN_REQUIRE, 'void 0'), {
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
  if (!code.includes('__moduleUrl')) return code;
  // A program begins with how it is run.
  const begin = code.startsWith('#!') ? code.indexOf('\n') + 1 : 0;
  return code.slice(0, begin) + MODULE_URL + code.slice(begin);
}

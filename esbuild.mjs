// Builds what ships (dist/) and, with --tests, what runs inside the editor for tests (dist-test/). Options: --watch, --tests, --dev.
import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { commonJs } from './scripts/lib/common-js.mjs';
import {
  codicons,
  commandNames,
  leanHighlighter,
  leanSchemas,
  leanToolkit,
  markedLexer,
  shortStyles,
} from './scripts/lib/panel-build.mjs';

const args = new Set(process.argv.slice(2));
const watch = args.has('--watch');
const dev = watch || args.has('--dev');
const require = createRequire(import.meta.url);

const CALLED = `const nothing = new Proxy(function () {}, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => '' : nothing),
  apply: () => nothing,
  construct: () => nothing,
});
export default nothing;`;

/** What libraries only need for work that is never asked of them: of PDFs pages are taken, nothing is drawn on them. */
const leftOut = {
  name: 'left-out',
  setup(build) {
    build.onResolve({ filter: /^(?:html-entities|node-html-better-parser)$/ }, ({ path }) => ({
      path,
      namespace: 'left-out',
    }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {}', loader: 'js' }));
    // Called when the sandbox's runtime is loaded, and used by it only to read encrypted connections, which is never asked for.
    build.onResolve({ filter: /^node-forge$/ }, ({ path }) => ({ path, namespace: 'left-out-called' }));
    build.onLoad({ filter: /.*/, namespace: 'left-out-called' }, () => ({ contents: CALLED, loader: 'js' }));
  },
};

const SDK = /@anthropic-ai[\\/]sdk[\\/]/;
const WEB_STREAM_BODY = /globalThis\.ReadableStream &&\s+(?:options\.)?body instanceof globalThis\.ReadableStream/g;

/**
 * Of the Messages API's SDK its connection is used, not its classes for every resource, nor those for the errors of these. And it gets headers
 * of its own: the global ones load the whole of the global fetch.
 */
const sdkConnection = {
  name: 'sdk-connection',
  setup(build) {
    const headers = path.resolve('src/adapters/plain-headers.ts');
    build.onResolve({ filter: /\/resources\/|\/error-classes\.mjs$/ }, ({ path, importer }) => {
      if (!SDK.test(importer)) return undefined;
      return path.endsWith('error-classes.mjs')
        ? { path, namespace: 'sdk-errors' }
        : { path: 'sdk-resources', namespace: 'left-out' };
    });
    build.onLoad({ filter: /.*/, namespace: 'sdk-errors' }, () => ({
      contents: 'export const ERROR_CODE_CLASSES = new Map();',
    }));
    build.onLoad({ filter: /@anthropic-ai[\\/]sdk[\\/].*\.mjs$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      // A body is never a stream here, and to ask whether it is one loads all of the web's streams.
      const contents = source.replace(WEB_STREAM_BODY, 'false');
      if (!/(?:new|instanceof) Headers\b/.test(contents)) return { contents };
      return { contents: `import { PlainHeaders as Headers } from ${JSON.stringify(headers)};\n${contents}` };
    });
  },
};

/** The licences of all that is bundled, as they ask for. */
async function notices(packages) {
  const texts = await Promise.all(
    packages.map(async (name) => {
      const folder = `node_modules/${name}`;
      const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
      const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file ? (await readFile(`${folder}/${file}`, 'utf8')).trim() : '';
      return `${name} ${version} (${license})\n\n${text}`;
    }),
  );
  return `Capstan contains the following software.\n\n${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

const common = {
  bundle: true,
  format: 'esm',
  splitting: true,
  metafile: true,
  sourcemap: dev ? 'linked' : false,
  minify: !dev,
  legalComments: 'none',
  logLevel: 'warning',
  // jsonc-parser's main is UMD, which does not survive bundling; its module entry does.
  mainFields: ['module', 'main'],
};

/** The sandbox's helper on Linux, which closes unix sockets; it ships in the packages for Linux. */
async function copySandboxHelpers() {
  const package_ = path.join(path.dirname(fileURLToPath(import.meta.resolve('@anthropic-ai/sandbox-runtime'))), '..');
  for (const arch of ['x64', 'arm64']) {
    await mkdir(`dist/sandbox/${arch}`, { recursive: true });
    await copyFile(path.join(package_, 'vendor/seccomp', arch, 'apply-seccomp'), `dist/sandbox/${arch}/apply-seccomp`);
    await chmod(`dist/sandbox/${arch}/apply-seccomp`, 0o755);
  }
}

/** The parsers of the shells' grammars: loaded as they are, at the first command. */
async function copyGrammars() {
  await mkdir('dist/wasm', { recursive: true });
  for (const name of ['tree-sitter', 'tree-sitter-bash', 'tree-sitter-powershell']) {
    await copyFile(require.resolve(`@vscode/tree-sitter-wasm/wasm/${name}.wasm`), `dist/wasm/${name}.wasm`);
  }
}

const hostBuild = {
  ...common,
  entryPoints: { extension: 'src/extension.ts', cli: 'src/headless/cli.ts', library: 'src/headless/library.ts' },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'node',
  target: 'node20',
  external: ['vscode', '@microsoft/mxc-sdk'],
  plugins: [leftOut, sdkConnection, commonJs({ dev })],
};

const panelBuild = {
  ...common,
  entryPoints: { panel: 'webview/main.tsx' },
  outdir: 'dist/panel',
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'browser',
  target: 'chrome138',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  plugins: [codicons, commandNames, leanHighlighter, leanSchemas, leanToolkit, markedLexer, shortStyles],
  charset: 'utf8',
};

const testBuild = {
  ...common,
  splitting: false,
  minify: false,
  sourcemap: 'inline',
  entryPoints: { 'integration/index': 'test/integration/index.ts' },
  outdir: 'dist-test',
  platform: 'node',
  target: 'node20',
  external: ['vscode'],
  packages: 'external',
};

const builds = args.has('--tests')
  ? [['tests', testBuild]]
  : [
      ['host', hostBuild],
      ['panel', panelBuild],
    ];

if (watch) {
  for (const [name, options] of builds) {
    const report = {
      name: 'report',
      setup: (build) => build.onEnd((result) => console.log(`[watch] ${name}: ${result.errors.length} errors`)),
    };
    const context = await esbuild.context({ ...options, plugins: [...(options.plugins ?? []), report] });
    await context.watch();
  }
} else {
  await rm(args.has('--tests') ? 'dist-test' : 'dist', { recursive: true, force: true });
  await mkdir('.tsbuild', { recursive: true });
  const inputs = new Set(['@vscode/codicons']);
  for (const [name, options] of builds) {
    const { metafile } = await esbuild.build(options);
    // Read by the size tests and by nothing that ships.
    await writeFile(`.tsbuild/meta-${name}.json`, JSON.stringify(metafile));
    for (const file of Object.keys(metafile.inputs)) {
      const found = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file);
      if (found) inputs.add(found[1]);
    }
  }
  if (!args.has('--tests')) await Promise.all([copyGrammars(), copySandboxHelpers()]);
  if (!args.has('--tests')) await writeFile('dist/THIRD-PARTY-NOTICES.txt', await notices([...inputs].toSorted()));
}

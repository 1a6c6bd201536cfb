// What the panel's build leaves out of its libraries must not change what they do.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { Lexer } from 'marked';
import { after, before, describe, it } from 'mocha';
import { leanHighlighter, leanSchemas, markedLexer, shortStyles } from '../../../scripts/lib/panel-build.mjs';
import type * as protocol from '../../../src/shared/protocol.ts';
import { footer, readOf, textOf, turnOf, viewOf } from '../../support/panel-harness/views.ts';
import type { highlight } from '../../../webview/markdown/highlight.ts';

const root = path.resolve(import.meta.dirname, '../../..');
type Protocol = typeof protocol;
interface Highlighter {
  readonly highlight: typeof highlight;
}

describe('the libraries in the panel', () => {
  let folder: string;
  let pages: string[];
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'panel-build-'));
    const docs = (await readdir(path.join(root, 'docs')))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`);
    const others = ['README.md', 'AGENTS.md', 'node_modules/marked/README.md', 'node_modules/highlight.js/README.md'];
    pages = await Promise.all([...docs, ...others].map((name) => readFile(path.join(root, name), 'utf8')));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function built<T>(name: string, entry: string, plugins: Plugin[]): Promise<T> {
    const outfile = path.join(folder, `${name}.mjs`);
    const contents = `export * from ${JSON.stringify(entry)};`;
    const stdin = { contents, resolveDir: root };
    await build({
      stdin,
      outfile,
      plugins,
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'chrome138',
      logLevel: 'silent',
    });
    return (await import(pathToFileURL(outfile).href)) as T;
  }

  it('read Markdown as the whole library does', async () => {
    const { Lexer: Lean } = await built<{ Lexer: typeof Lexer }>('marked', 'marked', [markedLexer]);
    assert.notEqual(Lean, Lexer);
    const hard = [
      '* a\n  * b\n\n    c\n1. d\n   - [x] e\n',
      '| a | b |\n|:-:|--:|\n| `|` | **c** |\n\nwww.example.com ~~no~~ <b>x</b> ![i](j "k")',
      '> q\n> ```js\n> x\n> ```\nlazy\n\n[a]: https://b.example "t"\n\n[a] and [a][] \\* &amp; a@b.example',
      'Head\n===\n\n    code\n\n***\n**bold*it*** __x__ snake_case_word\nline  \nbreak',
    ];
    for (const page of [...pages, ...hard]) {
      assert.deepEqual(
        JSON.parse(JSON.stringify(new Lean({ gfm: true }).lex(page))),
        JSON.parse(JSON.stringify(new Lexer({ gfm: true }).lex(page))),
      );
    }
  });

  it('check messages as the whole library does', async () => {
    const entry = './src/shared/protocol.ts';
    const lean = await built<Protocol>('lean-schemas', entry, [leanSchemas]);
    const whole = await built<Protocol>('whole-schemas', entry, []);
    assert.equal('parseAsync' in lean.panelMessageSchema, false);
    const view = viewOf({ turns: [turnOf('t1', 'Hello', [textOf('x1', 'Yes'), readOf('r1', 'a.ts')], { footer })] });
    const messages = [
      { type: 'snapshot', seq: 1, view },
      { type: 'snapshot', seq: 'x', view: { ...view, turns: [{}] } },
      { type: 'patches', seq: 2, patches: [{ op: 'append', turnId: 't1', itemId: 'x1', text: '!' }, { op: 'none' }] },
      { type: 'compose', text: 'x'.repeat(3_000_000), attachments: [{ kind: 'file' }], send: 1, more: true },
      { type: 'openFile', path: 'a', line: 1.5 },
      { type: 'submit' },
      undefined,
      [],
    ];
    for (const message of messages) {
      for (const name of ['panelMessageSchema', 'intentSchema'] as const) {
        const [found, wanted] = [lean[name].safeParse(message), whole[name].safeParse(message)];
        assert.equal(found.success, wanted.success);
        assert.deepEqual(found.data, wanted.data);
        assert.deepEqual(found.error?.issues, wanted.error?.issues);
      }
    }
  });

  it('colour code as the whole library does', async () => {
    const entry = './webview/markdown/highlight.ts';
    const [lean, whole] = [
      await built<Highlighter>('lean', entry, [leanHighlighter]),
      await built<Highlighter>('whole', entry, []),
    ];
    const samples = {
      ts: 'const a: string = `x${1 + 2}`; // why\nexport class B<T> { #c = /r[e]g/u }',
      xml: '<a href="b"><script>let c = 1;</script><style>d { e: f }</style></a>',
      md: pages[0]!,
      python: '@dec\nasync def f(x: int = 3) -> None:\n    return f"{x!r}"',
      bash: 'for f in *.ts; do echo "$f" | sed s/a/b/; done',
      yaml: 'a:\n  - b: "c"\n    d: |\n      e',
      diff: '--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y',
      cpp: '#include <vector>\nstd::vector<int> v{1, 0x2F};',
      rust: 'fn main() { let x: &\'static str = "y"; }',
    };
    for (const [language, code] of Object.entries(samples)) {
      const nodes = lean.highlight(code, language)?.nodes;
      assert.ok(nodes && JSON.stringify(nodes).includes('scope'), language);
      assert.deepEqual(
        JSON.parse(JSON.stringify(nodes)),
        JSON.parse(JSON.stringify(whole.highlight(code, language)!.nodes)),
      );
    }
  });
});

describe("the panel's styles", () => {
  async function styles(plugins: Plugin[]): Promise<string> {
    const entryPoints = [path.join(root, 'webview/styles/panel.css')];
    const { outputFiles } = await build({
      entryPoints,
      plugins,
      bundle: true,
      minify: true,
      write: false,
      target: 'chrome138',
    });
    return outputFiles[0]!.text;
  }

  /** The editor's variables that they use, with those of the root in the places where these are used. */
  function variables(css: string): Set<string> {
    const root = /:root\{([^}]*)\}/.exec(css)?.[1] ?? '';
    let used = css.replace(`:root{${root}}`, '');
    for (const [, name = '', value = ''] of [...root.matchAll(/(--[\w-]+): ?([^;]*)/g)].toReversed()) {
      used = used.replaceAll(`var(${name})`, value);
    }
    return new Set(used.match(/var\(--[\w-]+/g));
  }

  it('are the same under short names', async () => {
    const [short, long] = [await styles([shortStyles]), await styles([])];
    assert.ok(short.length < long.length - 1000);
    assert.doesNotMatch(short, /--(?:space|row|side|dim|hairline)/);
    const names = (css: string) => new Set(css.match(/(?<=[{;])[a-z][a-z-]*(?=:)/g));
    assert.deepEqual(variables(short), variables(long));
    assert.deepEqual(names(short), names(long));
  });
});

// The late part of the panel: highlight.js with the grammars that answers use most. Gives nodes, never HTML.
import type { HighlightResult } from 'highlight.js';
import core from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import cpp from 'highlight.js/lib/languages/cpp';
import diff from 'highlight.js/lib/languages/diff';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import json from 'highlight.js/lib/languages/json';
import markdown from 'highlight.js/lib/languages/markdown';
import python from 'highlight.js/lib/languages/python';
import rust from 'highlight.js/lib/languages/rust';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

export { createCodeColours } from './code-colours.ts';

/** Text, or text within a scope such as `keyword` or `title.function`. */
export type HighlightNode = string | { readonly scope: string; readonly children: readonly HighlightNode[] };

interface OpenNode {
  scope: string;
  children: HighlightNode[];
}

/** Collects nodes where the library's own emitter would collect HTML. */
class NodeEmitter {
  readonly root: OpenNode = { scope: '', children: [] };
  readonly #open: OpenNode[] = [this.root];

  addText(text: string) {
    if (text !== '') this.#open.at(-1)!.children.push(text);
  }

  openNode(scope: string) {
    const node: OpenNode = { scope, children: [] };
    this.#open.at(-1)!.children.push(node);
    this.#open.push(node);
  }

  closeNode() {
    if (this.#open.length > 1) this.#open.pop();
  }

  startScope(scope: string) {
    this.openNode(scope);
  }

  endScope() {
    this.closeNode();
  }

  __addSublanguage(inner: NodeEmitter) {
    this.#open.at(-1)!.children.push(...inner.root.children);
  }

  finalize() {
    this.#open.length = 1;
  }

  toHTML() {
    return '';
  }
}

// CSS is left out: its lists of names weigh as much as the next three grammars together.
const grammars = { bash, cpp, diff, go, java, json, markdown, python, rust, typescript, xml, yaml };
for (const [name, grammar] of Object.entries(grammars)) core.registerLanguage(name, grammar);
core.registerAliases(['c', 'h'], { languageName: 'cpp' });
core.registerAliases(['shell', 'console', 'terminal'], { languageName: 'bash' });
// A superset: one grammar for both.
core.registerAliases(['javascript', 'js', 'jsx', 'mjs', 'cjs'], { languageName: 'typescript' });
core.configure({ __emitter: NodeEmitter });

export interface Highlighted {
  readonly nodes: readonly HighlightNode[];
  /** What `code` leaves open at its end, a comment or a string, for the code that follows; undefined where that is nothing. */
  readonly end: unknown;
}

/** Undefined where the language is not one of those known here. `from`: the `end` of the code before, of the same language. */
export function highlight(code: string, language: string, from?: unknown): Highlighted | undefined {
  if (!core.getLanguage(language)) return undefined;
  // The build lets the core take this last one.
  const options = { language, ignoreIllegals: true, continuation: from };
  const result = core.highlight(code, options) as HighlightResult & { readonly _top?: { readonly parent?: unknown } };
  return { nodes: (result._emitter as unknown as NodeEmitter).root.children, end: result._top?.parent && result._top };
}

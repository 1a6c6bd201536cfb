// Finds the words that the sources say to a person: the first argument of each call of `t` and of `l10n.t`, and the verbs of tools.
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import { repositoryFolder } from '../../scripts/lib/tooling-folder.mjs';

export interface ToldWords {
  /** English texts, each once, sorted. */
  readonly texts: readonly string[];
  /** Calls whose text does not stand at the call: "webview/a.tsx:12". They cannot be translated. */
  readonly unknown: readonly string[];
}

const CALL = /(?<![\w$.])(?:(?:vscode\.)?l10n\.)?t\(\s*/g;
/** What tools call what they do; shown by the panel through `wordOf`. */
const VERB = /^.*(?:\bverbs?: |\bactiveVerb: |\bsummary\()(.+)$/gm;
const LITERAL = /^(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/;

export async function toldWords(): Promise<ToldWords> {
  const texts = new Set<string>();
  const unknown: string[] = [];
  for await (const file of glob('{src,webview}/**/*.{ts,tsx}', { cwd: repositoryFolder })) {
    if (file.endsWith(path.join('shared', 'l10n.ts'))) continue;
    const source = readFileSync(path.join(repositoryFolder, file), 'utf8');
    if (file.startsWith(path.join('src', 'core', 'tools'))) {
      for (const [, verb = ''] of source.matchAll(VERB)) {
        for (const [literal] of verb.matchAll(/'[A-Z][^'\n]*'/g)) texts.add(unquoted(literal));
      }
    }
    for (const call of source.matchAll(CALL)) {
      const literal = LITERAL.exec(source.slice(call.index + call[0].length))?.[0];
      if (literal === undefined) unknown.push(`${file}:${source.slice(0, call.index).split('\n').length}`);
      else texts.add(unquoted(literal));
    }
  }
  return { texts: [...texts].toSorted(), unknown };
}

function unquoted(literal: string): string {
  const inner = literal.slice(1, -1);
  return inner.replaceAll(/\\(u[\da-f]{4}|.)/gi, (_, escape: string) => {
    if (escape.length === 5) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return escape === 'n' ? '\n' : escape === 't' ? '\t' : escape;
  });
}

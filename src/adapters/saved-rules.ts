// Saves the rules that a person wants from now on into the workspace's local settings, comments and all else kept.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { applyEdits, modify, parseTree, findNodeAtLocation, getNodeValue, type ParseError } from 'jsonc-parser';
import type { RuleStore } from '../core/ports.ts';

export interface SavedRulesOptions {
  /** The folder whose `.claude/settings.local.json` is written, absolute; undefined: there is none. */
  readonly root: string | undefined;
  /** The file's rules count only in a trusted folder; elsewhere none are saved. */
  readonly isTrusted: () => boolean;
}

export function createSavedRules({ root, isTrusted }: SavedRulesOptions): RuleStore {
  const file = root === undefined ? undefined : path.join(root, '.claude', 'settings.local.json');
  let last: Promise<unknown> = Promise.resolve();
  return {
    file: () => (isTrusted() ? file : undefined),
    add(rules) {
      const turn = last.then(() => {
        if (root === undefined || file === undefined) throw new Error('There is no folder open to save it for.');
        return addRules(root, file, rules);
      });
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

async function addRules(root: string, file: string, rules: readonly string[]): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true });
  // A repository may hold a link of this name: what the person allows must not be written elsewhere.
  if ((await realpath(folder)) !== path.join(await realpath(root), '.claude')) {
    throw new Error(`${folder} is a link to another place. Replace it by a folder, then save the rule again.`);
  }
  const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}\n';
    throw new Error(`${file} could not be read: ${error.message}.`);
  });
  await replaceFile(file, withRules(before, rules, file));
}

function withRules(text: string, rules: readonly string[], file: string): string {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || tree?.type !== 'object') {
    throw new Error(`${file} is not valid JSON. Correct it, then save the rule again.`);
  }
  const node = findNodeAtLocation(tree, ['permissions', 'allow']);
  if (node && node.type !== 'array') throw new Error(`permissions.allow in ${file} is not a list. Correct it first.`);
  const known = node ? (getNodeValue(node) as unknown[]) : [];
  const formattingOptions = { insertSpaces: true, tabSize: 2, insertFinalNewline: true };
  return rules
    .filter((rule) => !known.includes(rule))
    .reduce((now, rule, index) => {
      const place = ['permissions', 'allow', known.length + index];
      return applyEdits(now, modify(now, place, rule, { formattingOptions, isArrayInsertion: true }));
    }, text);
}

/** The file is the old one or the new one, never half. */
async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw new Error(`${file} could not be written: ${error instanceof Error ? error.message : String(error)}.`, {
      cause: error,
    });
  }
}

// The tools that the model is told about only when it looks for them: found by name and by words.
import type { Tool } from '../tool.ts';

const NEAREST = 3;
/** Below this share of letter pairs two names have nothing to do with each other. */
const ALIKE = 0.3;

/** In their own order. */
export function deferredTools(tools: readonly Tool[]): readonly Tool[] {
  return tools.filter(({ deferred }) => deferred === true);
}

/** The tools that hold words of the query in their name or description, the best first. */
export function matchTools(tools: readonly Tool[], query: string): readonly Tool[] {
  const wanted = wordsOf(query);
  return tools
    .map((tool) => ({ tool, score: wanted.reduce((sum, word) => sum + scoreOf(tool, word), 0) }))
    .filter(({ score }) => score > 0)
    .toSorted((left, right) => right.score - left.score)
    .map(({ tool }) => tool);
}

/** A sentence with the names that were perhaps meant, or with all of them where they are few. */
export function nearestWords(name: string, names: readonly string[]): string {
  const near = names
    .map((other) => ({ other, alike: likeness(name.toLowerCase(), other.toLowerCase()) }))
    .filter(({ alike }) => alike >= ALIKE)
    .toSorted((left, right) => right.alike - left.alike)
    .slice(0, NEAREST)
    .map(({ other }) => other);
  if (near.length === 0) return 'No name is like it: look for it with ToolSearch.';
  return `The nearest ${near.length === 1 ? 'name is' : 'names are'} ${near.join(', ')}.`;
}

/** A name counts more than a description, a whole word more than a part. */
function scoreOf({ name, description }: Tool, word: string): number {
  const nameWords = wordsOf(name);
  if (name.toLowerCase() === word) return 20;
  if (nameWords.includes(word)) return 10;
  if (name.toLowerCase().includes(word)) return 6;
  const described = wordsOf(description);
  if (described.includes(word)) return 3;
  return word.length > 3 && described.some((other) => other.startsWith(word.slice(0, -1))) ? 1 : 0;
}

/** `TaskCreate` and `mcp__db__run_query` as their words. */
function wordsOf(text: string): string[] {
  const parts = text.replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2').toLowerCase();
  return parts.match(/[\p{L}\p{N}]+/gu)?.filter((word) => word.length > 1) ?? [];
}

/** The share of letter pairs that two names have in common, 0 to 1. */
function likeness(left: string, right: string): number {
  if (left === right) return 1;
  const [ours, theirs] = [letterPairs(left), letterPairs(right)];
  const common = ours.filter((pair) => {
    const at = theirs.indexOf(pair);
    if (at !== -1) theirs.splice(at, 1);
    return at !== -1;
  }).length;
  return (2 * common) / Math.max(1, left.length + right.length - 2);
}

function letterPairs(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2));
}

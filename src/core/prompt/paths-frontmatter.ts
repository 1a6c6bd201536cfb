// Reads the one thing that a rule's frontmatter may say here: `paths`, a list of globs. Everything else in it is passed over.

const MAX_PATTERNS = 100;
const MAX_PATTERN_CHARS = 500;

/**
 * `paths` as a list in brackets, as a block of `- ` lines, or as words with commas between. Without frontmatter the body is the whole
 * text. A frontmatter that is never closed is none.
 */
export function parsePathsFrontmatter(text: string): { body: string; paths: readonly string[] } {
  const match = /^---[ \t]*\n((?:[^\n]*\n)*?)---[ \t]*(?:\n|$)/.exec(text);
  if (!match) return { body: text, paths: [] };
  const lines = match[1]!.split('\n');
  const at = lines.findIndex((line) => /^paths[ \t]*:/.test(line));
  const body = text.slice(match[0].length);
  if (at === -1) return { body, paths: [] };
  const inline = lines[at]!.slice(lines[at]!.indexOf(':') + 1);
  const patterns = [...splitList(inline), ...blockItems(lines.slice(at + 1))];
  return { body, paths: patterns.filter((one) => one.length <= MAX_PATTERN_CHARS).slice(0, MAX_PATTERNS) };
}

function blockItems(lines: readonly string[]): string[] {
  const items: string[] = [];
  for (const line of lines) {
    const item = /^[ \t]*-[ \t]+(.*)$/.exec(line);
    if (item) items.push(unquoted(item[1]!));
    else if (line.trim() !== '' && !/^[ \t]*#/.test(line)) break;
  }
  return items.filter((item) => item !== '');
}

/** Commas within braces or quotes belong to the pattern. */
function splitList(text: string): string[] {
  const whole = withoutRemark(text).trim();
  const inner = whole.startsWith('[') && whole.endsWith(']') ? whole.slice(1, -1) : whole;
  const items: string[] = [''];
  let braces = 0;
  let quote = '';
  for (const char of inner) {
    if (quote) quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === '{') braces += 1;
    else if (char === '}') braces -= 1;
    if (char === ',' && !quote && braces <= 0) items.push('');
    else items[items.length - 1] += char;
  }
  return items.map(unquoted).filter((item) => item !== '');
}

function unquoted(item: string): string {
  const text = item.trim();
  const quoted = /^(["'])(.*)\1(?:[ \t]+#.*)?$/.exec(text);
  return quoted ? quoted[2]! : withoutRemark(text).trim();
}

function withoutRemark(text: string): string {
  return text.replace(/(?:^|[ \t])#.*$/, '');
}

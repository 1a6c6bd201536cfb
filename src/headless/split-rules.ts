// Several permission rules in one option: `Edit, Bash(npm test:*)`.

/** Rules stand one after another, or with commas between them; what is in brackets belongs to its rule. */
export function splitRules(text: string): string[] {
  const rules: string[] = [];
  let rule = '';
  let depth = 0;
  for (const char of text) {
    if (depth === 0 && /[\s,]/.test(char)) {
      rules.push(rule);
      rule = '';
      continue;
    }
    if (char === '(') depth++;
    if (char === ')') depth = Math.max(0, depth - 1);
    rule += char;
  }
  return [...rules, rule].filter((found) => found !== '');
}

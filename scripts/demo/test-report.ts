/** Reads what `node --test` prints, as a list for people or as TAP. */

export interface TestReport {
  tests: number;
  failed: number;
  failedNames: string[];
  /** The files that hold the failing tests, as printed: absolute, or relative to where the tests ran. */
  failedFiles: string[];
}

/** Returns undefined when the text does not hold a whole report. */
export function parseTestReport(output: string): TestReport | undefined {
  // oxlint-disable-next-line no-control-regex -- colours are control characters
  const text = output.replace(/\u001b\[[\d;]*m/g, '').replaceAll('\r', '');
  const tests = countOf('tests', text);
  const failed = countOf('fail', text);
  if (tests === undefined || failed === undefined) {
    return undefined;
  }
  const failures = failureSections(text);
  return {
    tests,
    failed,
    failedNames: unique(matches(failures, [/^✖ (.+?) \([\d.]+ms\)$/gm, /^not ok \d+ - (.+?)(?: # .*)?$/gm])),
    failedFiles: unique(
      matches(failures, [/^test at (.+?):\d+:\d+$/gm, /^\s*location: '(.+?):\d+:\d+'$/gm]).map(unescapeTap),
    ),
  };
}

function countOf(name: string, text: string): number | undefined {
  const found = new RegExp(`^(?:#|ℹ) ${name} (\\d+)$`, 'm').exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** The list repeats its failures at the end; TAP has them between the passed tests. */
function failureSections(text: string): string {
  const list = /^✖ failing tests:$/m.exec(text);
  if (list) {
    return text.slice(list.index + list[0].length);
  }
  return text
    .split(/^(?=(?:not )?ok \d+|# Subtest: )/m)
    .filter((section) => section.startsWith('not ok'))
    .join('');
}

function matches(text: string, patterns: RegExp[]): string[] {
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));
}

function unescapeTap(file: string): string {
  return file.replaceAll('\\\\', '\\');
}

function unique(values: string[]): string[] {
  return [...new Set(values)];
}

// Writes what a test run came to: a table of lanes and a last line that other programs read.
import type { TestCounts } from '../../test/support/editor-run/mocha-entry.ts';
import { addCounts } from './lanes.ts';

export interface LaneOutcome {
  readonly name: string;
  readonly counts: TestCounts;
  readonly milliseconds: number;
}

/** What the line of a failure begins with. */
export const FAILURE_MARK = '✖ ';

/** What the line of a test that was run once more begins with. */
export const REPEAT_MARK = '↻ ';

/** The table, a line for each test that was run once more and for each failure, then `total: N passed, N failed, N skipped` as its last line. */
export function laneSummary(outcomes: readonly LaneOutcome[]): string {
  const width = Math.max(4, ...outcomes.map(({ name }) => name.length));
  const row = (name: string, ...cells: (string | number)[]) =>
    `  ${name.padEnd(width)}${cells.map((cell) => String(cell).padStart(9)).join('')}`;
  const total = addCounts(outcomes.map(({ counts }) => counts));
  return [
    row('lane', 'passed', 'failed', 'skipped', 'time'),
    ...outcomes.map(({ name, counts, milliseconds }) =>
      row(name, counts.passed, counts.failed, counts.skipped, `${(milliseconds / 1000).toFixed(1)} s`),
    ),
    ...outcomes.flatMap(({ name, counts }) => (counts.repeated ?? []).map((line) => `${REPEAT_MARK}${name}: ${line}`)),
    ...outcomes.flatMap(({ name, counts }) => (counts.failures ?? []).map((line) => `${FAILURE_MARK}${name}: ${line}`)),
    `total: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`,
  ].join('\n');
}

/** A run is good when something passed and nothing failed. */
export function isGoodRun(outcomes: readonly LaneOutcome[]): boolean {
  const { passed, failed } = addCounts(outcomes.map(({ counts }) => counts));
  return passed > 0 && failed === 0;
}

// Runs mocha programmatically and says the counts in one line that a program can read. No `vscode` in here: the
// integration suite uses it inside the extension host, and the other lanes in a plain process.
import Mocha from 'mocha';

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One line for each failure, as far as they are known: what failed and how. */
  readonly failures?: readonly string[];
  /** The same for each test that failed at first and was run once more. */
  readonly repeated?: readonly string[];
}

/** How much of a failure's message its line holds, and how many lines there are. */
const MESSAGE_LENGTH = 500;
const MAX_LINES = 25;
const MARK = '##capstan-tests ';

/** Printed before the first suite; what the editor printed earlier is its own. */
export const startLine = '##capstan-tests-start';

export interface MochaRun {
  /** Defines the suites: called once, with mocha's globals in place. */
  readonly define: (mocha: Mocha) => void | Promise<void>;
  /** For one test; default 20 seconds. */
  readonly timeoutMs?: number;
  /** Only tests whose full title holds this text. */
  readonly grep?: string;
  /** A test that fails is run once more, and that is told; default false. */
  readonly onceMore?: boolean;
}

/**
 * Runs the suites, printing as the spec reporter does, then one line with the counts. Resolves with them; a suite that
 * fails to load, or a run in which no test ran, counts as one failure.
 */
export async function runMocha({ define, timeoutMs = 20_000, grep, onceMore = false }: MochaRun): Promise<TestCounts> {
  console.log(startLine);
  let counts: TestCounts = { passed: 0, failed: 1, skipped: 0 };
  try {
    const mocha = new Mocha({
      ui: 'bdd',
      reporter: 'spec',
      timeout: timeoutMs,
      slow: 1000,
      retries: onceMore ? 1 : 0,
      ...(grep ? { grep } : {}),
    });
    mocha.suite.emit('pre-require', globalThis as unknown as Mocha.MochaGlobals, '', mocha);
    await define(mocha);
    counts = await count(mocha);
    if (counts.passed + counts.failed + counts.skipped === 0) {
      console.error('No test ran: the suites define none, or the filter matches none.');
      counts = { passed: 0, failed: 1, skipped: 0 };
    }
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error);
    counts = { ...counts, failures: [oneLine('the suites', error)] };
  }
  console.log(countsLine(counts));
  return counts;
}

/**
 * For the module that the editor runs: `export const run = inEditor(() => import('./suite.ts'))`, or any function that
 * defines suites. The returned function rejects when a test failed, which is how the editor learns the exit code.
 */
export function inEditor(define: MochaRun['define'], options: Omit<MochaRun, 'define'> = {}): () => Promise<void> {
  return async () => {
    const { failed } = await runMocha({ define, ...options });
    if (failed > 0) throw new Error(`${failed} tests failed`);
  };
}

export function countsLine(counts: TestCounts): string {
  return `${MARK}${JSON.stringify(counts)}`;
}

/** The counts in a line of output; undefined when the line is any other. */
export function parseCountsLine(line: string): TestCounts | undefined {
  const start = line.indexOf(MARK);
  return start < 0 ? undefined : (JSON.parse(line.slice(start + MARK.length)) as TestCounts);
}

function count(mocha: Mocha): Promise<TestCounts> {
  return new Promise((resolve) => {
    const lines: string[] = [];
    const repeated: string[] = [];
    const runner = mocha.run(() => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      resolve({
        passed: passes,
        failed: failures,
        skipped: pending,
        ...(lines.length > 0 ? { failures: lines.slice(0, MAX_LINES) } : {}),
        ...(repeated.length > 0 ? { repeated: repeated.slice(0, MAX_LINES) } : {}),
      });
    });
    runner.on('fail', (test, error) => lines.push(oneLine(test.fullTitle(), error)));
    runner.on('retry', (test, error) => {
      repeated.push(oneLine(test.fullTitle(), error));
      console.log(`    ↻ ${test.title}: failed, and is run once more.\n      ${error.stack ?? error.message}`);
    });
  });
}

function oneLine(title: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `${title}: ${message}`.replaceAll(/\s+/g, ' ').slice(0, title.length + MESSAGE_LENGTH);
}

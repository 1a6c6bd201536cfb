// Tells the model, after its edits, which problems are new in the files it changed and how many went away.
import type { Reminder, Round } from '../../engine/reminder.ts';
import type { CodeProblem, FileProblems, LanguageServices } from './language-services.ts';
import { plural, problemLine, rank } from './problem-words.ts';

const MAX_PER_FILE = 10;
const MAX_FILES = 20;
const PATIENCE_MS = 800;
const LATE_PATIENCE_MS = 200;

/** One a session. `cwd`: what paths are shown against. */
export function createProblemReminder(
  services: Pick<LanguageServices, 'knownProblems' | 'settledProblems'>,
  cwd: () => string,
): Reminder {
  let before: ReadonlyMap<string, FileProblems> = new Map();
  /** Changed in the round before: its problems may have come too late for it. */
  let recent: readonly string[] = [];

  return {
    async take({ changed, signal }: Round) {
      const paths = changed.slice(0, MAX_FILES);
      const late = recent.filter((path) => !paths.includes(path));
      const [edited, looked] = await Promise.all([
        settled(services, paths, { edited: true, patienceMs: PATIENCE_MS, signal }),
        settled(services, late, { edited: false, patienceMs: LATE_PATIENCE_MS, signal }),
      ]);
      const known = (await services.knownProblems()).filter(({ virtual }) => !virtual);
      const found = [...edited, ...looked];
      const words = signal.aborted ? undefined : report(found, before, cwd());
      before = new Map([...known, ...found].map((file) => [file.path, file]));
      recent = paths;
      return words;
    },
  };
}

async function settled(
  services: Pick<LanguageServices, 'settledProblems'>,
  paths: readonly string[],
  options: Parameters<LanguageServices['settledProblems']>[1],
): Promise<readonly FileProblems[]> {
  return paths.length === 0 ? [] : services.settledProblems(paths, options);
}

function report(
  settled: readonly FileProblems[],
  earlier: ReadonlyMap<string, FileProblems>,
  cwd: string,
): string | undefined {
  const lines: string[] = [];
  let gone = 0;
  let unknown = false;
  for (const file of settled) {
    const old = earlier.get(file.path);
    const fresh = beyond(file.problems, old?.problems ?? []).toSorted(
      (left, right) => rank(left) - rank(right) || left.line - right.line,
    );
    gone += old ? beyond(old.problems, file.problems).length : 0;
    unknown ||= fresh.length > 0 && !old;
    lines.push(...fresh.slice(0, MAX_PER_FILE).map((problem) => problemLine(cwd, file, problem)));
    if (fresh.length > MAX_PER_FILE) lines.push(`[${fresh.length - MAX_PER_FILE} more in this file: use Diagnostics.]`);
  }
  const wentAway = gone === 0 ? '' : `${plural(gone, 'earlier problem')} went away.`;
  if (lines.length === 0) return wentAway === '' ? undefined : `After your changes: ${wentAway}`;
  const age = unknown ? ' (those of files that were not open before may be older)' : '';
  return [`The editor reports new problems after your changes${age}:`, ...lines, ...(wentAway ? [wentAway] : [])].join(
    '\n',
  );
}

/** Errors and warnings of `now` that `then` does not have as often. Lines move, so they do not count. */
function beyond(now: readonly CodeProblem[], then: readonly CodeProblem[]): CodeProblem[] {
  const left = new Map<string, number>();
  for (const problem of then) left.set(keyOf(problem), (left.get(keyOf(problem)) ?? 0) + 1);
  return now.filter((problem) => {
    if (problem.severity !== 'error' && problem.severity !== 'warning') return false;
    const count = left.get(keyOf(problem)) ?? 0;
    left.set(keyOf(problem), count - 1);
    return count <= 0;
  });
}

/** How bad the same problem is may be told differently from one time to the next. */
function keyOf({ source, message }: CodeProblem): string {
  return `${source}\n${message}`;
}

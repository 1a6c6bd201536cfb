// Problems put in words: worst first, one line each, capped with counts.
import { compareText, clip, placeName } from './code-places.ts';
import type { CodeProblem, FileProblems, ProblemSeverity } from './language-services.ts';

const SEVERITIES: readonly ProblemSeverity[] = ['error', 'warning', 'info', 'hint'];

/** `src/a.ts:3:7: error: message [ts 2322]`. */
export function problemLine(cwd: string, file: Pick<FileProblems, 'path' | 'virtual'>, problem: CodeProblem): string {
  const source = problem.source === '' ? '' : ` [${problem.source}]`;
  const { line, column, severity, message } = problem;
  return `${placeName(cwd, file)}:${line}:${column}: ${severity}: ${clip(message)}${source}`;
}

/** Errors of all files before warnings of any. */
export function problemLines(cwd: string, files: readonly FileProblems[], limit: number): string[] {
  const all = files.flatMap((file) => file.problems.map((problem) => ({ file, problem })));
  const ordered = all.toSorted(
    (left, right) =>
      rank(left.problem) - rank(right.problem) ||
      compareText(left.file.path, right.file.path) ||
      left.problem.line - right.problem.line,
  );
  const lines = ordered.slice(0, limit).map(({ file, problem }) => problemLine(cwd, file, problem));
  return all.length > limit ? [...lines, `[The first ${limit} of ${all.length}.]`] : lines;
}

export function rank({ severity }: CodeProblem): number {
  return SEVERITIES.indexOf(severity);
}

/** "2 errors, 1 warning in 2 files". */
export function countProblems(files: readonly FileProblems[]): string {
  const having = files.filter(({ problems }) => problems.length > 0);
  const counts = SEVERITIES.flatMap((severity) => {
    const count = having.flatMap(({ problems }) => problems).filter((problem) => problem.severity === severity).length;
    return count === 0 ? [] : [plural(count, severity === 'info' ? 'note' : severity)];
  });
  return `${counts.join(', ')} in ${plural(having.length, 'file')}`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

// The sources of context that the core can put in words itself: the date and the repository.
import { visibleText } from '../permissions/visible-text.ts';
import type { Clock, Git, GitState } from '../ports.ts';
import type { ContextSource } from './prompt-parts.ts';

const MAX_SUBJECT_CHARS = 120;
const MAX_PATH_CHARS = 300;

/** The machine's day, not the time: it changes once a day. */
export function dateSource(clock: Pick<Clock, 'now'>): ContextSource {
  return { name: 'date', followed: true, read: async () => isoDay(new Date(clock.now())) };
}

/** By hand: loading the tables of `Intl` would cost a fifth of the time to the first request. */
function isoDay(date: Date): string {
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part) => String(part).padStart(2, '0')).join('-');
}

export function gitSource(git: Git, cwd: string): ContextSource {
  return {
    name: 'git',
    followed: true,
    async read() {
      const state = await git.state(cwd);
      return state && describeGit(state);
    },
  };
}

function describeGit({ branch, defaultBranch, changes, commits }: GitState): string {
  const usual = defaultBranch === undefined ? '' : ` (default branch: ${oneLine(defaultBranch, MAX_PATH_CHARS)})`;
  const lines = [
    branch === undefined ? `No branch: HEAD is detached${usual}` : `Branch: ${oneLine(branch, MAX_PATH_CHARS)}${usual}`,
    ...describeChanges(changes),
    commits.length > 0 ? 'Last commits:' : 'No commits yet',
    ...commits.map(({ hash, subject }) => `  ${hash} ${oneLine(subject, MAX_SUBJECT_CHARS)}`),
  ];
  return lines.join('\n');
}

function describeChanges(changes: GitState['changes']): string[] {
  if (!changes) return ['Changes: not known, git status took too long'];
  if (changes.count === 0) return ['No uncommitted changes'];
  const left = changes.count - changes.listed.length;
  return [
    `Uncommitted changes: ${changes.more ? 'more than ' : ''}${changes.count}`,
    ...changes.listed.map(({ status, path }) => `  ${status} ${oneLine(path, MAX_PATH_CHARS)}`),
    ...(left > 0 ? [`  and ${left} more`] : []),
  ];
}

/** Names may hold anything, line ends and invisible characters included. */
function oneLine(text: string, maxChars: number): string {
  const line = visibleText(text.replaceAll('\n', String.raw`\n`));
  return line.length > maxChars ? `${line.slice(0, maxChars - 1)}…` : line;
}

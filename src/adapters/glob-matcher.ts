// Globs as both searches understand them.
import picomatch from 'picomatch';
import { SearchError } from '../core/ports.ts';

/**
 * A test for paths relative to the searched folder, with forward slashes. A pattern without a slash matches names at any depth; dot
 * files count; one that starts with `!` matches what the rest does not. Throws `SearchError`.
 */
export function globMatcher(pattern: string): (relative: string) => boolean {
  const negated = pattern.startsWith('!');
  const plain = (negated ? pattern.slice(1) : pattern).replace(/^(?:\.?\/)+/, '');
  if (plain === '') throw new SearchError(`"${pattern}" is not a glob. Give one such as "*.ts" or "src/**/*.ts".`);
  const anywhere = plain.includes('/') ? plain : `**/${plain}`;
  try {
    const matches = picomatch(anywhere, { dot: true, nonegate: true, windows: false });
    return (relative) => matches(relative) !== negated;
  } catch {
    throw new SearchError(`"${pattern}" is not a glob that can be used. Give a simpler one such as "src/**/*.ts".`);
  }
}

// Stands where the window of the transcript ends: says how much more there is, and brings it.
import type { FollowEnd } from './use-follow-end.ts';

export function Gap({ ask, to, words }: { to: 'earlier' | 'later'; words: string } & Pick<FollowEnd, 'ask'>) {
  return (
    <button type="button" class="link gap" dir="auto" data-stop="" tabIndex={-1} onClick={() => ask(to)}>
      {words}
    </button>
  );
}

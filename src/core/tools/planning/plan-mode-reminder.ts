// Says once what plan mode means when it begins, by whoever's hand, and once that it has ended.
import type { Reminder } from '../../engine/reminder.ts';
import type { DurableEvent } from '../../events.ts';
import type { ModeState } from '../../permissions/mode.ts';

const ON =
  'Plan mode is on: change nothing. Read, search and ask what you need to know; edits, and commands that could change something, are refused. Then present a plan with ExitPlanMode.';
const OFF = 'Plan mode is off: changes are possible again, as the permissions allow.';

/** `entries`: the events of the session so far. `forget`: what was told is no longer before the model. */
export function createPlanModeReminder(
  mode: ModeState,
  entries: readonly DurableEvent[] = [],
): Reminder & { forget(): void } {
  let told = entries.reduce(foldTold, false);
  return {
    forget: () => void (told = false),
    async take() {
      const isPlan = mode.current === 'plan';
      if (isPlan === told) return undefined;
      told = isPlan;
      return isPlan ? ON : OFF;
    },
  };
}

/** Whether the last thing that the model was told is that plan mode is on. */
function foldTold(told: boolean, event: DurableEvent): boolean {
  if (event.type === 'compacted') return false;
  if (event.type !== 'context_added') return told;
  return event.text === ON || (told && event.text !== OFF);
}

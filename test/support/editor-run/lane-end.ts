// What lasts as long as the process of a lane, over all its files, and is put away at its end.
const closers: (() => Promise<unknown>)[] = [];

export function atLaneEnd(close: () => Promise<unknown>): void {
  closers.push(close);
}

/** The newest first. For the lane itself. */
export async function endLane(): Promise<void> {
  for (const close of closers.splice(0).toReversed()) await close();
}

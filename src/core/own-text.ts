// Cuts texts so that the part does not keep the whole in memory.

/** Engines make a part of a text as a view of the whole one; what is put together anew and cut from that stands for itself. */
export function ownText(part: string): string {
  return ` ${part}`.slice(1);
}

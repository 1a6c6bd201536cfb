// Lets what came anew over the wire and is the same as before be the same object, so that only the rest is drawn again.

/** `after`, with every part that equals its counterpart in `before` in that one's place. Things with an `id` are matched by it. */
export function keepSame<T>(before: unknown, after: T): T {
  if (before === after || !isObject(before) || !isObject(after)) return after;
  if (Array.isArray(after)) return (Array.isArray(before) ? keepItems(before, after) : after) as T;
  const keys = Object.keys(after);
  let same = keys.length === Object.keys(before).length;
  const kept = Object.fromEntries(
    keys.map((key) => {
      const value = keepSame(before[key], after[key]);
      same &&= value === before[key];
      return [key, value];
    }),
  );
  return (same ? before : kept) as T;
}

function keepItems(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  const byId = new Map(before.map((item) => [idOf(item), item]));
  const kept = after.map((item, index) =>
    keepSame(idOf(item) === undefined ? before[index] : byId.get(idOf(item)), item),
  );
  return kept.length === before.length && kept.every((item, index) => item === before[index]) ? before : kept;
}

function idOf(item: unknown): unknown {
  return isObject(item) ? item['id'] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

// Order statistics over small samples.

/** Linear between neighbours; undefined without values. */
export function quantile(values: readonly (number | undefined)[], share: number): number | undefined {
  const sorted = values.filter((value): value is number => Number.isFinite(value)).toSorted((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const low = sorted[below]!;
  return low + ((sorted[below + 1] ?? low) - low) * (at - below);
}

export function median(values: readonly (number | undefined)[]): number | undefined {
  return quantile(values, 0.5);
}

// One clock for all processes of a benchmark: the machine's monotonic one.

/** Milliseconds with fractions; comparable between processes of one machine. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

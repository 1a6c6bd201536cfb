// Signals that end a run: the first stops it in good order, the second ends the process at once.

/** Shell convention: 128 and the signal's number. */
const STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export interface Interrupts {
  /** Of the first signal; undefined when there was none. */
  readonly status: number | undefined;
}

/** For the rest of the process's life. */
export function watchInterrupts(onFirst: () => void): Interrupts {
  const interrupts: { status: number | undefined } = { status: undefined };
  for (const name of Object.keys(STATUS) as (keyof typeof STATUS)[]) {
    process.on(name, () => {
      if (interrupts.status !== undefined) process.exit(STATUS[name]);
      interrupts.status = STATUS[name];
      onFirst();
    });
  }
  return interrupts;
}

// Tells a person how a long step is going: one rewritten line in a terminal, plain lines elsewhere.

/** @typedef {{ update(text: string): void, done(text?: string): void, fail(): void }} Step */

const HEARTBEAT_MS = 20_000;

/**
 * Starts a step and says so. Exactly one of `done` and `fail` ends it; until then it shows the seconds passed,
 * and where lines cannot be rewritten it says every 20 seconds that it is still going.
 * @param {string} label what is being done, as a person would say it
 * @param {{ stream?: NodeJS.WriteStream, plain?: boolean }} [options] where to write (default: standard error)
 * @returns {Step}
 */
export function startStep(label, options = {}) {
  const stream = options.stream ?? process.stderr;
  const plain = options.plain ?? (!stream.isTTY || Boolean(process.env['CI']));
  const started = Date.now();
  let detail = '';
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(plain ? 1 : 0)} s`;
  const text = () => `${label}${detail ? `: ${detail}` : ''}`;
  const draw = () => {
    const width = Math.max(20, (stream.columns ?? 80) - 1);
    stream.write(`\r\x1b[2K${`${text()} (${seconds()})`.slice(0, width)}`);
  };
  if (plain) stream.write(`${label} …\n`);
  else draw();
  const timer = setInterval(
    () => (plain ? stream.write(`${text()}, still going (${seconds()})\n`) : draw()),
    plain ? HEARTBEAT_MS : 500,
  );
  timer.unref();
  const end = (/** @type {string} */ line) => {
    clearInterval(timer);
    stream.write(plain ? `${line}\n` : `\r\x1b[2K${line}\n`);
  };
  return {
    update(next) {
      detail = next;
      if (!plain) draw();
    },
    done: (result) => end(`${label}: ${result ?? 'done'} (${seconds()})`),
    fail: () => end(`${label}: failed (${seconds()})`),
  };
}

/**
 * Runs `action` as one step, ended by its outcome.
 * @template T
 * @param {string} label
 * @param {(step: Step) => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withStep(label, action) {
  const step = startStep(label);
  /** @type {string | undefined} */
  let last;
  try {
    const result = await action({ ...step, done: (text) => (last = text) });
    step.done(last);
    return result;
  } catch (error) {
    step.fail();
    throw error;
  }
}

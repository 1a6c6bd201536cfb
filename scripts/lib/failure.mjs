// Turns the ways a development command can fail into one sentence that says what to do next.

/** A failure whose message is meant for a person; commands print it without a stack and exit 1. */
export class DevFailure extends Error {
  /** @param {string} message @param {ErrorOptions} [options] */
  constructor(message, options) {
    super(message, options);
    this.name = 'DevFailure';
  }
}

/** @type {[RegExp, string][]} */
const NPM_CAUSES = [
  [
    /\bENOSPC\b|no space left/i,
    'the disk is full. Free some space (about 1.5 GB is enough for everything) and run the command again',
  ],
  [
    /\bE401\b|\bE403\b|\bENEEDAUTH\b|403 Forbidden|401 Unauthorized/,
    'the package registry refused it. Check `npm config get registry` and your access to it (`npm ping`), then run the command again',
  ],
  [
    /\bETARGET\b|\bE404\b|No matching version/,
    'the package registry does not have that version. A mirror may be behind: try another with `npm config set registry URL`, then run the command again',
  ],
  [
    /\bENOTFOUND\b|\bEAI_AGAIN\b|\bECONNREFUSED\b|\bECONNRESET\b|\bETIMEDOUT\b|\bENETUNREACH\b|ERR_SOCKET_TIMEOUT|\bENOTCACHED\b|\bE50\d\b/,
    'the package registry cannot be reached. Check the network, or the proxy in `npm config get proxy`, then run the command again; what is already there is kept',
  ],
  [
    /can only install packages when your package\.json and package-lock\.json|npm ci.*in sync/s,
    'package.json and package-lock.json disagree. Run `npm install` and run the command again',
  ],
  [
    /\bEBADPLATFORM\b/,
    `a package does not exist for ${process.platform}-${process.arch}. Use Linux, macOS or Windows on x64 or arm64`,
  ],
  [
    /\bEACCES\b|\bEPERM\b|\bEROFS\b/,
    'a folder cannot be written. Make it writable for you (it may belong to root) and run the command again',
  ],
];

/**
 * The sentence for an npm run that failed.
 * @param {string} what what was being installed
 * @param {string} output everything npm printed
 * @returns {DevFailure}
 */
export function explainNpmFailure(what, output) {
  const cause = NPM_CAUSES.find(([pattern]) => pattern.test(output))?.[1];
  if (cause) return new DevFailure(`Could not install ${what}: ${cause}.`);
  const tail = output.trim().split('\n').slice(-6).join('\n  ');
  return new DevFailure(
    `Could not install ${what}. Run the command again; if it fails again, npm's last words were:\n  ${tail}`,
  );
}

/**
 * The sentence for a system error (disk, rights, ports), or the error itself when it is of no known kind.
 * @param {string} what what was being done, as in "Could not <what>"
 * @param {unknown} error
 * @returns {unknown}
 */
export function explainSystemError(what, error) {
  if (error instanceof DevFailure || !(error instanceof Error)) return error;
  const code = /** @type {NodeJS.ErrnoException} */ (error).code;
  const next = {
    ENOSPC: 'the disk is full. Free some space (about 1.5 GB is enough for everything) and run the command again',
    EACCES: 'the folder cannot be written. Make it writable for you, or set CAPSTAN_DEV_CACHE to a folder that is',
    EPERM: 'the system does not allow it. Close programs that use the folder, or set CAPSTAN_DEV_CACHE to another one',
    EROFS: 'the disk is read-only. Set CAPSTAN_DEV_CACHE to a folder that can be written',
    EADDRINUSE: 'the port is taken. Choose another with --port N, or leave --port out to have a free one picked',
  }[code ?? ''];
  return next ? new DevFailure(`Could not ${what}: ${next}.`, { cause: error }) : error;
}

/**
 * Ends a command: a DevFailure prints as its sentence, anything else with its stack. Sets exit code 1.
 * @param {unknown} error
 */
export function reportFailure(error) {
  const text =
    error instanceof DevFailure
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  process.stderr.write(`\n${text}\n`);
  process.exitCode = 1;
}

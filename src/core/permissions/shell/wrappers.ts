// Commands that run their arguments: which of their words are the inner command, or the text of a script.
import { readOptions, type OptionTable, type ReadOptions } from './options.ts';
import { ASSIGNMENT, programName, unknownWord, type ShellWord } from './shell-word.ts';

export type Inner =
  | { readonly kind: 'command'; readonly words: readonly ShellWord[] }
  /** Text that a shell reads. `inline`: by this very shell, so that its `cd` counts. */
  | { readonly kind: 'script'; readonly script: string; readonly inline: boolean };

export interface Unwrapped {
  readonly inners: readonly Inner[];
  /** The wrapper changes nothing by itself: a rule about the inner command is enough. */
  readonly transparent: boolean;
  /** Only a rule that names the whole command may allow it. */
  readonly exact?: boolean;
  /** Why nobody can say what it runs. */
  readonly unclear?: string;
}

interface PrefixWrapper extends OptionTable {
  readonly transparent?: true;
  readonly exact?: true;
  /** How many words stand before the command. */
  readonly skip?: number;
  readonly assignments?: true;
  /** Options after which no command is run. */
  readonly lookup?: string;
}

const PREFIX: Readonly<Record<string, PrefixWrapper>> = {
  timeout: {
    transparent: true,
    flags: 'fpv',
    values: 'ks',
    long: '--foreground --preserve-status --verbose',
    longValues: '--kill-after --signal',
    skip: 1,
  },
  nice: { transparent: true, values: 'n', longValues: '--adjustment', also: /^-\d+$/ },
  nohup: { transparent: true },
  stdbuf: { transparent: true, values: 'ioe', longValues: '--input --output --error' },
  command: { transparent: true, flags: 'pvV', lookup: '-v -V' },
  builtin: { transparent: true },
  noglob: { transparent: true },
  exec: { flags: 'cl', values: 'a' },
  time: { transparent: true, flags: 'pvq', long: '--portability --verbose --quiet' },
  env: {
    flags: 'i0v',
    values: 'u',
    long: '--ignore-environment --null --debug',
    longValues: '--unset',
    assignments: true,
    also: /^-$/,
  },
  sudo: {
    flags: 'EnHSbAPk',
    values: 'ughpCTrt',
    long: '--preserve-env --non-interactive --set-home --stdin --background --askpass',
    longValues: '--user --group --host --prompt --close-from',
    assignments: true,
  },
  doas: { flags: 'n', values: 'uC' },
  setsid: { exact: true, flags: 'cfw', long: '--ctty --fork --wait' },
  ionice: { exact: true, flags: 't', values: 'cn', long: '--ignore', longValues: '--class --classdata' },
  chrt: { exact: true, flags: 'abdfiorR', skip: 1 },
  busybox: {},
  toybox: {},
};

/** Shells that take `-c`. */
const SHELLS = new Set('bash sh zsh dash ksh ash mksh rbash'.split(' '));

/** They run something else, in ways that are not read here. */
const OPAQUE = new Set(
  (
    'su parallel chroot nsenter unshare strace ltrace script expect unbuffer fish csh tcsh pwsh powershell runuser pkexec systemd-run ' +
    'start-stop-daemon setarch taskset numactl prlimit dbus-run-session xvfb-run entr fakeroot firejail bwrap proxychains proxychains4 torsocks rlwrap setpriv ' +
    'compgen complete bind enable fc'
  ).split(' '),
);

/** The script may stand in the command after all, as the text of another program. */
export const READS_INPUT = 'a shell reads its script from its input';

/** Undefined for what runs nothing but itself. The words begin with the name. */
export function unwrap(words: readonly ShellWord[]): Unwrapped | undefined {
  const [head, ...rest] = words;
  if (!head) return undefined;
  const name = programName(head.text);
  if (SHELLS.has(name)) return unwrapShell(rest);
  if (OPAQUE.has(name)) return unclear(`${name} may run another command`, rest);
  const prefix = Object.hasOwn(PREFIX, name) ? PREFIX[name] : undefined;
  if (prefix) return unwrapPrefix(name, prefix, rest);
  return Object.hasOwn(SPECIAL, name) ? SPECIAL[name]?.(rest) : undefined;
}

/** Every tail of the words may be a command, for deny and ask. */
function unclear(reason: string, rest: readonly ShellWord[]): Unwrapped {
  const inners: Inner[] = rest.map((_, index) => ({ kind: 'command', words: rest.slice(index) }));
  return { inners, transparent: false, unclear: reason };
}

function inner(words: readonly ShellWord[]): Inner[] {
  return words.length > 0 ? [{ kind: 'command', words }] : [];
}

function unwrapPrefix(name: string, wrapper: PrefixWrapper, rest: readonly ShellWord[]): Unwrapped | undefined {
  if (rest.length === 0) return undefined;
  const read = readOptions(rest, wrapper);
  if (!read) return unclear(`the options of ${name} are not known`, rest);
  if (read.options.some(({ name }) => wrapper.lookup?.split(' ').includes(name))) return undefined;
  const skip = wrapper.skip ?? 0;
  // The assignments of `env` stay with the inner command, which is read as if they stood there.
  const words = read.rest.slice(skip);
  if (words.length === 0 || read.rest.slice(0, skip).some((word) => word.splits)) {
    return read.rest.length === 0 ? undefined : unclear(`${name} has no command`, rest);
  }
  if (!wrapper.assignments && ASSIGNMENT.test(words[0]!.text) && name !== 'time') {
    return unclear(`${name} is followed by an assignment`, rest);
  }
  const exact = wrapper.exact ? { exact: true } : {};
  return { inners: inner(words), transparent: wrapper.transparent ?? false, ...exact };
}

function unwrapShell(rest: readonly ShellWord[]): Unwrapped {
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index]!;
    const { text } = word;
    if (!word.literal) return unclear('a shell gets a script that is not written out', rest);
    if (/^[-+]o$/.test(text) || /^--(?:rcfile|init-file)$/.test(text)) {
      if (text.startsWith('--')) return unclear('a shell reads a file before its script', rest);
      index += 1;
    } else if (/^--(?:norc|noprofile|posix|restricted|verbose)$/.test(text)) {
      continue;
    } else if (/^-[abefhkmnptuvxBCEHPT]*c[abefhkmnptuvxBCEHPT]*$/.test(text)) {
      return shellScript(rest, index + 1);
    } else if (/^-[abefhkmnptuvxBCEHPTo]+$/.test(text) || /^\+[a-zA-Z]+$/.test(text)) {
      if (text.endsWith('o')) index += 1;
    } else if (text.startsWith('-')) {
      const script = rest.find((word) => /\s/.test(word.text));
      return {
        ...unclear('the options of a shell are not known', rest),
        inners: script ? [{ kind: 'script', script: script.text, inline: false }] : inner(rest.slice(index + 1)),
      };
    } else {
      // A script file: a program like any other. The file of a descriptor or a substitution is none.
      if (/^\/(?:dev|proc)\//.test(text)) return unclear('a shell reads its script from a stream', []);
      return { inners: [], transparent: false };
    }
  }
  return unclear(READS_INPUT, []);
}

function shellScript(rest: readonly ShellWord[], index: number): Unwrapped {
  let at = index;
  // Options may stand between -c and the script.
  while (/^[-+][a-zA-Z]+$/.test(rest[at]?.text ?? '') && rest[at]?.literal) at += 1;
  const script = rest[at];
  if (!script) return unclear('a shell has no script', rest);
  const inners: Inner[] = [{ kind: 'script', script: script.bare, inline: false }];
  if (!script.literal) return { inners, transparent: false, unclear: 'a shell gets a script that is not written out' };
  return { inners: [{ kind: 'script', script: script.text, inline: false }], transparent: false };
}

function joined(words: readonly ShellWord[], what: string, inline: boolean): Unwrapped | undefined {
  if (words.length === 0) return undefined;
  const text = words.map((word) => (word.literal ? word.text : word.bare)).join(' ');
  const inners: Inner[] = [{ kind: 'script', script: text, inline }];
  if (words.every((word) => word.literal)) return { inners, transparent: false };
  return { inners, transparent: false, unclear: `${what} gets a script that is not written out` };
}

const FIND_RUNS = /^-(?:exec|execdir|ok|okdir)$/;

function unwrapFind(rest: readonly ShellWord[]): Unwrapped | undefined {
  const inners: Inner[] = [];
  let reason: string | undefined;
  let exact = false;
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index]!;
    const plain = word.literal || (word.known !== '' && !word.splits && !/^[-(!,]/.test(word.known));
    // Behind an option that takes a pattern or a file a dynamic word cannot be an action.
    const valued =
      /^-(?:i?name|i?path|i?regex|i?wholename|newer\w*|type|maxdepth|mindepth|size|m?time|user|group|perm)$/;
    const isValue = !word.splits && valued.test(rest[index - 1]?.text ?? '');
    if (!plain && !isValue) reason ??= 'find gets words that may run a command';
    if (word.text === '-delete' || /^-(?:fprint|fprintf|fprint0|fls)$/.test(word.text)) exact = true;
    if (!FIND_RUNS.test(word.text)) continue;
    exact = true;
    const end = rest.findIndex(
      (other, at) =>
        at > index && other.literal && (other.text === ';' || (other.text === '+' && rest[at - 1]?.text === '{}')),
    );
    if (end === -1) reason ??= 'the command of find does not end';
    const words = rest.slice(index + 1, end === -1 ? undefined : end);
    inners.push(...inner(words.map((word) => placeholder(word, '{}'))));
    if (end !== -1) index = end;
  }
  if (!exact && reason === undefined) return undefined;
  return {
    inners,
    transparent: false,
    ...(exact ? { exact } : {}),
    ...(reason === undefined ? {} : { unclear: reason }),
  };
}

/** A word that something else is put into. */
function placeholder(word: ShellWord, mark: string): ShellWord {
  const at = word.text.indexOf(mark);
  if (at === -1) return word;
  return { ...word, literal: false, known: word.known.slice(0, at), bare: word.bare.replaceAll(mark, '') };
}

const XARGS: OptionTable = {
  flags: '0rtpxo',
  values: 'nPLIdEsa',
  long: '--null --no-run-if-empty --verbose --interactive --exit',
  longValues: '--max-args --max-procs --max-lines --delimiter --eof --max-chars --arg-file --replace',
  also: /^-[ile]/,
};

function unwrapXargs(rest: readonly ShellWord[]): Unwrapped {
  const read = readOptions(rest, XARGS);
  if (!read) return unclear('the options of xargs are not known', rest);
  if (read.rest.length === 0) return { inners: [], transparent: false };
  const mark = markOf(read);
  const words =
    mark === undefined
      ? [...read.rest, unknownWord('(what xargs reads)')]
      : read.rest.map((word) => placeholder(word, mark));
  return { inners: inner(words), transparent: read.options.length === 0 };
}

function markOf(read: ReadOptions): string | undefined {
  for (const { name, value } of read.options) {
    if (name === '-I' || name === '--replace') return value?.text ?? '{}';
    if (name.startsWith('-i')) return name.slice(2) || '{}';
  }
  return undefined;
}

const SPECIAL: Readonly<Record<string, (rest: readonly ShellWord[]) => Unwrapped | undefined>> = {
  eval: (rest) => joined(rest[0]?.text === '--' ? rest.slice(1) : rest, 'eval', true),
  find: unwrapFind,
  xargs: unwrapXargs,
  trap(rest) {
    const words = rest[0]?.text === '--' ? rest.slice(1) : rest;
    const [script] = words;
    if (!script || words.length < 2 || (script.literal && /^-[lp]?$/.test(script.text))) return undefined;
    return joined([script], 'trap', true);
  },
  watch(rest) {
    const read = readOptions(rest, {
      flags: 'dtbegcx',
      values: 'n',
      long: '--no-title --beep --errexit --chgexit --color --exec --differences',
      longValues: '--interval',
    });
    if (!read) return unclear('the options of watch are not known', rest);
    const direct = read.options.some(({ name }) => name === '-x' || name === '--exec');
    const found = direct ? { inners: inner(read.rest), transparent: false } : joined(read.rest, 'watch', false);
    return found && { ...found, exact: true };
  },
  flock(rest) {
    const read = readOptions(rest, {
      flags: 'sxeunoF',
      values: 'wE',
      long: '--shared --exclusive --unlock --nonblock --close --no-fork',
      longValues: '--timeout --conflict-exit-code',
    });
    if (!read) return unclear('the options of flock are not known', rest);
    const [, first, script, ...more] = read.rest;
    if (!first) return undefined;
    if (/^(?:-c|--command)$/.test(first.text)) {
      const found = script && more.length === 0 ? joined([script], 'flock', false) : undefined;
      return found ? { ...found, exact: true } : unclear('flock has no command', rest);
    }
    return { inners: inner(read.rest.slice(1)), transparent: false, exact: true };
  },
  // They run a file, or what a stream gives.
  source: unwrapSource,
  '.': unwrapSource,
  // They give a name another meaning, or text to the shell.
  alias(rest) {
    const bodies = rest.map((word) => word.bare.slice(word.bare.indexOf('=') + 1));
    if (!rest.some((word) => !word.literal || word.text.includes('='))) return undefined;
    const inners: Inner[] = bodies.map((script) => ({ kind: 'script', script, inline: true }));
    return { inners, transparent: false, unclear: 'it gives a command another name' };
  },
  hash: (rest) => (rest.some(isOption('p')) ? unclear('it gives a command another file', rest) : undefined),
  mapfile: (rest) => (rest.some(isOption('C')) ? unclear('mapfile may run a command', rest) : undefined),
  readarray: (rest) => (rest.some(isOption('C')) ? unclear('readarray may run a command', rest) : undefined),
  let: (rest) =>
    rest.every((word) => word.literal && /^[\d\s()+*/%-]*$/.test(word.text))
      ? undefined
      : unclear('let sets variables', []),
};

function isOption(letter: string): (word: ShellWord) => boolean {
  return (word) => !word.literal || (/^-[A-Za-z]/.test(word.text) && word.text.includes(letter));
}

function unwrapSource(rest: readonly ShellWord[]): Unwrapped | undefined {
  const file = rest[0]?.text === '--' ? rest[1] : rest[0];
  if (!file) return undefined;
  if (file.literal && !/^\/(?:dev|proc)\//.test(file.text)) return undefined;
  return unclear('it reads a script that is not a plain file', []);
}

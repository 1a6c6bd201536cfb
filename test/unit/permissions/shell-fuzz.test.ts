import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { judgeCommand } from '../../../src/core/permissions/command-rules.ts';
import { createShellGrammar } from '../../../src/adapters/shell-grammar.ts';
import { analyzeCommand, type ShellAnalysis } from '../../../src/core/permissions/shell-analysis.ts';
import { rulesOf } from '../../support/memory/tool-bench.ts';

/** The only programs in the jail. Each writes what it was called with, one argument a line, and ends. */
const STUBS = ['aa', 'bb', 'cc', 'rm', 'git', 'ls'] as const;

/** One of the programs may not run at all. */
const { rules: everything } = rulesOf({ allow: ['Bash'], deny: ['Bash(cc:*)'] });

const RUNS = Number(process.env['CAPSTAN_FUZZ_RUNS'] ?? 400);
/** How many run beside each other. */
const BESIDE = 6;

const name = fc.constantFrom(...STUBS);
const plainWord = fc.constantFrom(
  'x',
  'y1',
  '-f',
  '--long=v',
  'a.b',
  '{}',
  '+',
  '!',
  '#z',
  'a#b',
  '=',
  '[',
  ']',
  '%',
  ',',
  '1',
  'in',
  'do',
);
const quotedName = fc.oneof(
  { weight: 6, arbitrary: name },
  name.map((text) => `"${text}"`),
  name.map((text) => `'${text}'`),
  name.map((text) => `\\${text}`),
  name.map((text) => `${text[0]}''${text.slice(1)}`),
  name.map((text) => `${text[0]}"${text.slice(1)}"`),
  name.map((text) => `$'${text}'`),
  name.map((text) => `$"${text}"`),
  name.map((text) => `$'\\x${text.codePointAt(0)!.toString(16)}${text.slice(1)}'`),
  name.map((text) => `{${text},x}`),
  name.map((text) => `${text}{,}`),
  name.map((text) => `${text[0]}\\\n${text.slice(1)}`),
  name.map((text) => `${text[0]}$@${text.slice(1)}`),
  name.map((text) => `${text}$IFS`),
);

// An interface would not do: the builder wants an index.
// oxlint-disable-next-line typescript/consistent-type-definitions
type Pieces = { word: string; simple: string; script: string };

const { script } = fc.letrec<Pieces>((tie) => ({
  word: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 5, arbitrary: plainWord },
    { weight: 1, arbitrary: name },
    fc.constantFrom(
      '"a b"',
      "'a;rm x'",
      '"a;rm"',
      String.raw`a\ b`,
      String.raw`\;`,
      String.raw`\$(rm)`,
      '$v',
      '"$v"',
      '${v}',
      '$',
      '"$"',
      '~',
      '*',
    ),
    fc.constantFrom(
      '{x,y}',
      '{x,y',
      '{1..2}',
      "$'a\\tb'",
      '$"t"',
      "$'it\\'s'",
      '"\\""',
      "''",
      '""',
      '"`"',
      '$((1+1))',
      '$((v))',
      '$[1]',
      'a=b',
      '"#"',
    ),
    tie('script').map((inner) => `$(${inner})`),
    tie('script').map((inner) => `"$(${inner})"`),
    tie('script').map((inner) => `"a $(${inner}) 'b"`),
    tie('script').map((inner) => `\`${inner.replaceAll(/[\\`]/g, '')}\``),
    tie('script').map((inner) => `"\`${inner.replaceAll(/[\\`"]/g, '')}\`"`),
    tie('script').map((inner) => `<(${inner})`),
    tie('script').map((inner) => `\${v:-$(${inner})}`),
    tie('script').map((inner) => `"\${v:-$(${inner})}"`),
    tie('script').map((inner) => `\${v:-\`${inner.replaceAll(/[\\`]/g, '')}\`}`),
    tie('script').map((inner) => `$((1+$(${inner})0))`),
    tie('word').map((inner) => `\${v:-${inner}}`),
    tie('word').map((inner) => `\${v#${inner}}`),
    fc.tuple(tie('word'), tie('word')).map((both) => both.join('')),
    fc.tuple(tie('word'), tie('word')).map(([left, right]) => `"${left}${right}"`),
  ),
  simple: fc
    .tuple(
      fc.constantFrom('', '', '', '', 'v=1 ', 'v="a b" ', 'v=$(aa) ', 'a[0]=1 ', '>f ', 'v+=x '),
      fc.constantFrom(
        '',
        '',
        '',
        '',
        '',
        'command ',
        'exec ',
        'eval ',
        'builtin ',
        'time ',
        '! ',
        'command -v ',
        'command -p ',
        'builtin command ',
        'time -p ',
        'coproc ',
        'time ! ',
      ),
      quotedName,
      fc.array(tie('word'), { maxLength: 3 }),
      fc.constantFrom(
        '',
        '',
        '',
        '',
        ' >f',
        ' 2>&1',
        ' &>f',
        ' <f',
        ' >f x',
        ' >|f',
        ' 2>/dev/null',
        ' <<<x',
        ' >&2',
        ' <&-',
        ' 3>f',
        ' {q}>f',
        '>f',
        ' >>f rm',
        ' 1>f 2>f',
      ),
    )
    .map(([assign, prefix, head, words, redirect]) => `${assign}${prefix}${[head, ...words].join(' ')}${redirect}`),
  script: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 6, arbitrary: tie('simple') },
    fc
      .tuple(
        tie('script'),
        fc.constantFrom(
          ' && ',
          ' || ',
          '; ',
          ' | ',
          ' & ',
          '\n',
          ' |& ',
          '&&',
          '|',
          ';',
          ' &&\n',
          ' |\n',
          ' \\\n&& ',
          '\n\n',
          ' ;',
          ' # c\n',
        ),
        tie('script'),
      )
      .map((parts) => parts.join('')),
    tie('script').map((inner) => `( ${inner} )`),
    tie('script').map((inner) => `(${inner}) >f`),
    tie('script').map((inner) => `{ ${inner}; }`),
    tie('script').map((inner) => `{ ${inner}\n} 2>&1`),
    tie('script').map((inner) => `time { ${inner}; }`),
    tie('script').map((inner) => `! ( ${inner} )`),
    tie('script').map((inner) => `if ${inner}; then ${inner}; else aa; fi`),
    tie('script').map((inner) => `for v in a b; do ${inner}; done`),
    tie('script').map((inner) => `for v in $(${inner}); do bb $v; done`),
    tie('script').map((inner) => `for ((;0;)); do ${inner}; done`),
    tie('script').map((inner) => `while ${inner}; do break; done`),
    tie('script').map((inner) => `until ${inner}; do break; done`),
    tie('script').map((inner) => `case x in x) ${inner};; *) cc;; esac`),
    tie('script').map((inner) => `case $(${inner}) in (a|b) aa;; *) ${inner}\nesac`),
    tie('script').map((inner) => `f() { ${inner}; }; f x`),
    tie('script').map((inner) => `function rm { ${inner}; }; rm x`),
    tie('script').map((inner) => `[[ -n $(${inner}) && a == b* ]]`),
    tie('script').map((inner) => `v=$(${inner})`),
    tie('script').map((inner) => `v=(a $(${inner}))`),
    tie('script').map((inner) => `declare v=$(${inner})`),
    tie('script').map((inner) => `((v=$(${inner})0))`),
    tie('script').map((inner) => `coproc { ${inner}; }`),
    tie('script').map((inner) => `coproc N ( ${inner} )`),
    tie('script').map((inner) => `eval '${inner.replaceAll("'", '')}'`),
    tie('script').map((inner) => `eval "${inner.replaceAll(/[\\"]/g, '')}"`),
    tie('script').map((inner) => `trap '${inner.replaceAll("'", '')}' EXIT`),
    tie('script').map((inner) => `bash -c '${inner.replaceAll("'", '')}'`),
    tie('script').map((inner) => `bash -c "${inner.replaceAll(/[\\"]/g, '')}"`),
    tie('script').map((inner) => `echo '${inner.replaceAll("'", '')}' | bash`),
    tie('script').map((inner) => `aa <<E\nx $(${inner}) y\nE\nbb`),
    tie('script').map((inner) => `aa <<'E'\n${inner}\nE\nbb`),
    tie('script').map((inner) => `aa <<-E | cc\n\t\`${inner.replaceAll(/[\\`]/g, '')}\`\n\tE\n`),
    tie('script').map((inner) => `aa <<A <<"B"\n$HOME\nA\n${inner}\nB\ncc`),
    tie('script').map((inner) => `bash <<E\n${inner}\nE\n`),
    tie('script').map((inner) => `aa "$(bb <<'E'\n${inner}\nE\n)"`),
    tie('script').map((inner) => `# ${inner}\naa`),
    tie('script').map((inner) => `aa#${inner}`),
    tie('script').map((inner) => `shopt -s expand_aliases\nalias ls='rm'\nls x; ${inner}`),
    tie('script').map((inner) => `v='a[$(rm z)]'; ((v)); ${inner}`),
    tie('script').map((inner) => `set -- ${inner}`),
  ),
}));

/** Characters that break things apart, put in at random: what comes out is often no command at all. */
const mangled = fc
  .tuple(
    script,
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom(
          '"',
          "'",
          '\\',
          '`',
          '$(',
          ')',
          ';',
          '\n',
          '&',
          '|',
          '<',
          '>',
          '#',
          '{',
          '}',
          ' ',
          '\r',
          '\u00a0',
          '((',
          '<<E',
          '!',
          '=',
          '[',
          '$',
        ),
      ),
      { maxLength: 2 },
    ),
  )
  .map(([text, marks]) =>
    marks.reduce((made, [at, mark]) => {
      const index = at % (made.length + 1);
      return made.slice(0, index) + mark + made.slice(index);
    }, text),
  );

describe('the shell analysis beside bash', function () {
  this.timeout(RUNS * 200 + 60_000);
  const grammar = createShellGrammar();
  let jail: string;
  let bash: string;

  before(async () => {
    jail = await mkdtemp(path.join(tmpdir(), 'capstan-jail-'));
    await mkdir(path.join(jail, 'bin'));
    bash = await findBash();
    for (const stub of STUBS) {
      const file = path.join(jail, 'bin', stub);
      // The shell's own words alone: there is nothing else to run here.
      await writeFile(file, `#!${bash}\nprintf '%s\\0' ${stub} "$@" >> "$JAIL_LOG"\nprintf '\\n' >> "$JAIL_LOG"\n`);
      await chmod(file, 0o755);
    }
    const shell = path.join(jail, 'bin', 'bash');
    await writeFile(shell, `#!${bash}\nprintf 'bash\\0\\n' >> "$JAIL_LOG"\nexec ${bash} --norc --noprofile "$@"\n`);
    await chmod(shell, 0o755);
  });

  after(() => rm(jail, { recursive: true, force: true, maxRetries: 3 }));

  /** What the command started, in a shell of its own that is ended with all it left behind. */
  async function started(command: string): Promise<string[][]> {
    const folder = await mkdtemp(path.join(jail, 'run-'));
    const log = path.join(folder, 'log');
    await mkdir(path.join(folder, 'work'));
    await writeFile(path.join(folder, 'work', 'f'), '');
    const setup = `ulimit -t 2 -f 2000 -n 64; PATH='${jail}/bin'; eval "$1"`;
    await new Promise<void>((resolve, reject) => {
      const child = spawn(bash, ['--norc', '--noprofile', '-c', setup, 'bash', command], {
        cwd: path.join(folder, 'work'),
        env: { JAIL_LOG: log, FUNCNEST: '5', PATH: path.join(jail, 'bin') },
        stdio: 'ignore',
        detached: true,
      });
      const end = (): void => {
        try {
          process.kill(-child.pid!, 'SIGKILL');
        } catch {
          // The group is gone already.
        }
      };
      const timer = setTimeout(end, 700);
      child.on('error', reject);
      child.on('exit', () => {
        clearTimeout(timer);
        // What it left in the background has a moment to write.
        setTimeout(() => {
          end();
          resolve();
        }, 10);
      });
    });
    return parseLog(await readFile(log, 'utf8').catch(() => ''));
  }

  async function startedEach(commands: readonly string[]): Promise<string[][][]> {
    const logs: string[][][] = [];
    let next = 0;
    async function work(): Promise<void> {
      for (let index = next++; index < commands.length; index = next++) logs[index] = await started(commands[index]!);
    }
    await Promise.all(Array.from({ length: BESIDE }, work));
    return logs;
  }

  it(`lists every program that bash starts where a rule for all of Bash allows, in ${RUNS} random commands`, async () => {
    const seed = Number(process.env['CAPSTAN_FUZZ_SEED'] ?? 20_261_121);
    const commands = fc.sample(fc.oneof({ weight: 3, arbitrary: script }, mangled), { numRuns: RUNS, seed });
    const missing: string[] = [];
    const logs = await startedEach(commands);
    let allowed = 0;
    let checked = 0;
    for (const [index, command] of commands.entries()) {
      const analysis = await analyzeCommand(command, grammar);
      if (judgeCommand(everything, 'Bash', analysis).decision !== 'allow') continue;
      allowed += 1;
      for (const call of logs[index]!) {
        checked += 1;
        if (call[0] === 'cc' || !lists(analysis, call)) {
          missing.push(`${JSON.stringify(command)} started ${JSON.stringify(call)}`);
        }
      }
    }
    assert.deepEqual(missing, []);
    assert.ok(allowed > RUNS / 20, `only ${allowed} of ${RUNS} commands were allowed`);
    assert.ok(checked > RUNS / 40, `only ${checked} programs were started by them`);
  });
});

function parseLog(text: string): string[][] {
  return text
    .split('\0\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\0'));
}

/** A part that may be this call: the name is the same, and so are the words as far as they are written out. */
function lists(analysis: ShellAnalysis, [name, ...args]: readonly string[]): boolean {
  return analysis.parts.some((part) => {
    const [head, ...rest] = part.words;
    if (!head) return false;
    if (head.text !== name) return false;
    if (name === 'bash') return true;
    const open = rest.findIndex((word) => !word.literal || word.tilde);
    if (open === -1) return rest.length === args.length && rest.every((word, index) => word.text === args[index]);
    return rest.slice(0, open).every((word, index) => word.text === args[index]);
  });
}

async function findBash(): Promise<string> {
  for (const folder of (process.env['PATH'] ?? '').split(':')) {
    const file = path.join(folder, 'bash');
    if (
      await readFile(file).then(
        () => true,
        () => false,
      )
    ) {
      return file;
    }
  }
  throw new Error('There is no bash here to compare with.');
}

// Collects the simple commands of a script with whatever they run, follows the folder they run in, and keeps what is not certain.
import type { SimpleCommand } from '../shell-analysis.ts';
import { changeFolder, unite, type Folders } from './folders.ts';
import { isOwnVariable } from './set-variables.ts';
import { assignmentOf, literalWord, programName, RESERVED, type ShellWord } from './shell-word.ts';
import { READS_INPUT, unwrap, type Inner } from './wrappers.ts';

/** A command as it is read, before it is known where it runs. */
export type ReadCommand = Omit<SimpleCommand, 'folders'>;

interface Scope {
  folders: Folders;
  /** Every folder that this shell has been in so far. */
  reached: Folders;
}

export class CommandCollector {
  readonly parts: SimpleCommand[] = [];
  reason: string | undefined;
  /** The tree and the text did not agree, so that `parts` may lack some. */
  mistrusted = false;

  private scope: Scope = { folders: [''], reached: [''] };
  private readonly readScript: (script: string) => void;

  /** `readScript` reads the text of a shell that runs inside the command. */
  constructor(readScript: (script: string) => void) {
    this.readScript = readScript;
  }

  get folders(): Folders {
    return this.scope.folders;
  }

  /** The parts are right, but no rule may allow them. */
  doubt(reason: string): void {
    this.reason ??= reason;
  }

  /** The parts may be wrong. */
  mistrust(reason: string): void {
    this.doubt(reason);
    this.mistrusted = true;
  }

  inSubshell(run: () => void): void {
    const outer = this.scope;
    this.scope = { ...outer };
    run();
    this.scope = outer;
  }

  /** What ran before may have failed, so that the shell may be in any folder it has been in. */
  mayHaveFailed(): void {
    this.scope.folders = this.scope.reached;
  }

  noteReached(): void {
    this.scope.reached = unite(this.scope.reached, this.scope.folders);
  }

  loseFolder(): void {
    this.scope.reached = this.scope.folders = undefined;
  }

  /** It may be there as well as here. */
  mayBeAt(folders: Folders): void {
    this.scope.folders = unite(folders, this.scope.folders);
  }

  where(): { folders?: readonly string[] } {
    return this.scope.folders ? { folders: this.scope.folders } : {};
  }

  /** The variable that a loop sets. */
  addLoopVariable(name: string, text: string): void {
    if (isOwnVariable(name)) return;
    const assignments = [{ name, value: literalWord('') }];
    this.parts.push({ words: [], assignments, redirections: [], text, ...this.where() });
  }

  /** A function with the name of a command changes what a wrapper or `cd` does. */
  doubtName(name: string): void {
    const known = unwrap([literalWord(name), literalWord('x'), literalWord('y')]);
    if (known || name === 'cd') this.doubt(`it gives ${name} another meaning`);
  }

  /** Adds a command and whatever it runs. */
  add(command: ReadCommand): void {
    const plain = this.withoutReserved(command);
    if (!plain) return;
    const { words } = plain;
    const [head] = words;
    if (!head) {
      if (plain.redirections.length + plain.assignments.length === 0) this.doubt('a command is missing');
      if (plain.assignments.length + plain.redirections.length > 0) this.parts.push({ ...plain, ...this.where() });
      return;
    }
    const plainName = head.literal && !/\s/.test(head.text);
    const unclear = plainName ? undefined : 'the name of a command is not written out';
    const wrapped = unwrap(
      words.map((word, index) => (index === 0 && !word.literal ? { ...word, text: word.bare } : word)),
    );
    const reason = unclear ?? (head.text === '' ? 'the name of a command is empty' : wrapped?.unclear);
    this.parts.push({
      ...plain,
      ...this.where(),
      // A program of that name in a folder is another program.
      ...(wrapped?.transparent && !head.text.includes('/') ? { transparent: true } : {}),
      ...(wrapped?.exact ? { exact: true } : {}),
      ...(reason === undefined ? {} : { unclear: reason }),
    });
    if (wrapped?.unclear === READS_INPUT) this.mistrust(READS_INPUT);
    const via = programName(head.text);
    for (const inner of wrapped?.inners ?? []) this.addInner(inner, plain, via, wrapped?.unclear !== undefined);
    this.move(head, words.slice(1));
  }

  private move(head: ShellWord, rest: readonly ShellWord[]): void {
    const name = programName(head.text);
    if (name === 'command' || name === 'builtin') {
      if (rest.some((word) => word.text === 'cd' || word.text === 'pushd' || word.text === 'popd'))
        this.scope.folders = undefined;
    } else if (name === 'cd') this.scope.folders = changeFolder(this.scope.folders, rest);
    else if (!head.literal || /^(?:pushd|popd|source|\.|trap|shopt|set)$/.test(name)) this.scope.folders = undefined;
  }

  private addInner(inner: Inner, outer: SimpleCommand, via: string, guess: boolean): void {
    if (inner.kind === 'script') {
      const from = this.parts.length;
      if (inner.inline) this.readScript(inner.script);
      else this.inSubshell(() => this.readScript(inner.script));
      for (let index = from; index < this.parts.length; index += 1) this.parts[index] = { via, ...this.parts[index]! };
      if (guess) this.mistrust('a script is not written out');
      return;
    }
    const text = inner.words.map((word) => word.source).join(' ');
    const split = inner.words.findIndex((word) => !assignmentOf(word));
    const assignments = inner.words
      .slice(0, split === -1 ? undefined : split)
      .flatMap((word) => assignmentOf(word) ?? []);
    const words = split === -1 ? [] : inner.words.slice(split);
    if (guess) {
      this.parts.push({ words, assignments, redirections: [], text, via, guess: true });
    } else {
      this.add({ words, assignments: [...outer.assignments, ...assignments], redirections: [], text, via });
    }
  }

  /** `time` and `coproc` are the shell's; any other of its words at the head means that the tree is wrong. */
  private withoutReserved(command: ReadCommand): ReadCommand | undefined {
    const [head, next] = command.words;
    const source = head?.source ?? '';
    if (!RESERVED.has(source) || (command.via !== undefined && source !== 'time')) return command;
    const prefix = (source === 'time' || source === 'coproc') && command.assignments.length === 0;
    if (!prefix || (next && RESERVED.has(next.source) && next.source !== 'time')) {
      this.mistrust(`it uses the shell's own word ${source}`);
      return command.words.length > 1 ? { ...command, words: command.words.slice(1) } : undefined;
    }
    let at = 1;
    while (source === 'time' && /^(?:-p|--)$/.test(command.words[at]?.source ?? '')) at += 1;
    const words = command.words.slice(at);
    const split = words.findIndex((word) => !assignmentOf(word));
    const set = words.slice(0, split === -1 ? undefined : split).flatMap((word) => assignmentOf(word) ?? []);
    return this.withoutReserved({ ...command, words: split === -1 ? [] : words.slice(split), assignments: set });
  }
}

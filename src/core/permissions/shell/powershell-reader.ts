// Reads a PowerShell command into its commands. Only literal words between plain operators are certain; whatever else there is, is said.
import type { SimpleCommand } from '../shell-analysis.ts';
import { aliasTargets } from './powershell-aliases.ts';
import type { ShellParser, SyntaxNode } from './shell-grammar.ts';
import { literalWord, type ShellRedirection, type ShellWord } from './shell-word.ts';

export interface PowerShellReading {
  readonly parts: readonly SimpleCommand[];
  readonly reason?: string;
  readonly mistrust?: boolean;
}

/** Of the grammar, all that a plain command has. */
const PLAIN = new Set(
  (
    'program statement_list pipeline pipeline_chain pipeline_chain_tail command command_name command_name_expr command_elements ' +
    'command_argument_sep command_parameter command_invokation_operator generic_token array_literal_expression unary_expression string_literal ' +
    'verbatim_string_characters expandable_string_literal integer_literal decimal_integer_literal empty_statement redirection ' +
    'file_redirection_operator redirected_file_name merging_redirection_operator path_command_name path_command_name_token'
  ).split(' '),
);

/** They run text, a file or a block, or give a name another meaning. */
const RUNNERS = new Set(
  (
    'invoke-expression invoke-command start-process invoke-item start-job start-threadjob foreach-object where-object set-alias new-alias ' +
    'import-alias import-module add-type new-object invoke-cimmethod invoke-wmimethod register-objectevent register-scheduledtask ' +
    'powershell pwsh powershell_ise cmd bash sh wsl wscript cscript mshta rundll32 regsvr32 conhost forfiles schtasks at runas ' +
    'invoke-history enter-pssession new-pssession set-psbreakpoint trace-command measure-command using-object update-typedata ' +
    'set-variable new-variable set-item new-item set-itemproperty sort-object select-object group-object format-table format-list'
  ).split(' '),
);

/** Of these only some arguments run anything: a block, or a drive that is no disk. */
const SOMETIMES = new Set(
  'foreach-object where-object set-item new-item set-itemproperty sort-object select-object group-object format-table format-list'.split(
    ' ',
  ),
);

const MAX_SCRIPTS = 6;

export function readPowerShell(command: string, parse: ShellParser): PowerShellReading {
  const reader = new PowerShellReader(parse);
  reader.read(command);
  const { parts, reason, mistrusted: mistrust } = reader;
  return reason === undefined ? { parts, mistrust } : { parts, reason, mistrust };
}

class PowerShellReader {
  readonly parts: SimpleCommand[] = [];
  reason: string | undefined;
  mistrusted = false;
  private text = '';
  private scripts = 0;
  private moved = false;
  private readonly parse: ShellParser;

  constructor(parse: ShellParser) {
    this.parse = parse;
  }

  read(script: string, via?: string): void {
    const plain = isPlainText(script);
    // The grammar stumbles over `--` and `=` in plain arguments; others of the same length stand in for them.
    const readable = plain
      ? script
          .replaceAll('--', '-q')
          .replaceAll('=', 'q')
          .replaceAll(/\$null\b/gi, 'q'.repeat(5))
      : script;
    const tree = this.scripts < MAX_SCRIPTS ? this.parse(readable) : undefined;
    if (!tree) return this.mistrust('it cannot be read for certain');
    if (tree.broken) this.mistrust('it is not a complete command, or not one that can be read for certain');
    if (!plain) this.mistrust('it has more than plain words and operators');
    const outer = this.text;
    this.text = script;
    this.scripts += 1;
    this.walk(tree.root, via);
    this.scripts -= 1;
    this.text = outer;
  }

  private mistrust(reason: string): void {
    this.reason ??= reason;
    this.mistrusted = true;
  }

  /** Every command at every depth, in order. */
  private walk(root: SyntaxNode, via: string | undefined): void {
    const pending = [root];
    for (let node = pending.pop(); node; node = pending.pop()) {
      if (node.named && !PLAIN.has(node.type)) this.mistrust('it has a form that is not read for certain');
      if (node.type === 'command') this.readCommand(node, via);
      for (const child of node.children.toReversed()) pending.push(child);
    }
  }

  private readCommand(node: SyntaxNode, via: string | undefined): void {
    const words: ShellWord[] = [];
    const redirections: ShellRedirection[] = [];
    let last = -1;
    for (const leaf of elementsOf(node)) {
      if (leaf.type === 'redirection') {
        redirections.push(...this.redirection(leaf));
        last = -1;
        continue;
      }
      const word = wordOf(this.text.slice(leaf.start, leaf.end));
      const before = words.at(-1);
      if (before && last !== -1 && !/\s/.test(this.text.slice(last, leaf.start))) {
        words[words.length - 1] = glued(before, this.text.slice(last, leaf.start), word);
      } else words.push(word);
      last = leaf.end;
    }
    const text = this.text.slice(node.start, node.end).trim();
    const part = { words, assignments: [], redirections, text, ...(via === undefined ? {} : { via }) };
    this.add(part);
  }

  private add(part: Omit<SimpleCommand, 'folders'>): void {
    const [head, ...rest] = part.words;
    const where = this.moved ? {} : { folders: [''] };
    if (!head) return void (part.redirections.length > 0 && this.parts.push({ ...part, ...where }));
    const name = nameOf(head);
    const unclear = head.literal ? this.unclear(name, rest) : 'the name of a command is not written out';
    const redirections = part.redirections.map((one) => ({ ...one, ...where }));
    this.parts.push({ ...part, redirections, ...where, ...(unclear === undefined ? {} : { unclear }) });
    if (/^(?:set|push|pop)-location$/.test(name)) this.moved = true;
    if (RUNNERS.has(name)) this.addTails(name, rest);
  }

  private unclear(name: string, rest: readonly ShellWord[]): string | undefined {
    if (rest.some(({ text }) => /^(?:env|function|alias|variable|cert|wsman|hk\w+)::?/i.test(text))) {
      return 'it names a drive that is not a disk';
    }
    if (!RUNNERS.has(name)) return undefined;
    if (SOMETIMES.has(name) && name !== 'foreach-object' && rest.every((word) => word.literal)) return undefined;
    if (name === 'invoke-expression' && rest.length === 1 && rest[0]!.literal) return undefined;
    return `${name} may run another command`;
  }

  /** For deny and ask: every tail of the words may be a command, and every text a script. */
  private addTails(name: string, rest: readonly ShellWord[]): void {
    for (const [index, word] of rest.entries()) {
      const words = rest.slice(index);
      const text = words.map(({ source }) => source).join(' ');
      this.parts.push({ words, assignments: [], redirections: [], text, via: name, guess: true });
      if (name === 'invoke-expression' || /\s/.test(word.text)) this.read(word.text, name);
    }
  }

  private redirection(node: SyntaxNode): ShellRedirection[] {
    const source = this.text.slice(node.start, node.end).trim();
    const found = /^([1-6*]?>>?)\s*([^]*)$/.exec(source);
    if (!found || /^[1-6*]>&\d$/.test(source)) return [];
    const [, operator = '>', target = ''] = found;
    return target === '$null' ? [] : [{ operator, target: wordOf(target), use: 'edit' }];
  }
}

/** Strings without expansions, plain words, and operators between them. */
function isPlainText(script: string): boolean {
  // The quotes of typographers are quotes to PowerShell, and so are the dashes.
  if (/[\u2010-\u201f\u2212]/.test(script)) return false;
  const bare = script
    .replaceAll(/'(?:[^'\n]|'')*'/g, 'q')
    .replaceAll(/"(?:[^"$`\n]|"")*"/g, 'q')
    .replaceAll(/\$null\b/gi, 'q');
  return /^[\w\s./\\:=+%~^;|&>*?-]*$/.test(bare) && !bare.includes('--%') && !/[^\t\n\r -~]/.test(bare);
}

/** The name, the arguments and the redirections of a command, in order. */
function elementsOf(node: SyntaxNode): SyntaxNode[] {
  return node.children.flatMap((child) => {
    if (child.type === 'command_elements') return elementsOf(child);
    return child.type === 'command_argument_sep' || child.type === 'command_invokation_operator' ? [] : [child];
  });
}

function wordOf(source: string): ShellWord {
  const verbatim = /^'((?:[^']|'')*)'$/.exec(source)?.[1];
  if (verbatim !== undefined) return { ...literalWord(verbatim.replaceAll("''", "'")), source };
  const expandable = /^"((?:[^"$`]|"")*)"$/.exec(source)?.[1];
  if (expandable !== undefined) return { ...literalWord(expandable.replaceAll('""', '"')), source };
  const bare = source.replaceAll(/[`"']/g, '');
  const literal = /^[\w./\\:=+%~^*?-]+$/.test(source);
  return {
    text: literal ? source : bare,
    literal,
    splits: !literal,
    glob: false,
    tilde: source.startsWith('~'),
    known: literal ? source : '',
    source,
    bare,
  };
}

function glued(left: ShellWord, gap: string, right: ShellWord): ShellWord {
  const text = left.text + gap + right.text;
  const literal = left.literal && right.literal;
  return {
    ...left,
    text,
    literal,
    splits: !literal,
    known: literal ? text : '',
    source: left.source + gap + right.source,
    bare: text,
  };
}

/** The command behind an alias, in lower case. */
function nameOf(head: ShellWord): string {
  const file = head.text.slice(Math.max(head.text.lastIndexOf('/'), head.text.lastIndexOf('\\')) + 1);
  return aliasTargets(file.replace(/\.(?:exe|cmd|bat|com)$/i, ''))[0]!.toLowerCase();
}

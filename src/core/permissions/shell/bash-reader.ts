// Walks the tree of a bash script and collects every simple command. The tree says how commands are nested; the words are read again
// from the text, and where the two do not agree the reader says that it does not know.
import { isBlank, isCount, isPlainComment, isPlainToken, redirectionOf, spansOf } from './bash-tree.ts';
import { CommandCollector } from './command-collector.ts';
import { expansionDoubt } from './expansions.ts';
import { mayMove } from './folders.ts';
import { takeHereDocuments } from './here-documents.ts';
import type { ShellParser, SyntaxNode } from './shell-grammar.ts';
import { assignmentOf, type ShellAssignment, type ShellRedirection } from './shell-word.ts';
import { lexCommand, LexError, type ShellToken } from './word-lexer.ts';

/** Scripts in scripts in scripts: enough for any that is meant. */
const MAX_SCRIPTS = 12;
const MAX_DEPTH = 200;

/** One text with the offsets that its tree speaks of. */
interface Page {
  readonly text: string;
  readonly unmet: Set<number>;
}

export class BashReader {
  readonly found = new CommandCollector((script) => this.read(script));
  private page: Page = { text: '', unmet: new Set() };
  private scripts = 0;
  private depth = 0;
  private readonly parse: ShellParser;

  constructor(parse: ShellParser) {
    this.parse = parse;
  }

  read(script: string): void {
    const found = this.scripts < MAX_SCRIPTS ? takeHereDocuments(script, this.parse) : undefined;
    if (!found) return this.mistrust('it is nested too deeply');
    if (found.reason !== undefined) this.mistrust(found.reason);
    if (found.tree.broken) this.mistrust('it is not a complete command, or not one that can be read for certain');
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(script)) this.mistrust('it ends in a backslash');
    const outer = this.page;
    this.page = { text: found.text, unmet: new Set(found.operators) };
    this.scripts += 1;
    this.walk(found.tree.root);
    if (this.page.unmet.size > 0) this.mistrust('its here-document cannot be told apart');
    this.scripts -= 1;
    this.page = outer;
  }

  private doubt(reason: string): void {
    this.found.doubt(reason);
  }

  private mistrust(reason: string): void {
    this.found.mistrust(reason);
  }

  private walk(node: SyntaxNode): void {
    if (this.depth >= MAX_DEPTH) return this.mistrust('it is nested too deeply');
    this.depth += 1;
    this.visit(node);
    this.depth -= 1;
  }

  private visit(node: SyntaxNode): void {
    switch (node.type) {
      case 'command':
      case 'declaration_command':
      case 'unset_command':
      case 'variable_assignment':
      case 'variable_assignments':
        return this.readCommand(node);
      case 'redirected_statement':
        return this.readRedirected(node);
      case 'test_command':
        return this.readTest(node);
      case 'list':
        return this.readList(node);
      case 'pipeline':
        return this.readPipeline(node);
      case 'subshell':
        return this.found.inSubshell(() => this.readStructure(node));
      case 'function_definition':
        return this.readFunction(node);
      case 'for_statement':
        return this.readFor(node);
      case 'while_statement':
      case 'until_statement':
        return this.readLoop(node);
      case 'case_statement':
        return this.readCase(node);
      case 'program':
      case 'compound_statement':
      case 'negated_command':
      case 'if_statement':
      case 'elif_clause':
      case 'else_clause':
      case 'do_group':
        return this.readStructure(node);
      default:
        this.mistrust('it has a form that is not read for certain');
        for (const child of node.children) if (child.named) this.walk(child);
    }
  }

  /** Checks that the tokens between the statements are what bash would take them for, and walks the statements. */
  private readStructure(node: SyntaxNode, skipped?: (child: SyntaxNode) => boolean, chained = false): void {
    let last = node.children[0]?.start ?? node.start;
    for (const [index, child] of node.children.entries()) {
      if (!isBlank(this.page.text.slice(last, child.start))) this.mistrust('it has characters between its commands');
      last = child.end;
      if (skipped?.(child)) continue;
      if (child.type === 'comment' || !child.named) this.checkToken(child, node.type);
      else {
        if (index > 0 && !chained) this.found.mayHaveFailed();
        this.walk(child);
        this.found.noteReached();
      }
    }
    if (node.type === 'program') {
      const { text } = this.page;
      const first = node.children[0]?.start ?? text.length;
      if (!isBlank(text.slice(0, first)) || !isBlank(text.slice(last))) {
        this.mistrust('it has characters between its commands');
      }
    }
  }

  private checkToken(token: SyntaxNode, within: string): void {
    const { text } = this.page;
    const plain = token.named ? isPlainComment(text, token) : isPlainToken(text, token, within);
    if (!plain) this.mistrust(token.named ? 'it has an unclear comment' : `it has an unclear ${token.type}`);
  }

  /** A chain may be as long as it likes: its left side is unrolled. */
  private readList(node: SyntaxNode): void {
    const steps: SyntaxNode[] = [];
    let first = node;
    while (first.type === 'list' && first.children.length > 0) {
      steps.unshift(first);
      first = first.children[0]!;
    }
    if (first.type === 'list') return this.mistrust('it has a form that is not read for certain');
    this.found.mayHaveFailed();
    this.walk(first);
    this.found.noteReached();
    for (const step of steps) {
      const [left, ...others] = step.children;
      const operator = others.find((child) => !child.named && (child.type === '&&' || child.type === '||'));
      if (!operator || /\n/.test(this.page.text.slice(left!.end, operator.start).replaceAll('\\\n', ''))) {
        this.mistrust('it has an unclear operator');
      }
      if (operator?.type !== '&&') this.found.mayHaveFailed();
      this.readStructure({ ...step, children: others }, undefined, true);
    }
  }

  private readPipeline(node: SyntaxNode): void {
    for (const [index, child] of node.children.entries()) {
      if (child.named || index === 0) continue;
      const gap = this.page.text.slice(node.children[index - 1]!.end, child.start).replaceAll('\\\n', '');
      if (gap.includes('\n')) this.mistrust('it has an unclear operator');
    }
    this.readStructure(node, (child) => {
      if (child.named && child.type !== 'comment') this.found.inSubshell(() => this.walk(child));
      return child.named && child.type !== 'comment';
    });
  }

  private readFunction(node: SyntaxNode): void {
    const named = node.children.filter((child) => child.named && child.type !== 'comment');
    const [name, body, ...more] = named;
    const source = name ? this.page.text.slice(name.start, name.end) : '';
    if (!body || more.length > 0 || !/^[\w.:@%+-]+$/.test(source)) this.mistrust('it has an unclear function');
    if (mayMove(this.page.text.slice(node.start, node.end))) this.found.loseFolder();
    this.found.doubtName(source);
    this.found.inSubshell(() => this.readStructure(node, (child) => child === name));
  }

  private readLoop(node: SyntaxNode): void {
    if (mayMove(this.page.text.slice(node.start, node.end))) this.found.loseFolder();
    this.readStructure(node);
  }

  private readFor(node: SyntaxNode): void {
    const [, name] = node.children;
    const marker = node.children.find((child) => child.type === 'in');
    const values = node.children.filter(
      (child) =>
        child.named && marker && child.start > marker.start && child.type !== 'do_group' && child.type !== 'comment',
    );
    if (name?.type !== 'variable_name') this.mistrust('it has an unclear loop');
    else
      this.found.addLoopVariable(
        this.page.text.slice(name.start, name.end),
        this.page.text.slice(node.start, node.end),
      );
    const [first] = values;
    if (first) this.lex(first.start, values.at(-1)!.end, values, {});
    if (mayMove(this.page.text.slice(node.start, node.end))) this.found.loseFolder();
    this.readStructure(node, (child) => child === name || values.includes(child));
  }

  private readCase(node: SyntaxNode): void {
    const value = node.children.find((child) => child.named);
    if (value) this.lex(value.start, value.end, [value], {});
    this.readStructure(node, (child) => {
      if (child.type !== 'case_item') return child === value;
      const close = child.children.findIndex((part) => part.type === ')');
      for (const pattern of child.children.slice(0, Math.max(close, 0))) {
        if (pattern.named) this.lex(pattern.start, pattern.end, [pattern], {});
        else if (pattern.type !== '|' && pattern.type !== '(') this.mistrust('it has an unclear pattern');
      }
      if (close === -1) this.mistrust('it has an unclear pattern');
      this.found.mayHaveFailed();
      this.readStructure({ ...child, children: child.children.slice(close) });
      return true;
    });
  }

  private readTest(node: SyntaxNode): void {
    const [open] = node.children;
    const close = node.children.at(-1);
    if (open?.type === '[') return this.readCommand(node);
    const spans = node.children.slice(1, -1);
    const inside = this.page.text.slice(open?.end, close?.start);
    if (open?.type === '[[' && close?.type === ']]') {
      const tokens = this.lex(open.end, close.start, spans, { test: true });
      const words = tokens?.flatMap((token) => (token.kind === 'word' ? token.words : [])) ?? [];
      if (words.some(({ source }) => source === ']]')) this.mistrust('it has an unclear test');
      const evaluates = words.some(({ text }) => /^-(?:eq|ne|lt|le|gt|ge|v|R)$/.test(text));
      if (evaluates && words.some((word) => !/^(?:-[a-zA-Z]+|[\d!()]+|&&|\|\|)$/.test(word.text) && !isCount(word))) {
        this.doubt('it calculates with what it does not write out');
      }
      return;
    }
    this.visitSpans(spans);
    if (open?.type !== '((' || !/^[\d\s+*/%<>=!&|^~?:-]*$/.test(inside)) {
      this.mistrust('it calculates with what it does not write out');
    }
  }

  private readRedirected(node: SyntaxNode): void {
    const body = node.children.find((child) => child.named && !child.type.endsWith('_redirect'));
    const simple = !body || /^(?:command|declaration_command|unset_command|variable_assignments?)$/.test(body.type);
    const bracket = body?.type === 'test_command' && body.children[0]?.type === '[';
    if (simple || bracket) return this.readCommand(node);
    const redirects = node.children.filter((child) => child !== body);
    const last = body.children.at(-1);
    if (last && node.children[0] === body && (body.type === 'list' || body.type === 'pipeline')) {
      // The grammar gives the redirection to the whole chain; it is its last command's.
      const own = { ...node, start: last.start, children: [last, ...redirects] };
      return this.walk({ ...body, end: node.end, children: [...body.children.slice(0, -1), own] });
    }
    if (node.children[0] !== body) this.mistrust('it has a redirection before a group');
    const before = this.found.folders;
    this.walk(body);
    // It is opened before the group runs, wherever that goes.
    this.found.mayBeAt(before);
    const tokens = this.lex(body.end, node.end, redirects, {}) ?? [];
    if (tokens.some((token) => token.kind === 'word')) this.mistrust('it has words behind a group');
    const redirections = this.redirections(tokens);
    if (redirections.length > 0) {
      const text = this.page.text.slice(body.end, node.end).trim();
      this.found.parts.push({ words: [], assignments: [], redirections, text, ...this.found.where() });
    }
  }

  /** The tokens of a stretch of text, its expansions read on the way. Undefined when it could not be read. */
  private lex(
    start: number,
    end: number,
    nodes: readonly SyntaxNode[],
    options: { test?: boolean },
  ): ShellToken[] | undefined {
    const spans = spansOf(nodes, this.page.text);
    const met = new Set<number>();
    const onSpan = (span: SyntaxNode, inQuotes: boolean): void => {
      met.add(span.start);
      this.readSpan(span, inQuotes);
    };
    try {
      const tokens = lexCommand(this.page.text, start, end, { spans, onSpan, ...options });
      if (met.size !== spans.size) throw new LexError('an expansion inside quotes');
      return tokens;
    } catch (error) {
      if (!(error instanceof LexError)) throw error;
      this.mistrust('it has a form that is not read for certain');
      this.visitSpans([...spans.values()].filter((span) => !met.has(span.start)));
      return undefined;
    }
  }

  private visitSpans(nodes: readonly SyntaxNode[]): void {
    for (const span of spansOf(nodes, this.page.text).values()) this.readSpan(span, false);
  }

  private readSpan(span: SyntaxNode, inQuotes: boolean): void {
    const source = this.page.text.slice(span.start, span.end);
    if (span.type === 'command_substitution' && source.startsWith('`')) return this.readBackticks(source, inQuotes);
    if (span.type === 'command_substitution' || span.type === 'process_substitution') {
      return this.found.inSubshell(() => this.readSubstitution(span));
    }
    const inner = [...spansOf(span.children, this.page.text).values()];
    const doubt = expansionDoubt(span, source, inner);
    if (doubt) {
      if (doubt.mistrust) this.mistrust(doubt.reason);
      else this.doubt(doubt.reason);
    }
    this.visitSpans(inner);
  }

  private readBackticks(source: string, inQuotes: boolean): void {
    if (!/^`(?:[^`\\]|\\[^])*`$/.test(source)) this.mistrust('it has an unclear substitution');
    const script = source.slice(1, -1).replaceAll(inQuotes ? /\\([$`\\"])/g : /\\([$`\\])/g, '$1');
    this.found.inSubshell(() => this.read(script));
  }

  private readSubstitution(span: SyntaxNode): void {
    const { children } = span;
    const [open] = children;
    const sound = /^(?:\$|<|>)\($/.test(open?.type ?? '') && children.at(-1)?.type === ')' && children.length > 1;
    if (!sound || this.page.text[span.end - 1] !== ')') this.mistrust('it has an unclear substitution');
    const middle = children.slice(1, -1);
    if (!isBlank(this.page.text.slice(open!.end, middle[0]?.start ?? children.at(-1)?.start))) {
      this.mistrust('it has an unclear substitution');
    }
    const redirects = middle.filter((child) => child.type.endsWith('_redirect'));
    if (redirects.length > 0) {
      if (redirects.length !== middle.length) this.mistrust('it has an unclear substitution');
      return this.readCommand({ ...span, start: middle[0]!.start, end: middle.at(-1)!.end, children: middle });
    }
    this.readStructure({ ...span, children: children.slice(1) });
  }

  private readCommand(node: SyntaxNode): void {
    const tokens = this.lex(node.start, node.end, [node], {});
    const strange = node.children.filter((child) => child.type === 'subshell' || child.type === 'compound_statement');
    for (const child of strange) this.walk(child);
    if (!tokens || strange.length > 0) return;
    const redirections = this.redirections(tokens);
    const groups = tokens.filter((token) => token.kind === 'word');
    const assignments: ShellAssignment[] = [];
    let at = 0;
    for (; at < groups.length; at += 1) {
      const assignment = assignmentOf(groups[at]!.words[0]!);
      if (!assignment) break;
      if (groups[at]!.words[0]!.source.slice(0, assignment.name.length + 1).endsWith('['))
        this.mistrust('it sets a list');
      assignments.push(assignment);
    }
    const words = groups.slice(at).flatMap((token) => token.words);
    this.found.add({ words, assignments, redirections, text: this.page.text.slice(node.start, node.end).trim() });
  }

  private redirections(tokens: readonly ShellToken[]): ShellRedirection[] {
    const found: ShellRedirection[] = [];
    for (const token of tokens) {
      if (token.kind === 'word') continue;
      if (token.operator === '<<<') {
        const operator = this.page.text.indexOf('<<<', token.start);
        this.page.unmet.delete(operator);
      }
      found.push({ ...redirectionOf(token.operator, token.target), ...this.found.where() });
    }
    return found;
  }
}

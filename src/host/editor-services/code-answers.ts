// The editor's answers about code as plain data: places, symbols, problems, hover texts.
import * as vscode from 'vscode';
import type { CodePlace, CodeProblem, CodeSymbol, TextPosition } from '../../core/tools/editor/language-services.ts';
import type { Addresses } from './addresses.ts';

export function toPosition({ line, column }: TextPosition): vscode.Position {
  return new vscode.Position(line - 1, column - 1);
}

function fromPosition({ line, character }: vscode.Position): TextPosition {
  return { line: line + 1, column: character + 1 };
}

export async function toPlace(addresses: Addresses, found: vscode.Location | vscode.LocationLink): Promise<CodePlace> {
  const [uri, range] =
    'targetUri' in found
      ? [found.targetUri, found.targetSelectionRange ?? found.targetRange]
      : [found.uri, found.range];
  return { ...(await addresses.pathOf(uri)), ...fromPosition(range.start) };
}

const SEVERITIES = ['error', 'warning', 'info', 'hint'] as const;

export function toProblem({ message, severity, source = '', code, range }: vscode.Diagnostic): CodeProblem {
  const name = typeof code === 'object' ? code.value : code;
  return {
    severity: SEVERITIES[severity] ?? 'info',
    message,
    source: [source, name].filter((part) => part !== undefined && part !== '').join(' '),
    ...fromPosition(range.start),
  };
}

type FoundSymbol = vscode.DocumentSymbol | vscode.SymbolInformation;

/** Depth first; a flat answer is put in order of its lines, nested by what holds what. */
export function toOutline(file: Pick<CodePlace, 'path' | 'virtual'>, found: readonly FoundSymbol[]): CodeSymbol[] {
  const walk = (symbols: readonly FoundSymbol[], depth: number, container: string): CodeSymbol[] =>
    symbols.toSorted(byPlace).flatMap((symbol) => {
      const children = 'children' in symbol ? symbol.children : [];
      return [{ ...toSymbol(file, symbol, container), depth }, ...walk(children, depth + 1, symbol.name)];
    });
  const all = walk(found, 0, '');
  return found.some((symbol) => 'children' in symbol && symbol.children.length > 0) ? all : nested(all);
}

function byPlace(left: FoundSymbol, right: FoundSymbol): number {
  return rangeOf(left).start.compareTo(rangeOf(right).start) || rangeOf(right).end.compareTo(rangeOf(left).end);
}

function nested(symbols: readonly CodeSymbol[]): CodeSymbol[] {
  const open: CodeSymbol[] = [];
  return symbols.map((symbol) => {
    while (open.length > 0 && (open.at(-1)?.endLine ?? 0) < symbol.endLine) open.pop();
    while (open.length > 0 && (open.at(-1)?.endLine ?? 0) < symbol.line) open.pop();
    const placed = { ...symbol, depth: open.length };
    if (symbol.endLine > symbol.line) open.push(placed);
    return placed;
  });
}

function rangeOf(symbol: FoundSymbol): vscode.Range {
  return 'location' in symbol ? symbol.location.range : symbol.range;
}

export function toSymbol(
  file: Pick<CodePlace, 'path' | 'virtual'>,
  symbol: FoundSymbol,
  container: string,
): CodeSymbol {
  const range = rangeOf(symbol);
  const start = 'selectionRange' in symbol ? symbol.selectionRange.start : range.start;
  return {
    ...file,
    ...fromPosition(start),
    endLine: range.end.line + 1,
    name: symbol.name,
    kind: (vscode.SymbolKind[symbol.kind] ?? 'symbol').toLowerCase(),
    depth: 0,
    container: 'containerName' in symbol ? symbol.containerName : container,
  };
}

export function toText(content: vscode.MarkdownString | vscode.MarkedString): string {
  if (typeof content === 'string') return content;
  return 'language' in content ? `\`\`\`${content.language}\n${content.value}\n\`\`\`` : content.value;
}

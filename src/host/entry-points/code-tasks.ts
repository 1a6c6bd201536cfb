// What can be asked about code with one command, and which code is meant.
import * as vscode from 'vscode';
import type { Attachment } from '../../shared/view-model.ts';
import { selectionChip } from '../attachments.ts';

export const codeTasks = {
  explain: {
    what: vscode.l10n.t('Explaining code'),
    prompt: 'Explain this code: what it does, how, and what is surprising about it. Change nothing.',
  },
  writeTests: {
    what: vscode.l10n.t('Writing tests'),
    prompt:
      'Write tests for this code, in the framework and the style of the tests that this project has. Cover the edges, run them, and say if they show a mistake in the code.',
  },
  document: {
    what: vscode.l10n.t('Documenting code'),
    prompt:
      'Document this code with comments in the style of the project: contracts and reasons, nothing that the code says itself. Do not change what it does.',
  },
} as const;

/** Kinds of symbol that are worth asking about as a whole. */
const WHOLE = new Set([
  vscode.SymbolKind.Class,
  vscode.SymbolKind.Constructor,
  vscode.SymbolKind.Enum,
  vscode.SymbolKind.Function,
  vscode.SymbolKind.Interface,
  vscode.SymbolKind.Method,
  vscode.SymbolKind.Module,
  vscode.SymbolKind.Namespace,
  vscode.SymbolKind.Property,
  vscode.SymbolKind.Struct,
]);

/** The given range, else what is selected in the active editor, else the symbol around its cursor. Undefined when there is none of it. */
export async function codeChip(uri: unknown, range: unknown): Promise<Attachment | undefined> {
  if (uri instanceof vscode.Uri && range instanceof vscode.Range) {
    return selectionChip(await vscode.workspace.openTextDocument(uri), range);
  }
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const { document, selection } = editor;
  if (!selection.isEmpty) return selectionChip(document, selection);
  const symbol = await symbolAt(document.uri, selection.active);
  return symbol && selectionChip(document, symbol);
}

async function symbolAt(uri: vscode.Uri, position: vscode.Position): Promise<vscode.Range | undefined> {
  const symbols = await vscode.commands.executeCommand<readonly vscode.DocumentSymbol[] | undefined>(
    'vscode.executeDocumentSymbolProvider',
    uri,
  );
  let found: vscode.Range | undefined;
  let level = symbols ?? [];
  while (level.length > 0) {
    // Older providers tell no nesting and no children.
    const around = level.find(({ range }) => range?.contains(position));
    if (around && WHOLE.has(around.kind)) found = around.range;
    level = around?.children ?? [];
  }
  return found;
}

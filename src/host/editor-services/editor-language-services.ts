// What the editor's language extensions know, as the core's LanguageServices.
import * as vscode from 'vscode';
import type { FileSystem } from '../../core/ports.ts';
import {
  ServiceError,
  type ChangePlan,
  type CodePlace,
  type CodeSymbol,
  type FileProblems,
  type LanguageServices,
  type OfferedAction,
  type TextChangePlan,
  type TextPosition,
} from '../../core/tools/editor/language-services.ts';
import { isVirtual, workingFolder } from '../locations.ts';
import { createAddresses, type Addresses } from './addresses.ts';
import { askProvider, bounded, openDocument, servers, wake } from './ask-editor.ts';
import { toOutline, toPlace, toPosition, toSymbol, toText } from './code-answers.ts';
import { applyFiles, planEdit } from './planned-edits.ts';
import { ProblemWatch } from './problem-watch.ts';

/** Actions whose edits are worked out at once. */
const RESOLVED_ACTIONS = 60;
const COMMAND_MS = 60_000;
const OWN_COMMANDS = 'capstan.';

/** Disposed by its owner. */
export class EditorLanguageServices implements LanguageServices {
  readonly #addresses: Addresses;
  readonly #problems: ProblemWatch;

  constructor(files: Pick<FileSystem, 'resolve'>) {
    this.#addresses = createAddresses((path) => files.resolve(path).catch(() => undefined));
    this.#problems = new ProblemWatch(this.#addresses);
  }

  restriction(): string | undefined {
    if (!vscode.workspace.isTrusted) {
      return 'The workspace is in Restricted Mode, so many language extensions are off; the person can trust it.';
    }
    const folder = workingFolder();
    return folder && isVirtual(folder)
      ? 'The workspace is virtual, so language extensions know single files at most.'
      : undefined;
  }

  knownProblems(): Promise<readonly FileProblems[]> {
    return this.#problems.known();
  }

  settledProblems(
    paths: readonly string[],
    options: Parameters<LanguageServices['settledProblems']>[1],
  ): Promise<readonly FileProblems[]> {
    return this.#problems.settled(paths, options);
  }

  async outline(path: string, signal: AbortSignal): Promise<readonly CodeSymbol[]> {
    const found = await this.#ask<vscode.DocumentSymbol>(path, signal, 'vscode.executeDocumentSymbolProvider');
    return toOutline({ path, virtual: false }, found);
  }

  async findSymbols(query: string, signal: AbortSignal): Promise<readonly CodeSymbol[]> {
    const asked = vscode.commands.executeCommand<vscode.SymbolInformation[] | undefined>(
      'vscode.executeWorkspaceSymbolProvider',
      query,
    );
    const found = (await bounded(asked, signal)) ?? [];
    return Promise.all(
      found.map(async (symbol) => toSymbol(await this.#addresses.pathOf(symbol.location.uri), symbol, '')),
    );
  }

  definitions(path: string, position: TextPosition, signal: AbortSignal): Promise<readonly CodePlace[]> {
    return this.#places('vscode.executeDefinitionProvider', path, position, signal);
  }

  references(path: string, position: TextPosition, signal: AbortSignal): Promise<readonly CodePlace[]> {
    return this.#places('vscode.executeReferenceProvider', path, position, signal);
  }

  async hover(path: string, position: TextPosition, signal: AbortSignal): Promise<readonly string[]> {
    const place = toPosition(position);
    const found = await this.#ask<vscode.Hover>(path, signal, 'vscode.executeHoverProvider', place);
    return found.flatMap(({ contents }) => contents.map(toText));
  }

  async planRename(path: string, position: TextPosition, newName: string, signal: AbortSignal): Promise<ChangePlan> {
    const document = await this.#open(path, signal);
    await wake(document.languageId, signal);
    const asked = vscode.commands.executeCommand<vscode.WorkspaceEdit | undefined>(
      'vscode.executeDocumentRenameProvider',
      document.uri,
      toPosition(position),
      newName,
    );
    const edit = await bounded(asked, signal).catch((error: unknown) => {
      if (error instanceof ServiceError && error.reason === 'refused' && unserved(document)) return undefined;
      throw error;
    });
    if (!edit?.size && unserved(document)) throw new ServiceError('unsupported', document.languageId);
    return edit ? planEdit(this.#addresses, edit, signal) : { files: [], beyond: [] };
  }

  async codeActions(path: string, line: number, signal: AbortSignal): Promise<readonly OfferedAction[]> {
    const document = await this.#open(path, signal);
    const { range } = document.lineAt(Math.min(line, document.lineCount) - 1);
    const command = 'vscode.executeCodeActionProvider';
    const found = await askProvider<vscode.CodeAction | vscode.Command>(
      document,
      signal,
      command,
      range,
      undefined,
      RESOLVED_ACTIONS,
    );
    const actions = await Promise.all(found.map((action) => this.#offer(action, signal)));
    return actions.filter((action) => action !== undefined);
  }

  apply(files: readonly Omit<TextChangePlan, 'count'>[]): Promise<readonly string[]> {
    return applyFiles(this.#addresses, files);
  }

  dispose(): void {
    this.#problems.dispose();
  }

  async #open(path: string, signal: AbortSignal): Promise<vscode.TextDocument> {
    return openDocument(await this.#addresses.uriOf(path), signal);
  }

  async #ask<T>(path: string, signal: AbortSignal, command: string, ...input: unknown[]): Promise<readonly T[]> {
    return askProvider<T>(await this.#open(path, signal), signal, command, ...input);
  }

  async #places(
    command: string,
    path: string,
    position: TextPosition,
    signal: AbortSignal,
  ): Promise<readonly CodePlace[]> {
    const found = await this.#ask<vscode.Location | vscode.LocationLink>(path, signal, command, toPosition(position));
    return Promise.all(found.map((place) => toPlace(this.#addresses, place)));
  }

  /** Undefined for an action of Capstan's own. */
  async #offer(action: vscode.CodeAction | vscode.Command, signal: AbortSignal): Promise<OfferedAction | undefined> {
    const bare = typeof action.command === 'string';
    const command = bare ? (action as vscode.Command) : (action as vscode.CodeAction).command;
    if (command?.command.startsWith(OWN_COMMANDS)) return undefined;
    const { kind, disabled, edit } = bare ? ({} as Partial<vscode.CodeAction>) : (action as vscode.CodeAction);
    const change = edit ? await planEdit(this.#addresses, edit, signal) : { files: [], beyond: [] };
    return {
      title: action.title,
      kind: kind?.value ?? '',
      ...(disabled ? { disabled: disabled.reason } : {}),
      change,
      ...(command ? { command: toCommand(command) } : {}),
    };
  }
}

function unserved({ languageId }: vscode.TextDocument): boolean {
  return servers(languageId).length === 0;
}

function toCommand({ command, arguments: input = [] }: vscode.Command): NonNullable<OfferedAction['command']> {
  return {
    id: command,
    input: input.length === 0 ? '' : shown(input),
    run: async (signal) => {
      await bounded(vscode.commands.executeCommand(command, ...input), signal, COMMAND_MS);
    },
  };
}

function shown(input: readonly unknown[]): string {
  try {
    return JSON.stringify(input);
  } catch {
    return '(its input cannot be shown)';
  }
}

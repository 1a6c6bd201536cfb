// Problems of TypeScript and JavaScript files: the built-in extension reports only those that a tab shows, and in its own time, but answers when asked.
import * as vscode from 'vscode';
import { toProblem } from './code-answers.ts';
import type { CodeProblem } from '../../core/tools/editor/language-services.ts';

const LANGUAGES = new Set(['typescript', 'typescriptreact', 'javascript', 'javascriptreact']);
const REQUESTS = ['syntacticDiagnosticsSync', 'semanticDiagnosticsSync'] as const;

interface Answer {
  readonly success?: boolean;
  readonly body?: readonly {
    readonly text?: string;
    readonly code?: number;
    readonly category?: string;
    readonly start?: { readonly line: number; readonly offset: number };
    readonly end?: { readonly line: number; readonly offset: number };
  }[];
}

/** Whether the built-in extension can be asked about this document. */
export function canBeAsked({ languageId, uri }: vscode.TextDocument): boolean {
  if (!LANGUAGES.has(languageId)) return false;
  const section = languageId.startsWith('java') ? 'javascript' : 'typescript';
  if (vscode.workspace.getConfiguration(section, uri).get('validate.enable') === false) return false;
  return vscode.extensions.getExtension('vscode.typescript-language-features')?.isActive ?? false;
}

/** Whether a problem is one that such an answer would hold. */
export function isOfTypeScript({ source = '' }: vscode.Diagnostic): boolean {
  return source === 'ts' || source === 'js';
}

/** Undefined: there was no answer. Never rejects. */
export async function askForProblems({
  uri,
  languageId,
}: vscode.TextDocument): Promise<readonly CodeProblem[] | undefined> {
  try {
    const answers = await Promise.all(
      REQUESTS.map((request) =>
        vscode.commands.executeCommand<Answer | undefined>('typescript.tsserverRequest', request, { file: uri }),
      ),
    );
    if (answers.some((answer) => !answer?.body)) return undefined;
    return answers
      .flatMap((answer) => answer?.body ?? [])
      .map((found) => toProblem(toDiagnostic(found, languageId.startsWith('java') ? 'js' : 'ts')));
  } catch {
    return undefined;
  }
}

function toDiagnostic(
  { text = '', code, category, start, end }: NonNullable<Answer['body']>[number],
  source: string,
): vscode.Diagnostic {
  const from = new vscode.Position((start?.line ?? 1) - 1, (start?.offset ?? 1) - 1);
  const to = end ? new vscode.Position(end.line - 1, end.offset - 1) : from;
  const { Error: error, Warning: warning, Hint: hint } = vscode.DiagnosticSeverity;
  const severity = category === 'error' ? error : category === 'warning' ? warning : hint;
  const diagnostic = new vscode.Diagnostic(new vscode.Range(from, to), text, severity);
  diagnostic.source = source;
  if (code !== undefined) diagnostic.code = code;
  return diagnostic;
}

export function isInTab(uri: vscode.Uri): boolean {
  const wanted = uri.toString();
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === wanted);
}

// Offers Capstan in the editor's light bulb: on a selection, and on a problem.
import * as vscode from 'vscode';
import { commands, ORIGINAL_SCHEME, PROPOSAL_SCHEME } from '../shared/contributions.ts';

/** What `fixProblem` is given. */
export interface ProblemReport {
  readonly uri: vscode.Uri;
  readonly problems: readonly Problem[];
}

export interface Problem {
  readonly message: string;
  readonly severity: 'error' | 'warning' | 'hint';
  /** Who found it and its code, e.g. `ts(2322)`; may be empty. */
  readonly source: string;
  /** 1-based, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
}

/** More than these are not carried in one request. */
const MAX_PROBLEMS = 10;

export class CodeActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.RefactorRewrite],
  };

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    if (document.uri.scheme === ORIGINAL_SCHEME || document.uri.scheme === PROPOSAL_SCHEME) return [];
    const actions: vscode.CodeAction[] = [];
    if (context.diagnostics.length > 0) actions.push(fixAction(document, context.diagnostics));
    if (!range.isEmpty) actions.push(askAction(document, range));
    return actions;
  }
}

function fixAction(document: vscode.TextDocument, diagnostics: readonly vscode.Diagnostic[]): vscode.CodeAction {
  const action = new vscode.CodeAction('Fix with Capstan', vscode.CodeActionKind.QuickFix);
  const report: ProblemReport = { uri: document.uri, problems: diagnostics.slice(0, MAX_PROBLEMS).map(toProblem) };
  action.diagnostics = [...diagnostics];
  action.command = { command: commands.fixProblem, title: action.title, arguments: [report] };
  return action;
}

function askAction(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction {
  const action = new vscode.CodeAction('Ask Capstan about the selection', vscode.CodeActionKind.RefactorRewrite);
  action.command = { command: commands.askAboutSelection, title: action.title, arguments: [document.uri, range] };
  return action;
}

function toProblem({ message, severity, source = '', code, range }: vscode.Diagnostic): Problem {
  const name = typeof code === 'object' ? code.value : code;
  return {
    message,
    severity:
      severity === vscode.DiagnosticSeverity.Error
        ? 'error'
        : severity === vscode.DiagnosticSeverity.Warning
          ? 'warning'
          : 'hint',
    source: name === undefined ? source : `${source}(${name})`,
    startLine: range.start.line + 1,
    endLine: range.end.line + 1,
  };
}

// Offers Capstan in the editor's light bulb: on a selection, on a problem and on a merge conflict.
import * as vscode from 'vscode';
import { commands, ORIGINAL_SCHEME, PLAN_SCHEME, PROPOSAL_SCHEME } from '../shared/contributions.ts';

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

/** Capstan's own documents, and what the editor prints. */
const NOT_CODE: readonly string[] = [ORIGINAL_SCHEME, PROPOSAL_SCHEME, PLAN_SCHEME, 'output'];
/** More than these are not carried in one request. */
const MAX_PROBLEMS = 10;

/** Nothing that the editor has a place for: it stands under "More Actions". */
const ASK = vscode.CodeActionKind.Empty.append('capstan');
/** Further up the beginning of a conflict is not looked for. */
const MAX_CONFLICT_LINES = 500;

const onSelection = [
  {
    title: vscode.l10n.t('Refactor with Capstan…'),
    kind: vscode.CodeActionKind.RefactorRewrite,
    command: commands.refactor,
  },
  {
    title: vscode.l10n.t('Document with Capstan'),
    kind: vscode.CodeActionKind.RefactorRewrite,
    command: commands.document,
  },
  { title: vscode.l10n.t('Explain with Capstan'), kind: ASK, command: commands.explain },
  { title: vscode.l10n.t('Write tests with Capstan'), kind: ASK, command: commands.writeTests },
  { title: vscode.l10n.t('Ask Capstan about the selection'), kind: ASK, command: commands.askAboutSelection },
] as const;

/** Looks at nothing but the range that it is given, and at the lines above it for a conflict's marker. */
export class CodeActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.RefactorRewrite, ASK],
  };

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics, only }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    if (NOT_CODE.includes(document.uri.scheme)) return [];
    const actions: vscode.CodeAction[] = [];
    if (diagnostics.length > 0) actions.push(fixAction(document, diagnostics));
    if (isInConflict(document, range.start.line)) actions.push(resolveAction(document, range.start.line));
    if (!range.isEmpty) actions.push(...onSelection.map((offer) => selectionAction(document, range, offer)));
    return actions.filter(({ kind }) => !only || (kind && only.contains(kind)));
  }
}

function fixAction(document: vscode.TextDocument, diagnostics: readonly vscode.Diagnostic[]): vscode.CodeAction {
  const action = new vscode.CodeAction(vscode.l10n.t('Fix with Capstan'), vscode.CodeActionKind.QuickFix);
  const report: ProblemReport = { uri: document.uri, problems: diagnostics.slice(0, MAX_PROBLEMS).map(toProblem) };
  action.diagnostics = [...diagnostics];
  action.command = { command: commands.fixProblem, title: action.title, arguments: [report] };
  return action;
}

function selectionAction(
  { uri }: vscode.TextDocument,
  range: vscode.Range,
  { title, kind, command }: (typeof onSelection)[number],
): vscode.CodeAction {
  const action = new vscode.CodeAction(title, kind);
  action.command = { command, title, arguments: [uri, range] };
  return action;
}

function resolveAction({ uri }: vscode.TextDocument, line: number): vscode.CodeAction {
  const action = new vscode.CodeAction(
    vscode.l10n.t('Resolve this conflict with Capstan'),
    vscode.CodeActionKind.QuickFix,
  );
  action.command = { command: commands.resolveConflict, title: action.title, arguments: [uri, line + 1] };
  return action;
}

/** Whether a conflict begins in this line or above it and has not ended before it. */
function isInConflict(document: vscode.TextDocument, line: number): boolean {
  for (let at = line; at >= Math.max(0, line - MAX_CONFLICT_LINES); at -= 1) {
    const { text } = document.lineAt(at);
    if (text.startsWith('<<<<<<< ')) return true;
    if (at < line && text.startsWith('>>>>>>> ')) return false;
  }
  return false;
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

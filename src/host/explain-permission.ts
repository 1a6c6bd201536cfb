// "Explain Permission": what would be decided about a call, by which rule in which file, without making it.
import * as vscode from 'vscode';
import type { Access } from '../core/permissions/access.ts';
import { explainVerdict } from '../core/permissions/explain-verdict.ts';
import { tellPastEffect, type PastCalls } from '../core/permissions/past-calls.ts';
import { resolvePath } from '../core/permissions/lexical-path.ts';
import type { PermissionEvaluator } from '../core/permissions/evaluator.ts';
import { visibleText } from '../core/permissions/visible-text.ts';
import type { ReadOnlyDocuments } from './read-only-documents.ts';

export interface ExplainPermissionParts {
  /** The session's own rules, folders and mode, so that what is said is what would happen. */
  readonly evaluator: Pick<PermissionEvaluator, 'judge'>;
  readonly documents: ReadOnlyDocuments;
  /** Where the session works, absolute. */
  readonly cwd: string;
  /** The name of the tool that runs commands here. */
  readonly shellTool: 'Bash' | 'PowerShell';
  /** What rules would have done to them is told. Default: nothing is told. */
  readonly pastCalls?: PastCalls;
}

interface Kind extends vscode.QuickPickItem {
  readonly prompt: string;
  readonly example: string;
  /** A sentence where the text cannot be one. */
  readonly problem?: (text: string) => string | undefined;
  readonly access: (text: string) => Access;
}

/** Ids of the documents, so that each explanation is one of its own. */
let shown = 0;

/** Asks for the call unless one is given; shows nothing when the person leaves a question. */
export async function explainPermission(parts: ExplainPermissionParts, given?: Access): Promise<void> {
  const access = given ?? (await askForCall(parts));
  if (!access) return;
  const { evaluator, pastCalls } = parts;
  const verdict = await evaluator.judge(access);
  const suggestions = verdict.decision === 'ask' ? verdict.suggestions : [];
  const judge = evaluator.judge.bind(evaluator);
  const effect =
    pastCalls && suggestions.length > 0
      ? await tellPastEffect(suggestions, pastCalls, judge, new AbortController().signal)
      : undefined;
  const text = `${titleOf(access)}\n\n${explainVerdict(verdict, effect)}\n`;
  shown += 1;
  const uri = parts.documents.put(`explain-permission-${shown}`, 'Permission.txt', text);
  await vscode.window.showTextDocument(uri, { preview: true });
}

async function askForCall(parts: ExplainPermissionParts): Promise<Access | undefined> {
  const title = vscode.l10n.t('Explain Permission');
  const kind = await vscode.window.showQuickPick(kindsOf(parts), {
    title,
    placeHolder: vscode.l10n.t('What should be judged?'),
  });
  if (!kind) return undefined;
  const text = await vscode.window.showInputBox({
    title,
    prompt: kind.prompt,
    placeHolder: kind.example,
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? undefined : kind.problem?.(value.trim())),
  });
  return text?.trim() ? kind.access(text.trim()) : undefined;
}

function kindsOf({ cwd, shellTool }: ExplainPermissionParts): readonly Kind[] {
  const pathOf = (text: string): string => (text.startsWith('~') ? text : resolvePath(cwd, text));
  return [
    {
      label: vscode.l10n.t('Run a Command'),
      prompt: vscode.l10n.t('The command, as it would be run. Nothing is started.'),
      example: 'npm test && git push',
      access: (command) => ({ kind: 'command', tool: shellTool, command, cwd }),
    },
    {
      label: vscode.l10n.t('Read a File'),
      prompt: vscode.l10n.t('The path, absolute or from the workspace folder. Nothing is read.'),
      example: '.env',
      access: (path) => ({ kind: 'read', tool: 'Read', path: pathOf(path) }),
    },
    {
      label: vscode.l10n.t('Edit a File'),
      prompt: vscode.l10n.t('The path, absolute or from the workspace folder. Nothing is changed.'),
      example: 'src/cart.js',
      access: (path) => ({ kind: 'edit', tool: 'Edit', path: pathOf(path) }),
    },
    {
      label: vscode.l10n.t('Fetch a Page'),
      prompt: vscode.l10n.t('The address. Nothing is fetched.'),
      example: 'https://docs.example.org/guide',
      problem: (url) =>
        URL.canParse(url) ? undefined : vscode.l10n.t('Give the whole address, with https:// in front.'),
      access: (url) => ({ kind: 'web', tool: 'WebFetch', url }),
    },
  ];
}

function titleOf(access: Access): string {
  switch (access.kind) {
    case 'read':
    case 'edit':
      return `${access.tool} ${visibleText(access.path)}`;
    case 'command':
      return visibleText(access.command);
    case 'web':
      return `${access.tool} ${visibleText(access.url)}`;
    case 'action':
      return `${access.title}: ${visibleText(access.subject)}`;
    case 'internal':
      return access.tool;
    default:
      return access satisfies never;
  }
}

// Makes the chips that go with a message: a selection, a problem.
import * as vscode from 'vscode';
import type { Attachment } from '../shared/view-model.ts';
import type { ProblemReport } from './code-actions.ts';
import { toPath } from './locations.ts';

/** Longest text of one chip, in UTF-16 units; the model can read the rest of the file itself. */
export const MAX_CHIP = 40_000;

/** Undefined when nothing is selected. Lines are as a person counts them; one that is only touched at its start is left out. */
export function selectionChip(document: vscode.TextDocument, range: vscode.Range): Attachment | undefined {
  if (range.isEmpty) return undefined;
  const touched = range.end.character === 0 && range.end.line > range.start.line;
  const startLine = range.start.line + 1;
  const endLine = touched ? range.end.line : range.end.line + 1;
  const name = vscode.workspace.asRelativePath(document.uri, false);
  const text = document.getText(range);
  return {
    kind: 'selection',
    label: `${name}:${lines(startLine, endLine)}`,
    ...(document.isUntitled ? {} : { path: toPath(document.uri) }),
    startLine,
    endLine,
    text:
      text.length > MAX_CHIP
        ? `${text.slice(0, MAX_CHIP)}\n[The selection goes on; read the file for the rest.]`
        : text,
  };
}

export function problemChip({ uri, problems }: ProblemReport): Attachment {
  const name = vscode.workspace.asRelativePath(uri, false);
  const startLine = Math.min(...problems.map((problem) => problem.startLine));
  const endLine = Math.max(...problems.map((problem) => problem.endLine));
  const text = problems.map(({ message, severity, source, ...at }) =>
    [`${name}:${lines(at.startLine, at.endLine)}`, severity, source, message].filter(Boolean).join(' '),
  );
  return {
    kind: 'problem',
    label: `${name}:${lines(startLine, endLine)}`,
    path: toPath(uri),
    startLine,
    endLine,
    text: text.join('\n'),
  };
}

function lines(start: number, end: number): string {
  return start === end ? String(start) : `${start}-${end}`;
}

// Makes the chip of a failed test from what the test views hand over.
import * as vscode from 'vscode';
import { plainOutput } from '../../core/tools/shell/plain-output.ts';
import type { Attachment } from '../../shared/view-model.ts';
import { MAX_CHIP } from '../attachments.ts';
import { toPath } from '../locations.ts';

export const FIX_TEST_PROMPT =
  'Find out why this test fails and fix the cause. Change the test itself only if it is wrong, and say why. Run it again at the end.';

interface TestReport {
  readonly test?: Pick<vscode.TestItem, 'label' | 'uri' | 'range'>;
  readonly message: vscode.TestMessage;
}

/** From the argument of the menus on a test's message; undefined when it is none. */
export function testFailureChip(value: unknown): Attachment | undefined {
  const report = value as Partial<TestReport> | undefined;
  if (typeof report !== 'object' || report?.message?.message === undefined) return undefined;
  const { test, message } = report as TestReport;
  const uri = message.location?.uri ?? test?.uri;
  const at = message.location?.range ?? test?.range;
  const where = uri && vscode.workspace.asRelativePath(uri, false);
  const line = at && at.start.line + 1;
  const words = typeof message.message === 'string' ? message.message : message.message.value;
  const parts = [
    `Failed test: ${test?.label ?? 'unknown'}`,
    ...(where === undefined ? [] : [`At ${where}${line === undefined ? '' : `:${line}`}`]),
    plainOutput(words),
    ...(message.expectedOutput === undefined ? [] : [`Expected:\n${message.expectedOutput}`]),
    ...(message.actualOutput === undefined ? [] : [`Actual:\n${message.actualOutput}`]),
  ];
  const text = parts.join('\n');
  return {
    kind: 'problem',
    label: test?.label ?? where ?? vscode.l10n.t('Failed test'),
    ...(uri ? { path: toPath(uri) } : {}),
    ...(uri && line !== undefined ? { startLine: line, endLine: line } : {}),
    text: text.length > MAX_CHIP ? `${text.slice(0, MAX_CHIP)}\n[The message goes on.]` : text,
  };
}

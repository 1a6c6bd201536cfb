// Shows the rules that a person is about to save, their file, and what they would have done to past calls. Only a plain yes saves.
import * as vscode from 'vscode';
import type { PermissionQuestion } from '../core/ports.ts';
import { visibleText } from '../core/permissions/visible-text.ts';
import { askUntilRead } from './ask-until-read.ts';

/** Closing it is no answer: the question that led here is put again. */
export async function askToSave(always: NonNullable<PermissionQuestion['always']>): Promise<'save' | 'back'> {
  const { rules, file, effect } = always;
  const told = await effect?.();
  const save: vscode.MessageItem = {
    title: rules.length === 1 ? vscode.l10n.t('Save the Rule') : vscode.l10n.t('Save the Rules'),
  };
  const back: vscode.MessageItem = { title: vscode.l10n.t('Back'), isCloseAffordance: true };
  const detail = [
    rules.map(visibleText).join('\n'),
    vscode.l10n.t(
      'Calls like that run without a question from now on. To take it back, remove it from {0}.',
      visibleText(file),
    ),
    ...(told === undefined ? [] : [`${visibleText(told)}.`]),
  ].join('\n\n');
  const message =
    rules.length === 1 ? vscode.l10n.t('Always allow by this rule?') : vscode.l10n.t('Always allow by these rules?');
  const pressed = await askUntilRead<vscode.MessageItem | undefined>(
    async () => vscode.window.showWarningMessage(message, { modal: true, detail }, save, back),
    (button) => button === save,
    () => performance.now(),
  );
  return pressed === save ? 'save' : 'back';
}

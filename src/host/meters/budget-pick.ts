// The budgets of a conversation: raising or setting them, and going on where it had paused.
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { dollars, type BudgetState } from '../../core/usage/budget.ts';
import type { Conversation } from '../conversation.ts';
import { budgetLine, scopeWords } from './meter-words.ts';
import { marked, pickOne, type Choice } from './pick-one.ts';

type Parts = { readonly conversation: Conversation };

/** Raises or sets the budgets of the conversation that is shown; where it had paused for them, it goes on. */
export async function chooseBudget(parts: Parts): Promise<void> {
  const { conversation } = parts;
  await conversation.restore();
  const states = conversation.session?.budgets ?? [];
  const items: Choice[] = states.flatMap((state) => raises(state, parts));
  const own = states.find(({ scope }) => scope === 'session');
  items.push(
    { label: vscode.l10n.t('This conversation'), kind: vscode.QuickPickItemKind.Separator },
    { label: vscode.l10n.t('Another Amount…'), run: () => typeBudget(parts, own) },
    {
      label: marked(vscode.l10n.t('No Limit for This Conversation'), own === undefined),
      run: () => setBudget(parts, 'session', null),
    },
    { label: vscode.l10n.t('All conversations'), kind: vscode.QuickPickItemKind.Separator },
    {
      label: vscode.l10n.t('Budgets in the Settings'),
      description: vscode.l10n.t('For one message, a conversation, a day'),
      run: () => vscode.commands.executeCommand('workbench.action.openSettings', 'capstan.budget'),
    },
  );
  await pickOne({
    title: vscode.l10n.t('Budget'),
    placeholder: vscode.l10n.t('Capstan pauses when it is used up; an answer is never cut off'),
    items,
  });
}

/** Lets the next message cost as much again as each budget that is used up, and goes on. */
export async function goOnOnce({ conversation }: Parts): Promise<void> {
  await conversation.restore();
  if (!isPaused(conversation)) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No conversation is paused at a budget.'));
    return;
  }
  conversation.session?.allowOnce();
  await goOn(conversation);
}

function raises(state: BudgetState, parts: Parts): Choice[] {
  const { scope, limitUsd, spentUsd } = state;
  const to = roundUp(Math.max(limitUsd, spentUsd) * 2);
  return [
    { label: scopeWords(scope), kind: vscode.QuickPickItemKind.Separator },
    {
      label: vscode.l10n.t('Raise to {0}', dollars(to)),
      description: scope === 'session' ? '' : vscode.l10n.t('while this conversation works'),
      detail: budgetLine(state),
      run: () => setBudget(parts, scope, to),
    },
  ];
}

async function typeBudget(parts: Parts, own: BudgetState | undefined): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Budget for This Conversation'),
    prompt: vscode.l10n.t('US dollars, for example 2.50'),
    ...(own ? { value: String(own.limitUsd) } : {}),
    ignoreFocusOut: true,
    validateInput: (value) =>
      readAmount(value) === undefined ? vscode.l10n.t('Write an amount above zero, for example 2.50.') : undefined,
  });
  const amount = text === undefined ? undefined : readAmount(text);
  if (amount !== undefined) await setBudget(parts, 'session', amount);
}

async function setBudget({ conversation }: Parts, scope: BudgetState['scope'], limitUsd: number | null): Promise<void> {
  const paused = isPaused(conversation);
  conversation.choose({ budgets: { [scope]: limitUsd } });
  const isOver = conversation.session?.budgets.some(({ level }) => level === 100) ?? false;
  if (paused && !isOver) await goOn(conversation);
}

/** "2.50", "$2.50" or "2,50". */
export function readAmount(text: string): number | undefined {
  const plain = text
    .trim()
    .replace(/^\$\s*/, '')
    .replace(',', '.');
  const amount = /^\d{1,6}(?:\.\d{1,6})?$/.test(plain) ? Number(plain) : 0;
  return amount > 0 ? amount : undefined;
}

function isPaused({ view, session }: Conversation): boolean {
  const last = view.turns.at(-1);
  return session !== undefined && !session.running && last?.state === 'limit' && hasBudgetCard(last.items);
}

function hasBudgetCard(items: readonly { readonly kind: string }[]): boolean {
  return items.some((item) => 'actions' in item && JSON.stringify(item.actions).includes('goOnOnce'));
}

async function goOn(conversation: Conversation): Promise<void> {
  const result = await conversation.submit({ id: randomUUID(), text: 'Continue.', attachments: [] });
  if (!result.taken) void vscode.window.showWarningMessage(result.reason);
}

/** To two significant figures: 2.04 is 2.10. */
function roundUp(amount: number): number {
  const unit = 10 ** (Math.floor(Math.log10(amount)) - 1);
  return Math.max(0.01, Number((Math.ceil(amount / unit - 1e-9) * unit).toFixed(6)));
}

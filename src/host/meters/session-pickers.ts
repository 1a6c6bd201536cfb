// The editor's own picks for what a conversation works with: its model, its effort, its budgets.
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { efforts, type Effort } from '../../core/ports.ts';
import { dollars, type BudgetState } from '../../core/usage/budget.ts';
import { knownModels, priceOf, type PriceTable } from '../../core/usage/prices.ts';
import { settings } from '../../shared/contributions.ts';
import type { Conversation } from '../conversation.ts';
import { readPriceSetting, readSettings } from '../settings.ts';
import { budgetLine, scopeWords } from './meter-words.ts';
import type { SessionMeter } from './session-meter.ts';

const { t } = vscode.l10n;

export interface PickerParts {
  readonly conversation: Conversation;
  readonly meter: SessionMeter;
}

interface Choice extends vscode.QuickPickItem {
  /** Absent for a line between them. */
  readonly run?: () => unknown;
}

/** For the conversation that is shown, from its next request on; a name that is not in the list can be typed. */
export async function chooseModel({ conversation, meter }: PickerParts): Promise<void> {
  const current = meter.view.model;
  const { model: usual, fallbackModel } = readSettings();
  const prices = readPriceSetting();
  const names = [...new Set([current, usual, ...knownModels(prices), ...(fallbackModel ? [fallbackModel] : [])])];
  const choose = (model: string) => () => conversation.choose({ model });
  const items: Choice[] = names.map((model) => ({
    label: marked(model, model === current),
    description: priceWords(model, prices),
    ...(model === current ? {} : lostCache(meter.next(model)?.missUsd)),
    run: choose(model),
  }));
  if (current !== usual) items.push(...forNewOnes(current, settings.model.key, current));
  const typed = (text: string): Choice[] =>
    text === '' || names.includes(text)
      ? []
      : [{ label: t('Use {0}', text), description: priceWords(text, prices), alwaysShow: true, run: choose(text) }];
  await pick({ title: t('Model'), placeholder: t('Choose a model, or type the name of another'), items, typed });
}

export async function chooseEffort({ conversation, meter }: PickerParts): Promise<void> {
  const { effort: current, model } = meter.view;
  const lost = lostCache(meter.next(model)?.missUsd);
  const words = effortWords();
  const items: Choice[] = (['', ...efforts] as const).map((effort) => ({
    label: marked(effort === '' ? t('Left to the API') : words[effort].label, effort === current),
    ...(effort === '' ? {} : { description: words[effort].description }),
    ...(effort === current ? {} : lost),
    run: () => conversation.choose({ effort }),
  }));
  if (current !== readSettings().effort) {
    const known = efforts.find((effort) => effort === current);
    items.push(...forNewOnes(known ? words[known].label : t('Left to the API'), settings.effort.key, current));
  }
  await pick({
    title: t('Effort'),
    placeholder: t('How much work may an answer take? Not every model knows this.'),
    items,
  });
}

/** Raises or sets the budgets of the conversation that is shown; where it had paused for them, it goes on. */
export async function chooseBudget(parts: PickerParts): Promise<void> {
  const { conversation } = parts;
  const states = conversation.session?.budgets ?? [];
  const items: Choice[] = states.flatMap((state) => raises(state, parts));
  const own = states.find(({ scope }) => scope === 'session');
  items.push(
    { label: t('This conversation'), kind: vscode.QuickPickItemKind.Separator },
    { label: t('Another Amount…'), ...detail(own && budgetLine(own)), run: () => typeBudget(parts, own) },
    {
      label: marked(t('No Limit for This Conversation'), own === undefined),
      run: () => setBudget(parts, 'session', null),
    },
    { label: t('All conversations'), kind: vscode.QuickPickItemKind.Separator },
    {
      label: t('Budgets in the Settings'),
      description: t('For one message, a conversation, a day'),
      run: () => vscode.commands.executeCommand('workbench.action.openSettings', 'capstan.budget'),
    },
  );
  await pick({
    title: t('Budget'),
    placeholder: t('Capstan pauses when it is used up; an answer is never cut off'),
    items,
  });
}

/** Lets the next message cost as much again as each budget that is used up, and goes on. */
export async function goOnOnce({ conversation }: Pick<PickerParts, 'conversation'>): Promise<void> {
  if (!isPaused(conversation)) {
    void vscode.window.showInformationMessage(t('No conversation is paused at a budget.'));
    return;
  }
  conversation.session?.allowOnce();
  await goOn(conversation);
}

function raises(state: BudgetState, parts: PickerParts): Choice[] {
  const { scope, limitUsd, spentUsd } = state;
  const to = roundUp(Math.max(limitUsd, spentUsd) * 2);
  return [
    { label: scopeWords(scope), kind: vscode.QuickPickItemKind.Separator },
    {
      label: t('Raise to {0}', dollars(to)),
      description: scope === 'session' ? '' : t('while this conversation works'),
      detail: budgetLine(state),
      run: () => setBudget(parts, scope, to),
    },
  ];
}

async function typeBudget(parts: PickerParts, own: BudgetState | undefined): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: t('Budget for This Conversation'),
    prompt: t('US dollars, for example 2.50'),
    ...(own ? { value: String(own.limitUsd) } : {}),
    ignoreFocusOut: true,
    validateInput: (value) =>
      readAmount(value) === undefined ? t('Write an amount above zero, for example 2.50.') : undefined,
  });
  const amount = text === undefined ? undefined : readAmount(text);
  if (amount !== undefined) await setBudget(parts, 'session', amount);
}

async function setBudget(
  { conversation }: PickerParts,
  scope: BudgetState['scope'],
  limitUsd: number | null,
): Promise<void> {
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
  const result = await conversation.submit({ id: randomUUID(), text: t('Continue.'), attachments: [] });
  if (!result.taken) void vscode.window.showWarningMessage(result.reason);
}

interface Question {
  readonly title: string;
  readonly placeholder: string;
  readonly items: readonly Choice[];
  /** What the person may choose beyond the list, by what they typed. */
  readonly typed?: (text: string) => readonly Choice[];
}

/** Resolves when the choice has been acted upon, or nothing was chosen. */
async function pick({ title, placeholder, items, typed }: Question): Promise<void> {
  const quick = vscode.window.createQuickPick<Choice>();
  quick.title = title;
  quick.placeholder = placeholder;
  quick.matchOnDescription = true;
  quick.items = items;
  if (typed) quick.onDidChangeValue((text) => (quick.items = [...items, ...typed(text.trim())]));
  try {
    const chosen = await new Promise<Choice | undefined>((resolve) => {
      quick.onDidAccept(() => resolve(quick.selectedItems[0]));
      quick.onDidHide(() => resolve(undefined));
      quick.show();
    });
    quick.hide();
    await chosen?.run?.();
  } finally {
    quick.dispose();
  }
}

/** The last entry of a pick: what is current becomes the setting. */
function forNewOnes(name: string, key: string, value: string): Choice[] {
  const { Global } = vscode.ConfigurationTarget;
  return [
    { label: t('New conversations'), kind: vscode.QuickPickItemKind.Separator },
    {
      label: t('Use {0} for New Conversations Too', name),
      run: () => vscode.workspace.getConfiguration().update(key, value, Global),
    },
  ];
}

function marked(label: string, isCurrent: boolean): string {
  return isCurrent ? `$(check) ${label}` : `$(blank) ${label}`;
}

function detail(text: string | undefined): { detail?: string } {
  return text === undefined ? {} : { detail: text };
}

/** What a change costs is said before it is made. */
function lostCache(missUsd: number | undefined): { detail?: string } {
  return missUsd === undefined
    ? {}
    : { detail: t('The conversation is read anew, without the cache: {0} or more.', dollars(missUsd)) };
}

function priceWords(model: string, prices: PriceTable): string {
  const price = priceOf(model, prices);
  return price ? t('${0} in, ${1} out for a million tokens', price.input, price.output) : t('price not known');
}

function effortWords(): Record<Effort, { readonly label: string; readonly description: string }> {
  return {
    low: { label: t('Low'), description: t('fast and cheap, for small things') },
    medium: { label: t('Medium'), description: t('less work than usual') },
    high: { label: t('High'), description: t('thorough') },
    xhigh: { label: t('Very High'), description: t('for long and hard tasks') },
    max: { label: t('Most'), description: t('whatever it takes, and costs') },
  };
}

/** To two significant figures: 2.04 is 2.10. */
function roundUp(amount: number): number {
  const unit = 10 ** (Math.floor(Math.log10(amount)) - 1);
  return Math.max(0.01, Number((Math.ceil(amount / unit - 1e-9) * unit).toFixed(6)));
}

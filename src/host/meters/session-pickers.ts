// The editor's own picks for what a conversation works with: its model and its effort.
import * as vscode from 'vscode';
import { efforts, type Effort } from '../../core/ports.ts';
import { dollars } from '../../core/usage/budget.ts';
import type { NextRequest } from '../../core/usage/next-request.ts';
import { contextWindowOf, knownModels, priceOf, type PriceTable } from '../../core/usage/prices.ts';
import { settings } from '../../shared/contributions.ts';
import type { Conversation } from '../conversation.ts';
import { readPriceSetting, readSettings } from '../settings.ts';
import { short } from './meter-words.ts';
import { marked, pickOne, type Choice } from './pick-one.ts';
import type { SessionMeter } from './session-meter.ts';
export interface PickerParts {
  readonly conversation: Conversation;
  readonly meter: SessionMeter;
}

/** For the conversation that is shown, from its next request on; a name that is not in the list can be typed. */
export async function chooseModel({ conversation, meter }: PickerParts): Promise<void> {
  await conversation.restore();
  const current = meter.view.model;
  const { model: usual, fallbackModel } = readSettings();
  const prices = readPriceSetting();
  const names = [...new Set([current, usual, ...knownModels(prices), ...(fallbackModel ? [fallbackModel] : [])])];
  const changeWords = (model: string) =>
    tooSmall(meter.view.context?.used ?? 0, contextWindowOf(model, prices)) ?? lostCache(meter.next(model));
  const choose = (model: string) => () => conversation.choose({ model });
  const items: Choice[] = names.map((model) => ({
    label: marked(model, model === current),
    description: priceWords(model, prices),
    ...(model === current ? {} : changeWords(model)),
    run: choose(model),
  }));
  if (current !== usual) items.push(...forNewOnes(current, settings.model.key, current));
  const typed = (text: string): Choice[] =>
    text === '' || names.includes(text)
      ? []
      : [
          {
            label: vscode.l10n.t('Use {0}', text),
            description: priceWords(text, prices),
            ...changeWords(text),
            alwaysShow: true,
            run: choose(text),
          },
        ];
  await pickOne({
    title: vscode.l10n.t('Model'),
    placeholder: vscode.l10n.t('Choose a model, or type the name of another'),
    items,
    typed,
  });
}

export async function chooseEffort({ conversation, meter }: PickerParts): Promise<void> {
  await conversation.restore();
  const { effort: current, model } = meter.view;
  // Some models keep their cache, others do not.
  const next = meter.next(model);
  const lost = next ? { detail: mayLoseCache(next) } : {};
  const words = effortWords();
  const items: Choice[] = (['', ...efforts] as const).map((effort) => ({
    label: marked(effort === '' ? vscode.l10n.t('Left to the API') : words[effort].label, effort === current),
    ...(effort === '' ? {} : { description: words[effort].description }),
    ...(effort === current ? {} : lost),
    run: () => conversation.choose({ effort }),
  }));
  if (current !== readSettings().effort) {
    const known = efforts.find((effort) => effort === current);
    items.push(
      ...forNewOnes(known ? words[known].label : vscode.l10n.t('Left to the API'), settings.effort.key, current),
    );
  }
  await pickOne({
    title: vscode.l10n.t('Effort'),
    placeholder: vscode.l10n.t('How much work may an answer take? Not every model knows this.'),
    items,
  });
}

/** The last entry of a pick: what is current becomes the setting. */
function forNewOnes(name: string, key: string, value: string): Choice[] {
  const { Global } = vscode.ConfigurationTarget;
  return [
    { label: vscode.l10n.t('New conversations'), kind: vscode.QuickPickItemKind.Separator },
    {
      label: vscode.l10n.t('Use {0} for New Conversations Too', name),
      run: () => vscode.workspace.getConfiguration().update(key, value, Global),
    },
  ];
}

function tooSmall(used: number, window: number): { detail: string } | undefined {
  if (used <= window) return undefined;
  return { detail: vscode.l10n.t('The conversation is too long for it, and is shortened first.') };
}

/** What a change costs is said before it is made; nothing before anything was sent. */
function lostCache(next: NextRequest | undefined): { detail?: string } {
  if (!next) return {};
  const anew = vscode.l10n.t('The conversation is read anew, without the cache.');
  if (next.missUsd === undefined) return { detail: anew };
  return {
    detail: vscode.l10n.t('The conversation is read anew, without the cache: {0} or more.', dollars(next.missUsd)),
  };
}

function mayLoseCache({ missUsd }: NextRequest): string {
  if (missUsd === undefined) return vscode.l10n.t('The conversation may be read anew, without the cache.');
  return vscode.l10n.t('The conversation may be read anew, without the cache: {0} or more.', dollars(missUsd));
}

function priceWords(model: string, prices: PriceTable): string {
  const price = priceOf(model, prices);
  const cost = price
    ? vscode.l10n.t('${0} in, ${1} out for a million tokens', price.input, price.output)
    : vscode.l10n.t('price not known');
  return `${cost} · ${vscode.l10n.t('context of {0}', short(contextWindowOf(model, prices)))}`;
}

function effortWords(): Record<Effort, { readonly label: string; readonly description: string }> {
  return {
    low: { label: vscode.l10n.t('Low'), description: vscode.l10n.t('fast and cheap, for small things') },
    medium: { label: vscode.l10n.t('Medium'), description: vscode.l10n.t('less work than usual') },
    high: { label: vscode.l10n.t('High'), description: vscode.l10n.t('thorough') },
    xhigh: { label: vscode.l10n.t('Very High'), description: vscode.l10n.t('for long and hard tasks') },
    max: { label: vscode.l10n.t('Most'), description: vscode.l10n.t('whatever it takes, and costs') },
  };
}

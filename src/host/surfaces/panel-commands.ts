// The commands that do what a button of the panel does, where nothing but its row says what is meant.
import * as vscode from 'vscode';
import { commands, pressed, type Pressed } from '../../shared/contributions.ts';
import type { QueuedMessage } from '../../shared/view-model.ts';
import { pickOne, type Choice } from '../meters/pick-one.ts';
import { plainLabel } from '../quick-question.ts';
import type { Surface } from './surface.ts';
import type { Surfaces } from './surfaces.ts';

type PressCommand = (typeof commands)[Pressed];

export function createPanelCommands(surfaces: Pick<Surfaces, 'active' | 'focus'>) {
  const press = (button: Pressed) => async () => {
    if (!surfaces.active.visible) await surfaces.focus();
    surfaces.active.send({ type: 'press', button });
  };
  const presses = Object.fromEntries(pressed.map((button) => [commands[button], press(button)]));
  return {
    ...(presses as Record<PressCommand, () => Promise<void>>),
    [commands.retry]: () => retry(surfaces.active),
    [commands.queued]: () => showQueued(surfaces.active),
  };
}

/** Told by the panel: what a command was to press is not there. */
export function tellNotPressed(button: string): void {
  // Whoever is at the end has got what they wanted.
  if (button === 'goToEnd') return;
  void vscode.window.showInformationMessage(
    button === 'toggleSelection'
      ? vscode.l10n.t('Nothing is selected in the editor. Select what you mean, then try again.')
      : vscode.l10n.t(
          'The conversation shows nothing that this is about. Scroll to it, or put the focus into its row, then try again.',
        ),
  );
}

async function retry(surface: Surface): Promise<void> {
  const { conversation } = surface;
  await conversation.restore();
  const last = conversation.view.turns.at(-1);
  if (!last) return tell(vscode.l10n.t('There is nothing to send again yet. Ask something first.'));
  if (conversation.session?.running)
    return tell(vscode.l10n.t('Capstan is at work. Stop it or wait until it has finished, then send it again.'));
  surface.ask({ type: 'retry', turnId: last.id });
}

async function showQueued(surface: Surface): Promise<void> {
  const { session } = surface.conversation.view;
  if (session.queued.length === 0)
    return tell(vscode.l10n.t('No message waits. One that is sent while Capstan works does.'));
  const title = vscode.l10n.t('Waiting Messages');
  await pickOne({
    title,
    placeholder: vscode.l10n.t('Which one?'),
    items: session.queued.map((message) => ({
      label: plainLabel(wordsOf(message).slice(0, 120)),
      run: () =>
        pickOne({
          title,
          placeholder: plainLabel(wordsOf(message).slice(0, 120)),
          items: waysWith(message, session.state === 'idle', surface),
        }),
    })),
  });
}

function wordsOf({ text, attachments }: QueuedMessage): string {
  return text.trim() || attachments.map(({ label }) => label).join(', ');
}

/** As its row in the panel has them. */
function waysWith({ id, steer = false }: QueuedMessage, idle: boolean, surface: Surface): Choice[] {
  const now = idle ? vscode.l10n.t('Send Now') : vscode.l10n.t('Stop and Send Now');
  const other = steer ? vscode.l10n.t('Send as the Next Turn') : vscode.l10n.t('Send Into This Turn');
  const deliver = (delivery: 'follow_up' | 'steer' | 'interrupt') => () =>
    surface.ask({ type: 'deliver', id, delivery });
  return [
    { label: `$(edit) ${vscode.l10n.t('Edit')}`, run: () => surface.ask({ type: 'unqueue', id, edit: true }) },
    ...(idle ? [] : [{ label: `$(insert) ${other}`, run: deliver(steer ? 'follow_up' : 'steer') }]),
    { label: `$(send) ${now}`, run: deliver('interrupt') },
    {
      label: `$(close) ${vscode.l10n.t('Remove From the Queue')}`,
      run: () => surface.ask({ type: 'unqueue', id }),
    },
  ];
}

function tell(words: string): void {
  void vscode.window.showInformationMessage(words);
}

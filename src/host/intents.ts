// Does what the panel asks for: one place where every intent of the protocol is answered.
import * as vscode from 'vscode';
import type { UserInput } from '../core/events.ts';
import type { Intent } from '../shared/protocol.ts';
import type { Attachment, ToolItem } from '../shared/view-model.ts';
import type { Conversation } from './conversation.ts';
import type { DiffReview } from './diff-review.ts';
import type { Log } from './log.ts';
import type { KeptImages } from './kept-images.ts';
import type { Mentions } from './mentions/mentions.ts';
import type { Opener } from './open.ts';
import type { PendingReview } from './pending-edits/compose-pending.ts';
import { tellNotPressed } from './surfaces/panel-commands.ts';
import type { Surface } from './surfaces/surface.ts';
import type { PlanReview } from './plan-review.ts';
import { t } from '../shared/l10n.ts';

export interface IntentParts {
  readonly conversation: Conversation;
  readonly opener: Opener;
  readonly review: DiffReview;
  readonly pending: Pick<PendingReview, 'handle'>;
  readonly plans: PlanReview;
  /** Brings whatever waits for the person to the front; false when nothing does. */
  readonly questions: { show(): boolean };
  readonly panel: Pick<Surface, 'send' | 'keepDraft'>;
  readonly log: Log;
  readonly mentions: () => Promise<Mentions>;
  readonly images: () => Promise<KeptImages>;
  /** Shows a copy that ends before the turn; resolves to what was said in it, undefined after a failure, which is told. */
  readonly forkBefore: (turnId: string) => Promise<UserInput | undefined>;
  /** After a message was refused for this reason: offers the way out, a key or trust. */
  readonly offerRemedy: (reason: string) => void;
}

export async function handleIntent(intent: Intent, parts: IntentParts): Promise<void> {
  const { conversation, opener, review, questions } = parts;
  switch (intent.type) {
    case 'ready':
    case 'reload':
    case 'moveWindow':
    case 'follow':
    case 'step':
    case 'find':
    case 'findNext':
      // The channel answers these itself.
      return;
    case 'focused':
      // Whatever a surface sends makes it the one used last.
      return;
    case 'submit':
      return submit(intent, parts);
    case 'keepDraft':
      return parts.panel.keepDraft(intent.session, intent.draft);
    case 'stop':
      return conversation.stop();
    case 'unqueue':
      return unqueue(intent, parts);
    case 'deliver':
      return offerWayOut(await conversation.deliver(intent.id, intent.delivery), parts);
    case 'retry':
      return offerWayOut(await conversation.retry(intent.turnId), parts);
    case 'editAgain':
      return composeAgain(await parts.forkBefore(intent.turnId), parts);
    case 'findMentions':
      return (await parts.mentions()).find(intent.id, intent.query, (answer) => parts.panel.send(answer));
    case 'attach':
      return (await parts.mentions()).attach(intent.id, intent.mention, (answer) => parts.panel.send(answer));
    case 'keepImage':
      return keepImage(intent, parts);
    case 'openFile':
      return opener.openFile(intent.path, intent.line);
    case 'openDiff':
      return openDiff(intent.itemId, parts);
    case 'showOutput':
      return showOutput(intent.itemId, parts);
    case 'showQuestion':
      if (!(await review.open(intent.requestId))) questions.show();
      return;
    case 'review':
      if (intent.verdict === 'accept') review.accept(intent.requestId);
      else review.reject(intent.requestId);
      return;
    case 'pending':
      return parts.pending.handle(intent);
    case 'decidePlan':
      return decidePlan(intent, parts);
    case 'openLink':
      return opener.openLink(intent.url);
    case 'copy':
      return opener.copy(intent.text);
    case 'insertAtCursor':
      return opener.insertAtCursor(intent.text);
    case 'applyCode':
      return applyBlock(intent, parts);
    case 'findFiles':
      return parts.panel.send({ type: 'files', found: await opener.found(intent.paths) });
    case 'renderFailed':
      return parts.log.error(`The panel could not show ${shownParts[intent.part]}: ${intent.error} at ${intent.at}`);
    case 'notPressed':
      return tellNotPressed(intent.button);
    case 'runCommand':
      await vscode.commands.executeCommand(intent.command, ...(intent.argument === undefined ? [] : [intent.argument]));
      return;
    default:
      intent satisfies never;
  }
}

const shownParts = { item: 'an item', turn: 'a turn', panel: 'a part of itself' } as const;

async function submit(intent: Extract<Intent, { type: 'submit' }>, parts: IntentParts): Promise<void> {
  const { id, text, attachments, delivery } = intent;
  if (text.trim() === '' && attachments.length === 0) {
    return parts.panel.send({ type: 'refused', id, reason: t('The message is empty. Say what you want.') });
  }
  const images = await imagesOf(attachments, parts);
  if (!images)
    return parts.panel.send({
      type: 'refused',
      id,
      reason: vscode.l10n.t('An image of this message is not there any more. Remove it, and paste it again.'),
    });
  const given = images.length > 0 ? { images } : {};
  const result = await parts.conversation.submit({ id, text, attachments, ...given }, delivery);
  if (result.taken) return parts.panel.send({ type: 'accepted', id });
  parts.panel.send({ type: 'refused', id, reason: result.reason });
  parts.offerRemedy(result.reason);
}

async function imagesOf(attachments: readonly Attachment[], parts: IntentParts) {
  const hasImages = attachments.some(({ kind }) => kind === 'image');
  return hasImages ? (await parts.images()).of(attachments) : [];
}

async function keepImage(
  { id, label, data, thumb }: Extract<Intent, { type: 'keepImage' }>,
  { images, panel, log }: IntentParts,
): Promise<void> {
  try {
    const image = await (await images()).keep(data);
    if (image === undefined) {
      const reason = vscode.l10n.t(
        '{0} is damaged, or no image that can be sent. Save it as PNG or JPEG and try again.',
        label,
      );
      return panel.send({ type: 'attached', id, reason });
    }
    panel.send({ type: 'attached', id, attachment: { kind: 'image', label, text: '', image, thumb } });
  } catch (error) {
    log.error('An image could not be kept.', error);
    const reason = vscode.l10n.t('{0} could not be kept: the log says why.', label);
    panel.send({ type: 'attached', id, reason });
  }
}

async function unqueue({ id, edit }: Extract<Intent, { type: 'unqueue' }>, parts: IntentParts): Promise<void> {
  const taken = parts.conversation.session?.unqueue(id);
  if (edit) await composeAgain(taken, parts);
}

/** What was said goes back into the composer, with all that it held. */
async function composeAgain(said: UserInput | undefined, { panel, images }: IntentParts): Promise<void> {
  if (!said) return;
  for (const { data } of said.images ?? []) await (await images()).keep(data);
  panel.send({ type: 'compose', text: said.text, attachments: [...said.attachments], send: false });
}

function offerWayOut(reason: string | undefined, { offerRemedy }: IntentParts): void {
  if (reason !== undefined) offerRemedy(reason);
}

async function openDiff(itemId: string, { conversation, opener, review }: IntentParts): Promise<void> {
  const item = findTool(conversation, itemId);
  if (!item) return;
  if (item.waiting && (await review.open(item.waiting.requestId))) return;
  // An old row holds the beginning of its diff only.
  const diff = item.diff === undefined ? undefined : (await conversation.session?.toolResult(itemId))?.diff;
  await opener.openFinishedEdit(diff === undefined ? item : { ...item, diff });
}

function decidePlan({ itemId, verdict }: Extract<Intent, { type: 'decidePlan' }>, parts: IntentParts): void {
  const item = findTool(parts.conversation, itemId);
  if (item?.waiting && item.plan !== undefined) parts.plans.decide(item.plan, verdict);
}

async function applyBlock(intent: Extract<Intent, { type: 'applyCode' }>, parts: IntentParts): Promise<void> {
  const { opener, review, log } = parts;
  const { applyCode } = await import('./code-edits/apply-code.ts');
  const inside = (name: string) => opener.inside(name);
  await applyCode({ code: intent.text, path: intent.path }, { files: opener.files, inside, review, log });
}

async function showOutput(itemId: string, { conversation, opener }: IntentParts): Promise<void> {
  const item = findTool(conversation, itemId);
  if (!item) return;
  const whole = (await conversation.session?.toolResult(itemId))?.text;
  const lost = vscode.l10n.t(
    'The whole output cannot be shown: it is missing or damaged in the log of this conversation. This part of it was kept:',
  );
  await opener.showOutput(item, whole ?? (item.outputCapped ? `${lost}\n\n${item.output}` : item.output));
}

function findTool(conversation: Conversation, itemId: string): ToolItem | undefined {
  for (const turn of conversation.view.turns.toReversed()) {
    const item = turn.items.find(({ id }) => id === itemId);
    if (item) return item.kind === 'tool' ? item : undefined;
  }
  return undefined;
}

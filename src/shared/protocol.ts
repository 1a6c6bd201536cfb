// The wire between host and panel: every message declared once, imported by both ends.
//
// Who owns what: the host owns the conversation; the panel owns draft, scroll position and which rows are open. What is typed is kept by
// the host too: what the editor keeps of a page may be old after a reload, and goes with a tab.
//
//   panel -> host   intents (what the person wants)
//   host -> panel   snapshot (the whole window, on `ready`), then patches numbered seq, seq+1, … one message a frame.
//                   A panel that misses a number, or was hidden, says `ready` again.
import * as z from 'zod/mini';
import {
  attachmentSchema,
  deliverySchema,
  draftSchema,
  mentionSchema,
  patchSchema,
  placeSchema,
  thumbSchema,
  viewSchema,
} from './view-model.ts';
import { panelCommands } from './contributions.ts';

/** Longest text the panel may send in one message, in UTF-16 units. */
export const MAX_TEXT = 2_000_000;
/** Characters of base64, and pixels on a side: the API takes no larger image. */
export const MAX_IMAGE_CHARS = 5 * 1024 * 1024;
export const MAX_IMAGE_PIXELS = 8_000;
const text = z.string().check(z.maxLength(MAX_TEXT));
const id = z.string().check(z.maxLength(200));

const stepSchema = z.enum(['previous', 'next']);

/** Messages from the panel to the host. */
export const intentSchema = z.discriminatedUnion('type', [
  /** The panel is up, or lost count: send a snapshot, around this place where the person reads there. */
  z.object({ type: z.literal('ready'), at: z.optional(placeSchema) }),
  /** The person has gone into it. */
  z.object({ type: z.literal('focused') }),
  /**
   * `id` is the panel's; the host answers with `accepted` or `refused`, and only then is the draft let go. `delivery` counts while a turn
   * runs; absent: as the next turn.
   */
  z.object({
    type: z.literal('submit'),
    id,
    text,
    attachments: z.array(attachmentSchema),
    delivery: z.optional(deliverySchema),
  }),
  /** What is typed in a session (empty: in the conversation that has not begun) and not sent, a moment after each change. */
  z.object({ type: z.literal('keepDraft'), session: id, draft: draftSchema }),
  z.object({ type: z.literal('stop') }),
  /** Takes a message that waits back; with `edit` it comes into the composer, as `compose`. */
  z.object({ type: z.literal('unqueue'), id, edit: z.optional(z.boolean()) }),
  /** Delivers a message that waits in another way. */
  z.object({ type: z.literal('deliver'), id, delivery: deliverySchema }),
  /** Sends the turn's message again. */
  z.object({ type: z.literal('retry'), turnId: id }),
  /** Shows a copy that ends before this turn, with its message in the composer. */
  z.object({ type: z.literal('editAgain'), turnId: id }),
  /** Looks for what an `@` word may mean; answered by `mentions`, twice where some of it takes longer. A new one ends the last. */
  z.object({ type: z.literal('findMentions'), id, query: z.string().check(z.maxLength(300)) }),
  /** Makes a chip of what was chosen or dropped; answered by `attached`. */
  z.object({ type: z.literal('attach'), id, mention: mentionSchema }),
  /** An image that was pasted or dropped, in base64; answered by `attached`. The host keeps it until its message is sent. */
  z.object({
    type: z.literal('keepImage'),
    id,
    label: id,
    data: z.string().check(z.maxLength(MAX_IMAGE_CHARS)),
    thumb: thumbSchema,
  }),
  z.object({ type: z.literal('openFile'), path: text, line: z.optional(z.number()) }),
  /** Opens the diff of an edit, the pending review included. */
  z.object({ type: z.literal('openDiff'), itemId: id }),
  /** Opens the whole output of a tool in an editor. */
  z.object({ type: z.literal('showOutput'), itemId: id }),
  /** Brings the native question of a waiting tool to the front. */
  z.object({ type: z.literal('showQuestion'), requestId: id }),
  /** Answers a pending edit review from its row. */
  z.object({ type: z.literal('review'), requestId: id, verdict: z.enum(['accept', 'reject']) }),
  /** Keeps, undoes or shows the edits that are to be reviewed: of one file, or all. */
  z.object({ type: z.literal('pending'), action: z.enum(['keep', 'undo', 'review']), path: z.optional(text) }),
  /** Decides on the plan that waits in this item. */
  z.object({ type: z.literal('decidePlan'), itemId: id, verdict: z.enum(['approve', 'keep']) }),
  z.object({ type: z.literal('openLink'), url: text }),
  z.object({ type: z.literal('copy'), text }),
  z.object({ type: z.literal('insertAtCursor'), text }),
  /** Opens the review of an edit that puts the block into the file it names, or into the active editor's. */
  z.object({ type: z.literal('applyCode'), text, path: z.optional(id) }),
  /** Which of these are files of the workspace; `files` answers. */
  z.object({ type: z.literal('findFiles'), paths: z.array(id).check(z.maxLength(50)) }),
  /** Something could not be drawn: which error it was and where in the panel's own code, never what was to be drawn. */
  z.object({ type: z.literal('renderFailed'), part: z.enum(['item', 'turn', 'panel']), error: id, at: text }),
  /** There was no such button to press. */
  z.object({ type: z.literal('notPressed'), button: id }),
  /** Loads the panel's page anew. */
  z.object({ type: z.literal('reload') }),
  /** Moves the window of turns; what is between its new edge and `keep` is in sight and stays in it. */
  z.object({
    type: z.literal('moveWindow'),
    to: z.enum(['earlier', 'later', 'end']),
    keep: z.optional(placeSchema),
  }),
  /** Whether the person is at the end of the conversation; elsewhere the window stays where it is. */
  z.object({ type: z.literal('follow'), on: z.boolean() }),
  /** Shows the person's turn before or after this one. */
  z.object({ type: z.literal('step'), to: stepSchema, from: id }),
  /** Searches the whole conversation, for the first match at or after `from`; without words the search ends. */
  z.object({
    type: z.literal('find'),
    words: z.string().check(z.maxLength(1000)),
    matchCase: z.boolean(),
    from: z.optional(placeSchema),
  }),
  z.object({ type: z.literal('findNext'), to: stepSchema }),
  /** `argument`: what was typed behind a slash command that takes words. */
  z.object({ type: z.literal('runCommand'), command: z.enum(panelCommands), argument: z.optional(text) }),
]);
export type Intent = z.infer<typeof intentSchema>;

/** Messages from the host to the panel. */
export const panelMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), seq: z.number(), view: viewSchema }),
  z.object({ type: z.literal('patches'), seq: z.number(), patches: z.array(patchSchema) }),
  z.object({ type: z.literal('accepted'), id: z.string() }),
  /** The message was not taken; the draft stays, and `reason` says why and what to do. */
  z.object({ type: z.literal('refused'), id: z.string(), reason: z.string() }),
  /** Puts text (and chips) into the composer and focuses it: from "Ask Capstan" in the editor. */
  z.object({ type: z.literal('compose'), text: z.string(), attachments: z.array(attachmentSchema), send: z.boolean() }),
  z.object({ type: z.literal('toggleFocusView') }),
  /** Those of a `findFiles` that are there. */
  z.object({ type: z.literal('files'), found: z.array(z.string()) }),
  z.object({ type: z.literal('focus') }),
  /** Best first. `note`: why there is nothing. */
  z.object({
    type: z.literal('mentions'),
    id: z.string(),
    found: z.array(mentionSchema),
    note: z.optional(z.string()),
  }),
  /** The chip that was asked for, or why there is none. */
  z.object({
    type: z.literal('attached'),
    id: z.string(),
    attachment: z.optional(attachmentSchema),
    reason: z.optional(z.string()),
  }),
  /** An image from the disk, in base64, to be attached as if it was pasted. */
  z.object({ type: z.literal('attachImage'), name: z.string(), media: z.string(), data: z.string() }),
  /** Goes to this place, which the window holds by now. */
  z.object({ type: z.literal('reveal'), at: placeSchema }),
  z.object({ type: z.literal('step'), to: stepSchema }),
  /** Presses one of its own buttons (`Pressed` names them): of the row that has the focus, or else the last one. */
  z.object({ type: z.literal('press'), button: id }),
  z.object({ type: z.literal('openFind') }),
  /** What a search has found: match number `index` (from 0) of `count`, the `nth` (from 0) in its item. */
  z.object({
    type: z.literal('found'),
    words: z.string(),
    count: z.number(),
    /** There are more than are counted. */
    capped: z.boolean(),
    index: z.number(),
    match: z.optional(z.extend(placeSchema, { nth: z.number() })),
  }),
]);
export type PanelMessage = z.infer<typeof panelMessageSchema>;

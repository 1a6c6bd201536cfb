// The view model: what the panel shows, as plain data. Host and panel both validate against these schemas.
import * as z from 'zod/mini';

/** A small picture as a data: address. */
export const thumbSchema = z
  .string()
  .check(z.maxLength(60_000), z.regex(/^data:image\/(?:png|jpeg|webp);base64,[\w+/=]*$/));

/** What the person attached to a message: shown as a chip, sent to the model as text. */
export const attachmentSchema = z.object({
  kind: z.enum(['selection', 'file', 'folder', 'symbol', 'problem', 'terminal', 'changes', 'image']),
  label: z.string(),
  /** Absolute path the chip opens. */
  path: z.optional(z.string()),
  /** 1-based, inclusive. */
  startLine: z.optional(z.number()),
  endLine: z.optional(z.number()),
  /** What the model reads; empty for an image, which is sent as one. */
  text: z.string(),
  /** Of an image: by what the host knows it, and a small picture of it. The image itself stays with the host. */
  image: z.optional(z.string().check(z.maxLength(100))),
  thumb: z.optional(thumbSchema),
});
export type Attachment = z.infer<typeof attachmentSchema>;

/** Something that may be attached by its name: what the host offers for `@` words, and what the panel asks it to attach. */
export const mentionSchema = z.object({
  kind: z.enum(['file', 'folder', 'lines', 'symbol', 'problems', 'selection', 'command', 'changes']),
  label: z.string().check(z.maxLength(1000)),
  /** Where it is, beside its label. */
  detail: z.optional(z.string()),
  /** Absolute, or as it was dropped: an address, or relative to the workspace. Absent for what is of the whole workspace. */
  path: z.optional(z.string().check(z.maxLength(8000))),
  /** 1-based, inclusive. */
  startLine: z.optional(z.number()),
  endLine: z.optional(z.number()),
});
export type Mention = z.infer<typeof mentionSchema>;

const itemBase = { id: z.string() };
/** `stopped` means that the person or a failure ended it early: what had arrived is kept. */
const flowStateSchema = z.enum(['streaming', 'done', 'stopped']);

export const textItemSchema = z.object({
  ...itemBase,
  kind: z.literal('text'),
  text: z.string(),
  state: flowStateSchema,
});
export type TextItem = z.infer<typeof textItemSchema>;

export const thinkingItemSchema = z.object({
  ...itemBase,
  kind: z.literal('thinking'),
  text: z.string(),
  state: flowStateSchema,
  durationMs: z.optional(z.number()),
});
export type ThinkingItem = z.infer<typeof thinkingItemSchema>;

export const toolStateSchema = z.enum([
  'arriving', // its input is still streaming
  'queued',
  'waiting', // for the person: a permission question or an edit review
  'running',
  'done',
  'failed',
  'denied',
  'interrupted',
]);
export type ToolState = z.infer<typeof toolStateSchema>;

/** The panel folds quiet calls only between two multiples of this in a turn, so that a window's edge need not tear a fold. */
export const FOLD = 50;

export const toolItemSchema = z.object({
  ...itemBase,
  kind: z.literal('tool'),
  /** The tool's name on the wire, e.g. `Read`. */
  name: z.string(),
  /** "Read", "Ran", "Edited"…: sentence case, in the tense that fits the state. */
  verb: z.string(),
  /** What the verb acts on: a path relative to the workspace, a command, a pattern. Shortened in the middle by the panel. */
  object: z.string(),
  state: toolStateSchema,
  /** A read or a search: neighbours of this kind fold into one row. */
  quiet: z.boolean(),
  /** File the row opens, absolute. */
  path: z.optional(z.string()),
  line: z.optional(z.number()),
  /** The command or the input as indented JSON, capped. */
  input: z.string(),
  /** What came out, capped; the whole is opened in an editor with the `showOutput` intent. */
  output: z.string(),
  outputCapped: z.boolean(),
  /** A unified diff, for edits. */
  diff: z.optional(z.string()),
  added: z.optional(z.number()),
  removed: z.optional(z.number()),
  durationMs: z.optional(z.number()),
  /** What is being waited for, in words, while `state` is `waiting`; `review` when a diff editor holds the question. */
  waiting: z.optional(z.object({ requestId: z.string(), words: z.string(), review: z.boolean() })),
  /** One line under the row: why it failed or was denied, or what the person changed. */
  note: z.optional(z.string()),
  /** The plan that the call puts before the person, in Markdown, and their verdict: as they approved it, once they have. */
  plan: z.optional(z.string()),
  verdict: z.optional(z.enum(['approved', 'rejected'])),
  /** What the call asks the person, and what they answered. */
  questions: z.optional(
    z.array(
      z.object({
        header: z.string(),
        question: z.string(),
        options: z.array(z.object({ label: z.string(), description: z.string() })),
        answer: z.optional(z.object({ chosen: z.array(z.string()), words: z.optional(z.string()) })),
      }),
    ),
  ),
  /** The subagent that the call runs: its newest steps, oldest first, and what it has taken so far. */
  agent: z.optional(
    z.object({
      /** "explore". */
      type: z.string(),
      steps: z.array(z.object({ verb: z.string(), object: z.string(), state: toolStateSchema })),
      /** How many steps came before those. */
      earlierSteps: z.number(),
      inputTokens: z.number(),
      outputTokens: z.number(),
      costUsd: z.optional(z.number()),
    }),
  ),
});
export type ToolItem = z.infer<typeof toolItemSchema>;

/** A card: an error, a retry countdown, a limit, an information. */
export const noticeItemSchema = z.object({
  ...itemBase,
  kind: z.literal('notice'),
  level: z.enum(['info', 'warning', 'error']),
  /** What happened. */
  title: z.string(),
  /** What was kept and what to do. */
  body: z.string(),
  /** What matters one by one: "Kept", "Dropped". */
  facts: z.optional(z.array(z.object({ name: z.string(), words: z.string() }))),
  /** Markdown that the card opens to, and what the way there is called. */
  more: z.optional(z.object({ label: z.string(), text: z.string() })),
  /** At most three; the last is the primary one. */
  actions: z.array(
    z.object({
      label: z.string(),
      action: z.enum([
        'retry',
        'setKey',
        'testConnection',
        'openSettings',
        'trust',
        'continue',
        'showLog',
        'stop',
        'chooseBudget',
        'goOnOnce',
      ]),
    }),
  ),
  /** Epoch milliseconds of the next attempt; the panel counts down to it. */
  until: z.optional(z.number()),
});
export type NoticeItem = z.infer<typeof noticeItemSchema>;

/** What the person said while the turn ran: taken in where it stands. */
export const personItemSchema = z.object({
  ...itemBase,
  kind: z.literal('person'),
  text: z.string(),
  attachments: z.array(attachmentSchema),
});

export const itemSchema = z.discriminatedUnion('kind', [
  personItemSchema,
  textItemSchema,
  thinkingItemSchema,
  toolItemSchema,
  noticeItemSchema,
]);
export type Item = z.infer<typeof itemSchema>;

export const turnStateSchema = z.enum(['running', 'done', 'stopped', 'failed', 'limit']);

/** A turn without its items, which travel one by one. */
export const turnHeadSchema = z.object({
  id: z.string(),
  /** What the person said. */
  text: z.string(),
  attachments: z.array(attachmentSchema),
  /** Epoch milliseconds. */
  startedAt: z.number(),
  state: turnStateSchema,
  /** Known when the turn has ended. */
  footer: z.optional(
    z.object({
      model: z.string(),
      /** Tokens the model read, cached ones included. */
      inputTokens: z.number(),
      cachedTokens: z.number(),
      outputTokens: z.number(),
      /** US dollars; absent when the model's price is not known. */
      costUsd: z.optional(z.number()),
      durationMs: z.number(),
    }),
  ),
});
export type TurnHead = z.infer<typeof turnHeadSchema>;

export const turnSchema = z.extend(turnHeadSchema, { items: z.array(itemSchema) });
export type Turn = z.infer<typeof turnSchema>;

/**
 * When a message that was sent while a turn runs reaches the model: `follow_up` as the next turn, `steer` in this one, at the next safe
 * point, `interrupt` at once, after stopping this one.
 */
export const deliverySchema = z.enum(['follow_up', 'steer', 'interrupt']);
export type Delivery = z.infer<typeof deliverySchema>;

/** A message that waits until the running turn can take it. */
export const queuedMessageSchema = z.object({
  id: z.string(),
  text: z.string(),
  attachments: z.array(attachmentSchema),
  /** It goes into the running turn; absent: it is the next one. */
  steer: z.optional(z.boolean()),
});
export type QueuedMessage = z.infer<typeof queuedMessageSchema>;

export const todoViewSchema = z.object({
  content: z.string(),
  /** What is said of it while it is being done. */
  activeForm: z.string(),
  status: z.enum(['pending', 'in_progress', 'completed']),
});
export type TodoView = z.infer<typeof todoViewSchema>;

/** What the composer's bar says, in the host's words. */
export const barSchema = z.object({
  mode: z.string(),
  /** Empty where it is left to the API. */
  effort: z.string(),
  /** Lines: what fills the context, what was spent, what the next request costs, the budgets. */
  meter: z.string(),
  /** Of the budget that is nearest to its end. */
  level: z.enum(['none', 'hint', 'strong', 'over']),
});
export type Bar = z.infer<typeof barSchema>;

export const sessionViewSchema = z.object({
  id: z.string(),
  title: z.string(),
  model: z.string(),
  /** How much work an answer may take; empty or absent where it is left to the API. */
  effort: z.optional(z.string()),
  mode: z.string(),
  state: z.enum(['idle', 'running', 'waiting', 'stopping']),
  queued: z.array(queuedMessageSchema),
  /** The model's own list of what is to be done; absent until there is one. */
  todos: z.optional(z.array(todoViewSchema)),
  inputTokens: z.number(),
  outputTokens: z.number(),
  costUsd: z.optional(z.number()),
  /** Tokens that the next request is expected to hold, of how many; what is no conversation and no result is the prompt. */
  context: z.optional(
    z.object({
      used: z.number(),
      limit: z.number(),
      conversation: z.number(),
      results: z.number(),
      surroundings: z.number(),
    }),
  ),
  /** Absent until the host has looked. */
  bar: z.optional(barSchema),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

/** What the panel must know of the editor around it; replaced as a whole when it changes. */
export const environmentSchema = z.object({
  /** `unneeded`: a local endpoint that takes requests without one. */
  key: z.enum(['present', 'missing', 'refused', 'unneeded']),
  trusted: z.boolean(),
  /** The answers come from a script, not from a model; said plainly for as long as it is so. */
  scripted: z.boolean(),
  workspaceName: z.string(),
  /** First tasks taken from this workspace, at most three. */
  suggestions: z.array(z.object({ label: z.string(), prompt: z.string() })),
  /** The active editor's selection: a chip that the person may switch off. */
  selection: z.optional(attachmentSchema),
  version: z.string(),
  /** Edits that landed and are to be reviewed: their files, absolute, and changed lines. Absent: none. */
  pending: z.optional(z.object({ paths: z.array(z.string()), added: z.number(), removed: z.number() })),
});
export type Environment = z.infer<typeof environmentSchema>;

/** Where something stands in a conversation: an item, or without one what the person said at the turn's beginning. */
export const placeSchema = z.object({
  turnId: z.string().check(z.maxLength(200)),
  itemId: z.optional(z.string().check(z.maxLength(200))),
});
export type Place = z.infer<typeof placeSchema>;

/** What the host holds of a conversation around the part that a view shows. */
export const outsideSchema = z.object({
  /** Turns before the first one that is shown, and after the last one. */
  earlier: z.number(),
  later: z.number(),
  /** Items of the first turn before those that are shown, and of the last turn after them. */
  earlierItems: z.number(),
  laterItems: z.number(),
});
export type Outside = z.infer<typeof outsideSchema>;
/** A view that is the whole conversation. */
export const nothingOutside: Outside = { earlier: 0, later: 0, earlierItems: 0, laterItems: 0 };

/** What is typed and not sent. */
export const draftSchema = z.object({
  text: z.string().check(z.maxLength(2_000_000)),
  chips: z.array(attachmentSchema),
  /** Epoch milliseconds of its last change: of two drafts the newer counts. */
  at: z.number(),
});
export type Draft = z.infer<typeof draftSchema>;

export const viewSchema = z.object({
  session: sessionViewSchema,
  /** A window of the conversation, oldest first; the first and the last turn may hold a part of their items. */
  turns: z.array(turnSchema),
  ...outsideSchema.shape,
  environment: environmentSchema,
  /** What the host keeps of the session's draft, as it was at the snapshot. */
  draft: z.optional(draftSchema),
});
export type View = z.infer<typeof viewSchema>;

export const patchSchema = z.discriminatedUnion('op', [
  /** Sets the fields that it names. */
  z.object({ op: z.literal('session'), fields: z.partial(sessionViewSchema) }),
  z.object({ op: z.literal('environment'), environment: environmentSchema }),
  /** The conversation has changed around the window. */
  z.extend(outsideSchema, { op: z.literal('outside') }),
  /** Adds a turn, or replaces the head of the one with this id. */
  z.object({ op: z.literal('turn'), turn: turnHeadSchema }),
  /** Adds an item at the end of its turn, or replaces the one with this id. */
  z.object({ op: z.literal('item'), turnId: z.string(), item: itemSchema }),
  z.object({ op: z.literal('removeItem'), turnId: z.string(), itemId: z.string() }),
  /** Adds text to the end of a text or thinking item, or of a tool's output. */
  z.object({ op: z.literal('append'), turnId: z.string(), itemId: z.string(), text: z.string() }),
]);
export type Patch = z.infer<typeof patchSchema>;

// What the model is told before the conversation: parts in a fixed order of priority, read side by side and fitted into a budget.
import { renderInstructions, type InstructionFile } from './instruction-file.ts';
import { charsWithin, estimateTokens } from './estimate-tokens.ts';
import { modelAdaptation } from './model-adaptations.ts';
import { baseInstructions, type PromptFacts } from './system-prompt.ts';

/**
 * Something about the surroundings that changes by itself. It is told with the first message, never in the system prompt, so that the
 * cached prefix stays as it is.
 */
export interface ContextSource {
  /** A tag's name: lower-case letters and hyphens. */
  readonly name: string;
  /** Whether a change is worth telling later. Otherwise it is a picture of the start. */
  readonly followed: boolean;
  /** Undefined when there is nothing to tell. Bounds its own time; a rejection counts as nothing. Untrusted words are allowed. */
  read(): Promise<string | undefined>;
}

export interface PromptPart {
  /** `base`, `caller`, `model`, `instructions`, or a source's name. */
  readonly name: string;
  readonly place: 'system' | 'context';
  readonly text: string;
  /** An estimate. */
  readonly tokens: number;
  readonly followed: boolean;
  /** Cut to fit. */
  readonly truncated?: true;
  /** What the text is made of, where that is several files. */
  readonly pieces?: readonly PromptPiece[];
}

export interface PromptPiece {
  /** Absolute path. */
  readonly name: string;
  readonly text: string;
  readonly tokens: number;
}

export interface PromptOptions {
  readonly facts: PromptFacts;
  readonly model: string;
  /** What the caller adds to the base instructions, as they gave it. */
  readonly callerText?: string;
  readonly instructions: () => Promise<readonly InstructionFile[]>;
  /** Most important first: the last is cut first. */
  readonly context: readonly ContextSource[];
  /** For everything here, tags included. Default 30,000. What may not be cut (base, caller, model) is kept even past it. */
  readonly budgetTokens?: number;
}

const DEFAULT_BUDGET_TOKENS = 30_000;
const CUT = '\n[cut here to fit]';
/** A cut part shorter than this says nothing. */
const LEAST_CHARS = 120;
/** What the texts around a part cost at most: tags, blank lines, the sentence at the head of the context. */
const PART_OVERHEAD = 60;
const CONTEXT_OVERHEAD = 200;

/** In order of priority. Never rejects: what cannot be read is left out. */
export async function promptParts(options: PromptOptions): Promise<PromptPart[]> {
  const [files, ...texts] = await Promise.all([
    options.instructions().catch(() => []),
    ...options.context.map((source) => source.read().catch(() => undefined)),
  ]);
  const fixed = [
    systemPart('base', baseInstructions(options.facts)),
    systemPart('caller', options.callerText),
    systemPart('model', modelAdaptation(options.model)),
  ].filter((part) => part !== undefined);
  const context = options.context.map((source, index) => contextPart(source, texts[index]));

  let left = charsWithin(options.budgetTokens ?? DEFAULT_BUDGET_TOKENS) - CONTEXT_OVERHEAD;
  const take = (part: PromptPart | undefined): PromptPart[] => {
    if (!part) return [];
    left -= part.text.length + PART_OVERHEAD;
    return [part];
  };
  const kept = fixed.flatMap(take);
  kept.push(...take(instructionPart(files, left - PART_OVERHEAD)));
  for (const part of context) kept.push(...take(part && cutToFit(part, left - PART_OVERHEAD)));
  return kept;
}

/** Only the followed sources and the instruction files, read again: what `contextChange` compares with the parts before. */
export async function rereadParts(options: PromptOptions): Promise<PromptPart[]> {
  return promptParts({ ...options, context: options.context.filter((source) => source.followed) });
}

function systemPart(name: string, text: string | undefined): PromptPart | undefined {
  if (!text?.trim()) return undefined;
  return { name, place: 'system', text, tokens: estimateTokens(text), followed: false };
}

/** An angle bracket could close the tag around it: file names and commit subjects are anybody's words. */
function contextPart({ name, followed }: ContextSource, said: string | undefined): PromptPart | undefined {
  const text = said?.trim().replaceAll('<', '&lt;');
  if (!text) return undefined;
  return { name, place: 'context', text, tokens: estimateTokens(text), followed };
}

/** Long files are cut before short ones, all to the same length. */
function instructionPart(files: readonly InstructionFile[], room: number): PromptPart | undefined {
  const whole = renderInstructions(files);
  const fitted = whole.length <= room ? files : shortened(files, room);
  if (fitted.length === 0) return undefined;
  const text = renderInstructions(fitted);
  return {
    name: 'instructions',
    place: 'system',
    text,
    tokens: estimateTokens(text),
    followed: true,
    ...(whole === text ? {} : { truncated: true }),
    pieces: fitted.map((file) => ({ name: file.path, text: file.text, tokens: estimateTokens(file.text) })),
  };
}

/** The longest common limit with which all of it fits; no file at all when even that leaves nothing worth reading. */
function shortened(files: readonly InstructionFile[], room: number): InstructionFile[] {
  const bare = renderInstructions(files.map((file) => ({ ...file, text: '' }))).length;
  let left = room - bare;
  let limit = 0;
  const lengths = files.map((file) => file.text.length).toSorted((one, other) => one - other);
  for (const [index, length] of lengths.entries()) {
    limit = Math.floor(left / (lengths.length - index));
    if (length > limit) break;
    left -= length;
  }
  if (limit < LEAST_CHARS) return [];
  return files.map((file) => ({ ...file, text: cutText(file.text, limit) }));
}

function cutToFit(part: PromptPart, room: number): PromptPart | undefined {
  if (part.text.length <= room) return part;
  if (room < LEAST_CHARS) return undefined;
  const text = cutText(part.text, room);
  return { ...part, text, tokens: estimateTokens(text), truncated: true };
}

/** At the end of a line where one is near. */
function cutText(text: string, room: number): string {
  if (text.length <= room) return text;
  const head = text.slice(0, Math.max(0, room - CUT.length));
  const line = head.lastIndexOf('\n');
  return (line > head.length / 2 ? head.slice(0, line) : head.replace(/[\uD800-\uDBFF]$/, '')) + CUT;
}

// One file with edits that nobody has reviewed yet: what is kept of it, and what its sessions are to be told about it. Pure.
import * as z from 'zod/mini';
import type { LandingEdit } from './edit-journal.ts';
import {
  departuresOf,
  hunksOf,
  keepHunks,
  landEdit,
  undoHunks,
  withoutOthers,
  type Departure,
  type Hunk,
} from './tracked-text.ts';

const noteSchema = z.object({
  kind: z.enum(['undone', 'changed', 'removed', 'restored']),
  /** Of the text as it stood then, 1-based. */
  line: z.number(),
  /** What the agent had made and what stands there instead, as lines of a diff; empty when it is long. */
  diff: z.string(),
  /** The sessions that have not heard of it. */
  untold: z.array(z.string()),
});
export type ReviewNote = z.infer<typeof noteSchema>;

/** As it is stored. */
export const pendingFileSchema = z.object({
  /** Canonical, absolute. */
  path: z.string(),
  /** There was no such file before the agent's first edit. */
  created: z.boolean(),
  tracked: z.object({ baseline: z.string(), agent: z.string() }),
  /** All that have edited it. */
  sessions: z.array(z.string()),
  notes: z.array(noteSchema),
  /** What has been noted of places that still stand as somebody changed them: nobody is told twice. */
  noted: z.array(z.string()),
  /** A write that was on its way. */
  landing: z.optional(z.object({ before: z.string(), after: z.string() })),
  /** Epoch milliseconds of the last edit. */
  at: z.number(),
});
export type PendingFile = z.infer<typeof pendingFileSchema>;

const MAX_DIFF_LINES = 40;
const MAX_DIFF_CHARS = 2_000;

export function beginLanding(
  known: PendingFile | undefined,
  { path, before, after }: LandingEdit,
  session: string,
  at: number,
): PendingFile {
  const text = before ?? '';
  const landing = { before: text, after };
  const fresh = { path, sessions: [session], notes: [], noted: [], created: before === undefined, at, landing };
  if (!known) return { ...fresh, tracked: { baseline: text, agent: text } };
  const noted = noteDepartures(known, before);
  const sessions = [...new Set([...noted.sessions, session])];
  // Removed and made again: nothing of what stood there is left to be kept or undone.
  if (before === undefined) return { ...noted, ...fresh, sessions, notes: noted.notes, tracked: NOTHING };
  return { ...noted, sessions, at, landing };
}

/** `written`: what stands there now; undefined when nothing was written. */
export function endLanding(file: PendingFile, written: string | undefined): PendingFile {
  const { landing, ...rest } = file;
  if (!landing || written === undefined) return rest;
  return { ...rest, tracked: landEdit(rest.tracked, landing.before, written) };
}

/** After this process was killed: a write that was on its way counts as made unless the file still reads as before it. */
export function afterRestart(file: PendingFile, present: string | undefined): PendingFile {
  return endLanding(file, present === file.landing?.before ? undefined : present);
}

export function pendingHunks({ tracked }: PendingFile, present: string | undefined): readonly Hunk[] {
  return present === undefined ? [] : hunksOf(tracked, present);
}

/** `hunks`: some of `pendingHunks`, in their order. */
export function keepIn(file: PendingFile, present: string, hunks: readonly Hunk[]): PendingFile {
  const noted = hunks.some(({ touched }) => touched) ? noteDepartures(file, present) : file;
  // Noting may have taken in what others typed: the lines of the baseline have moved.
  const now = noted.tracked === file.tracked ? hunks : sameHunks(noted, present, hunks);
  return { ...noted, tracked: keepHunks(noted.tracked, present, now) };
}

/** What the file is to read then, and what is kept of it. `hunks` as for `keepIn`. */
export function undoIn(
  file: PendingFile,
  present: string,
  hunks: readonly Hunk[],
): { file: PendingFile; text: string } {
  const undone = undoHunks(file.tracked, present, hunks);
  const notes = hunks.map(({ now, added, removed }) => noteOf(file, 'undone', now.start, difference(added, removed)));
  return { file: { ...file, tracked: undone.tracked, notes: [...file.notes, ...notes] }, text: undone.present };
}

/** An undo was undone: the file reads again as it did when `before` was kept of it. What was told in between is taken back. */
export function undoneAgain(before: PendingFile, now: PendingFile | undefined): PendingFile {
  const heard = before.sessions.filter((session) => !isUntold(now, session));
  const restored: ReviewNote[] = heard.length === 0 ? [] : [{ kind: 'restored', line: 1, diff: '', untold: heard }];
  return { ...before, notes: [...before.notes, ...restored] };
}

/** Takes down where the agent's edits were undone or changed by hand. `present` undefined: the file is gone. */
export function noteDepartures(file: PendingFile, present: string | undefined): PendingFile {
  if (present === undefined) {
    if (file.tracked.baseline === file.tracked.agent) return file;
    return { ...file, tracked: NOTHING, notes: [...file.notes, noteOf(file, 'removed', 0, '')] };
  }
  const departures = departuresOf(file.tracked, present);
  const marks = departures.filter(({ kind }) => kind === 'changed').map(markOf);
  const fresh = departures.filter((one) => one.kind === 'undone' || !file.noted.includes(markOf(one)));
  if (departures.length === 0 && file.noted.length === 0) return file;
  const notes = fresh.map(({ kind, now, made, stands }) => noteOf(file, kind, now.start, difference(made, stands)));
  const hasUndone = fresh.some(({ kind }) => kind === 'undone');
  return {
    ...file,
    tracked: hasUndone ? withoutOthers(file.tracked, present) : file.tracked,
    notes: [...file.notes, ...notes],
    noted: marks,
  };
}

/** What the session has not heard yet; it has then. */
export function takeNotes(file: PendingFile, session: string): { file: PendingFile; notes: readonly ReviewNote[] } {
  const notes = file.notes.filter(({ untold }) => untold.includes(session));
  if (notes.length === 0) return { file, notes };
  const rest = file.notes
    .map((note) => ({ ...note, untold: note.untold.filter((id) => id !== session) }))
    .filter(({ untold }) => untold.length > 0);
  return { file: { ...file, notes: rest }, notes };
}

/** Nothing is left to be reviewed or told, whatever the file says. */
export function isSettled({ landing, notes, tracked }: PendingFile): boolean {
  return landing === undefined && notes.length === 0 && tracked.baseline === tracked.agent;
}

const NOTHING = { baseline: '', agent: '' };

function noteOf({ sessions }: PendingFile, kind: ReviewNote['kind'], line: number, diff: string): ReviewNote {
  return { kind, line: line + 1, diff, untold: [...sessions] };
}

function isUntold(file: PendingFile | undefined, session: string): boolean {
  return file?.notes.some(({ kind, untold }) => kind === 'undone' && untold.includes(session)) ?? false;
}

function sameHunks(file: PendingFile, present: string, hunks: readonly Hunk[]): Hunk[] {
  const starts = new Set(hunks.map(({ now }) => now.start));
  return hunksOf(file.tracked, present).filter(({ now }) => starts.has(now.start));
}

function markOf({ made, stands }: Departure): string {
  return JSON.stringify([made.join('').slice(0, MAX_DIFF_CHARS), stands.join('').slice(0, MAX_DIFF_CHARS)]);
}

function difference(made: readonly string[], stands: readonly string[]): string {
  const lines = [...made.map((line) => `-${line}`), ...stands.map((line) => `+${line}`)].map((line) =>
    line.replace(/[\r\n]+$/, ''),
  );
  const diff = lines.join('\n');
  return lines.length > MAX_DIFF_LINES || diff.length > MAX_DIFF_CHARS ? '' : diff;
}

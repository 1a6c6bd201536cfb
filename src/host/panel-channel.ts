// The host's end of the wire to one panel: a snapshot when asked for, then numbered patches, at most one message a frame.
import type { Patch, Turn, View } from '../shared/view-model.ts';
import { intentSchema, type Intent, type PanelMessage } from '../shared/protocol.ts';
import { PatchQueue } from './patch-queue.ts';

/** How many of the newest turns a panel is given, and how many more each time it asks. */
export const WINDOW_TURNS = 50;
export const FRAME_MS = 16;
/** More messages than these are not on their way at once: a panel that falls behind gets fewer and larger ones. */
export const MAX_UNDERWAY = 8;
/** Changes that wait for a panel that is behind, at most: after that it gets a snapshot instead. */
export const MAX_WAITING = 1000;
/** A panel that is shown again says `ready` by itself; one that does not in this time gets its snapshot unasked. */
const RETURN_MS = 400;

export interface PanelChannelParts {
  /** Everything, as it is now; turns oldest first. */
  readonly view: () => Omit<View, 'earlier' | 'turns'> & { readonly turns: readonly Turn[] };
  /** Resolves to false when the message did not arrive. */
  readonly post: (message: PanelMessage) => PromiseLike<boolean>;
  /** What the person wants, save for what the channel answers itself. */
  readonly onIntent: (intent: Intent) => void;
  /** Loads the page anew. */
  readonly reload: () => void;
  readonly warn: (message: string) => void;
  /** Calls back once after `ms`; the returned function cancels it. */
  readonly after: (ms: number, callback: () => void) => () => void;
}

type Direct = Exclude<PanelMessage, { type: 'snapshot' | 'patches' }>;

/**
 *   hidden ──shown──▶ waiting ──ready──▶ live ──hidden──▶ hidden
 *
 * Only a live panel is posted to. What a person must not miss (an answer to a message, text for the composer) is kept
 * until it is; changes are not, as the snapshot holds them.
 */
export class PanelChannel {
  readonly #parts: PanelChannelParts;
  readonly #queue = new PatchQueue();
  readonly #held: Direct[] = [];
  readonly #complaints = new Set<string>();
  #state: 'hidden' | 'waiting' | 'live' | 'disposed' = 'waiting';
  #seq = 0;
  #lost = false;
  /** Messages that have not arrived yet, since the panel was last heard to be up. */
  #underway = 0;
  /** Counts the times that the panel came up: what was under way before is gone. */
  #life = 0;
  /** It said `ready` while it counted as hidden. */
  #early = false;
  /** How many of the newest turns the window began with, at the last snapshot. */
  #wanted = WINDOW_TURNS;
  /** The turns before this index are not in the panel's window. */
  #start = 0;
  #cancelFlush: (() => void) | undefined;
  #cancelReturn: (() => void) | undefined;

  constructor(parts: PanelChannelParts) {
    this.#parts = parts;
  }

  /** Takes whatever the panel sent. */
  receive(message: unknown): void {
    if (this.#state === 'disposed') return;
    const parsed = intentSchema.safeParse(message);
    if (!parsed.success) return this.#complain(message, parsed.error.issues[0]?.path.join('.') ?? '');
    switch (parsed.data.type) {
      case 'ready':
        // A panel that comes back may say so before the editor does.
        if (this.#state === 'hidden') this.#early = true;
        else this.#comeUp();
        return;
      case 'loadEarlier':
        this.#wanted = this.#parts.view().turns.length - this.#start + WINDOW_TURNS;
        if (this.#state === 'live') this.#snapshot();
        return;
      case 'reload':
        return this.#parts.reload();
      default:
        this.#parts.onIntent(parsed.data);
    }
  }

  /** The host's view has changed; `view()` holds the change already. */
  changed(patches: readonly Patch[]): void {
    if (this.#state !== 'live') return;
    if (this.#lost && this.#underway >= MAX_UNDERWAY) return;
    for (const patch of patches) this.#queue.add(patch);
    if (this.#queue.size > MAX_WAITING) {
      this.#lost = true;
      this.#queue.clear();
    }
    this.#cancelFlush ??= this.#parts.after(FRAME_MS, () => this.#flush());
  }

  /** Another conversation is shown from now on. */
  reset(): void {
    this.#wanted = WINDOW_TURNS;
    if (this.#state === 'live') this.#snapshot();
  }

  setVisible(visible: boolean): void {
    if (this.#state === 'disposed' || visible === (this.#state !== 'hidden')) return;
    this.#forget();
    this.#state = visible ? 'waiting' : 'hidden';
    if (!visible) this.#wanted = WINDOW_TURNS;
    else if (this.#early) this.#comeUp();
    else this.#cancelReturn = this.#parts.after(RETURN_MS, () => this.#comeUp());
    this.#early = false;
  }

  /** Sends at once, after the changes that wait; a panel that is not up gets it when it is. */
  send(message: Direct): void {
    if (this.#state === 'disposed') return;
    if (this.#state !== 'live') {
      this.#held.push(message);
      return;
    }
    this.#flush();
    this.#post(message);
  }

  dispose(): void {
    this.#forget();
    this.#state = 'disposed';
  }

  #comeUp(): void {
    this.#life += 1;
    this.#underway = 0;
    this.#snapshot();
  }

  #snapshot(): void {
    this.#forget();
    this.#state = 'live';
    this.#lost = false;
    const { session, environment, turns } = this.#parts.view();
    this.#start = Math.max(0, turns.length - this.#wanted);
    const view: View = { session, environment, turns: turns.slice(this.#start), earlier: this.#start };
    this.#post({ type: 'snapshot', seq: ++this.#seq, view });
    for (const message of this.#held.splice(0)) this.#post(message);
  }

  #flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    if (this.#underway >= MAX_UNDERWAY || (this.#queue.size === 0 && !this.#lost)) return;
    const { turns } = this.#parts.view();
    // A panel that has grown to twice its window is trimmed, unless the person asked for the older turns.
    const grown = this.#wanted === WINDOW_TURNS && turns.length - this.#start > 2 * WINDOW_TURNS;
    if (this.#lost || grown) return this.#snapshot();
    const outside = new Set(turns.slice(0, this.#start).map((turn) => turn.id));
    const patches = this.#queue.take().filter((patch) => !outside.has(turnOf(patch) ?? ''));
    if (patches.length > 0) this.#post({ type: 'patches', seq: ++this.#seq, patches });
  }

  #post(message: PanelMessage): void {
    const life = this.#life;
    this.#underway += 1;
    const settled = (arrived: boolean) => {
      if (life !== this.#life || this.#state === 'disposed') return;
      const wasBehind = this.#underway-- >= MAX_UNDERWAY;
      // A message that did not arrive leaves a gap in the numbers; the next change repairs it with a snapshot.
      if (!arrived) this.#lost = true;
      if (wasBehind && this.#state === 'live' && (arrived || this.#queue.size > 0)) this.#flush();
    };
    void this.#parts.post(message).then(settled, () => settled(false));
  }

  #forget(): void {
    this.#cancelFlush?.();
    this.#cancelReturn?.();
    this.#cancelFlush = this.#cancelReturn = undefined;
    this.#queue.clear();
  }

  /** Says once for each kind of message that it was not understood, without its content. */
  #complain(message: unknown, path: string): void {
    const type = typeof message === 'object' && message && 'type' in message ? String(message.type).slice(0, 40) : '?';
    if (this.#complaints.has(type) || this.#complaints.size > 20) return;
    this.#complaints.add(type);
    this.#parts.warn(
      `The panel sent a message of type ${type} that does not fit (${path || 'as a whole'}); it was ignored.`,
    );
  }
}

function turnOf(patch: Patch): string | undefined {
  if (patch.op === 'session' || patch.op === 'environment') return undefined;
  return patch.op === 'turn' ? patch.turn.id : patch.turnId;
}

// The host's end of the wire to one panel: a snapshot when asked for, then numbered patches, at most one message a frame.
import type { Patch, Place, Turn, View } from '../shared/view-model.ts';
import { intentSchema, type Intent, type PanelMessage } from '../shared/protocol.ts';
import { PanelWindow } from './panel-window.ts';
import { PatchQueue } from './patch-queue.ts';
import { TranscriptFinder } from './transcript-finder.ts';

export const FRAME_MS = 16;
/** More messages than these are not on their way at once: a panel that falls behind gets fewer and larger ones. */
export const MAX_UNDERWAY = 8;
/** Changes that wait for a panel that is behind, at most: after that it gets a snapshot instead. */
export const MAX_WAITING = 1000;
/** A panel that is shown again says `ready` by itself; one that does not in this time gets its snapshot unasked. */
const RETURN_MS = 400;

export interface PanelChannelParts {
  /** Everything, as it is now; turns oldest first. */
  readonly view: () => Pick<View, 'session' | 'environment' | 'draft'> & { readonly turns: readonly Turn[] };
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
  readonly #window: PanelWindow;
  readonly #finder: TranscriptFinder;
  /** Where a panel was to begin in a conversation that had not been brought back yet. */
  #missed: Place | undefined;
  #cancelFlush: (() => void) | undefined;
  #cancelReturn: (() => void) | undefined;

  constructor(parts: PanelChannelParts) {
    this.#parts = parts;
    const turns = () => parts.view().turns;
    this.#window = new PanelWindow(turns);
    this.#finder = new TranscriptFinder({
      turns,
      found: (message) => {
        if (message.match && this.#state === 'live') this.#goTo(message.match);
        this.send(message);
      },
    });
  }

  /** Takes whatever the panel sent. */
  receive(message: unknown): void {
    if (this.#state === 'disposed') return;
    const parsed = intentSchema.safeParse(message);
    if (!parsed.success) return this.#complain(message, parsed.error.issues[0]?.path.join('.') ?? '');
    switch (parsed.data.type) {
      case 'ready':
        // A panel that comes back may say so before the editor does.
        this.#open(parsed.data.at);
        if (this.#state === 'hidden') this.#early = true;
        else this.#comeUp();
        return;
      case 'moveWindow':
        return this.#move(parsed.data.to, parsed.data.keep);
      case 'follow':
        if (this.#window.follow(parsed.data.on)) this.#refresh();
        return;
      case 'reload':
        return this.#parts.reload();
      case 'step':
        return this.#step(parsed.data.from, parsed.data.to);
      case 'find':
        return this.#finder.find(parsed.data);
      case 'findNext':
        return this.#finder.next(parsed.data.to);
      default:
        this.#parts.onIntent(parsed.data);
    }
  }

  /** Shows the conversation at this place; a place that is not there changes nothing. */
  reveal(place: Place): void {
    if (!this.#goTo(place)) return;
    this.send({ type: 'reveal', at: { ...place } });
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
    const at = this.#missed;
    this.#missed = undefined;
    if (!at || !this.#window.goTo(at)) this.#window.toEnd();
    this.#finder.stop();
    this.#refresh();
  }

  setVisible(visible: boolean): void {
    if (this.#state === 'disposed' || visible === (this.#state !== 'hidden')) return;
    this.#forget();
    this.#state = visible ? 'waiting' : 'hidden';
    if (!visible) this.#window.pause();
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
    this.#finder.stop();
    this.#state = 'disposed';
  }

  #comeUp(): void {
    this.#life += 1;
    this.#underway = 0;
    this.#snapshot();
  }

  /** A panel that begins, or begins anew, is where it says, and else at the end. */
  #open(asked: Place | undefined): void {
    const held = this.#held.findLast((message) => message.type === 'reveal');
    const at = held?.at ?? asked;
    if (at && this.#state === 'live' && this.#window.holds(at)) return;
    this.#missed = undefined;
    if (at && this.#window.goTo(at)) return;
    this.#window.toEnd();
    this.#missed = at;
  }

  #move(to: 'earlier' | 'later' | 'end', keep: Place | undefined): void {
    if (to === 'end') this.#window.toEnd();
    else if (!this.#window.move(to, keep)) return;
    this.#refresh();
  }

  #step(from: string, to: 'previous' | 'next'): void {
    const { turns } = this.#parts.view();
    const at = turns.findLastIndex(({ id }) => id === from);
    const turn = at < 0 ? undefined : turns[at + (to === 'next' ? 1 : -1)];
    if (turn) this.reveal({ turnId: turn.id });
  }

  #goTo(place: Place): boolean {
    if (this.#window.holds(place)) return true;
    if (!this.#window.goTo(place)) return false;
    this.#refresh();
    return true;
  }

  #refresh(): void {
    if (this.#state === 'live') this.#snapshot();
  }

  #snapshot(): void {
    this.#forget();
    this.#state = 'live';
    this.#lost = false;
    const { session, environment, draft } = this.#parts.view();
    const view: View = { session, environment, ...(draft ? { draft } : {}), ...this.#window.part() };
    this.#post({ type: 'snapshot', seq: ++this.#seq, view });
    for (const message of this.#held.splice(0)) this.#post(message);
  }

  #flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    if (this.#underway >= MAX_UNDERWAY || (this.#queue.size === 0 && !this.#lost)) return;
    const patches = this.#lost ? undefined : this.#window.take(this.#queue.take());
    if (!patches) return this.#snapshot();
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

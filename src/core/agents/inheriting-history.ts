// A conversation that goes on where another one stood: its messages come first, byte for byte, until it is shortened.
import type { DurableEvent } from '../events.ts';
import type { ApiMessage } from '../messages/api.ts';
import { History } from '../messages/history.ts';

type Person = Extract<ApiMessage, { role: 'user' }>;

export class InheritingHistory extends History {
  private inherited: readonly ApiMessage[];
  /** The inherited end with our own beginning: one message, as neighbours of one role must be. */
  private joint: { readonly own: ApiMessage; readonly message: ApiMessage } | undefined;

  /** `inherited` ends with the person's side, and does not change. */
  constructor(inherited: readonly ApiMessage[]) {
    super();
    this.inherited = inherited;
  }

  override apply(event: DurableEvent): void {
    super.apply(event);
    // What was inherited is in the summary now, or in what was kept.
    if (event.type === 'compacted') this.inherited = [];
  }

  override messages(): readonly ApiMessage[] {
    const own = super.messages();
    const last = this.inherited.at(-1);
    const [first, ...rest] = own;
    if (!last || !first) return last ? this.inherited : own;
    if (last.role !== 'user' || first.role !== 'user') return [...this.inherited, ...own];
    // The same object each time, so that who compares sees that nothing changed.
    if (this.joint?.own !== first) {
      this.joint = { own: first, message: { role: 'user', content: [...blocksOf(last), ...blocksOf(first)] } };
    }
    return [...this.inherited.slice(0, -1), this.joint.message, ...rest];
  }
}

function blocksOf({ content }: Person): Exclude<Person['content'], string> {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

// The panel's end of the wire: checks every message against its schema in both directions, in and out of the editor's API.
import type * as z from 'zod/mini';
import { intentSchema, panelMessageSchema, type Intent, type PanelMessage } from '../src/shared/protocol.ts';

/** What the editor gives a webview, once. */
export interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

export interface Transport {
  /** Sends what the person wants. An intent that does not fit its schema is a fault of the panel's: logged, not sent. */
  readonly send: (intent: Intent) => void;
  /** Calls `listener` with each message that fits its schema; others are dropped with one line in the log each. */
  readonly listen: (listener: (message: PanelMessage) => void) => void;
  readonly editor: EditorApi;
}

export function createTransport(editor: EditorApi, target: EventTarget, log: (line: string) => void): Transport {
  return {
    editor,
    send(intent) {
      const checked = intentSchema.safeParse(intent);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the editor's function takes none
      if (checked.success) editor.postMessage(checked.data);
      else log(`Capstan did not send a message that does not fit the protocol: ${describe(checked.error)}`);
    },
    listen(listener) {
      target.addEventListener('message', (event) => {
        const { data } = event as MessageEvent<unknown>;
        const checked = panelMessageSchema.safeParse(data);
        if (checked.success) listener(checked.data);
        else log(`Capstan ignored a message that does not fit the protocol: ${describe(checked.error)}`);
      });
    },
  };
}

function describe(error: z.core.$ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join('.') || 'message'}: ${issue.message || issue.code}` : 'unknown';
}

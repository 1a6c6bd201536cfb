// The port to the web: one page by its address, as text.

/** A page as text. */
export interface WebPage {
  /** The address that answered, after redirects within the host. */
  readonly url: string;
  readonly status: number;
  /** Lower case, without parameters; empty when the server gave none. */
  readonly contentType: string;
  readonly title?: string;
  /** Markdown for HTML, else the text as it is. */
  readonly text: string;
  /** Bytes read, after decompression. */
  readonly bytes: number;
  /** `text` is the beginning only. */
  readonly truncated: boolean;
  /** When it was read, in epoch milliseconds: a page may come out of the cache, up to 15 minutes old. */
  readonly readAt: number;
}

export type WebAnswer =
  | { readonly type: 'page'; readonly page: WebPage }
  /** It was not followed: it leads to another host, or from https to http. */
  | { readonly type: 'redirect'; readonly from: string; readonly to: string }
  /** One or two sentences: what happened and what to do next. */
  | { readonly type: 'failed'; readonly message: string };

/** Reads public pages. Sends no cookies, no referrer and no credentials. Calls may overlap. */
export interface WebAccess {
  /** Never rejects; an aborted signal is a failure. Refuses what is not on the public internet, whatever its name resolves to. */
  fetch(url: string, options: { readonly signal: AbortSignal }): Promise<WebAnswer>;
}

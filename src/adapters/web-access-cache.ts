// Pages that were read a short while ago, bounded in number and size.
import type { WebPage } from '../core/tools/web/web-access.ts';

const KEPT_MS = 15 * 60_000;
const MAX_PAGES = 50;
/** A character takes two bytes at most. */
const MAX_CHARS = 10 * 1024 * 1024;

/** The page that was not asked for the longest goes first. */
export class PageCache {
  private readonly now: () => number;
  private readonly pages = new Map<string, WebPage>();
  private chars = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  get(url: string): WebPage | undefined {
    const page = this.pages.get(url);
    if (!page) return undefined;
    this.remove(url);
    const age = this.now() - page.readAt;
    if (age < 0 || age >= KEPT_MS) return undefined;
    this.add(url, page);
    return page;
  }

  set(url: string, page: WebPage): void {
    this.remove(url);
    if (page.text.length > MAX_CHARS) return;
    this.add(url, page);
    for (const oldest of this.pages.keys()) {
      if (this.pages.size <= MAX_PAGES && this.chars <= MAX_CHARS) break;
      this.remove(oldest);
    }
  }

  private add(url: string, page: WebPage): void {
    this.pages.set(url, page);
    this.chars += page.text.length;
  }

  private remove(url: string): void {
    const page = this.pages.get(url);
    if (!page) return;
    this.pages.delete(url);
    this.chars -= page.text.length;
  }
}

// Shows the editor's own progress on Capstan's view while something that the person waits for takes longer than a moment.
import * as vscode from 'vscode';
import { PANEL_VIEW } from '../../shared/contributions.ts';

/** What ends sooner is not shown. */
const MOMENT_MS = 500;

/** Dispose it to end what is shown. With nothing at work it holds no timer. */
export class ViewProgress implements vscode.Disposable {
  readonly #causes = new Set<unknown>();
  readonly #show: (ended: Promise<void>) => void;
  readonly #momentMs: number;
  #timer: NodeJS.Timeout | undefined;
  #end: (() => void) | undefined;

  /** `show`: default the bar at the top of the view. */
  constructor(show: (ended: Promise<void>) => void = showOnView, momentMs = MOMENT_MS) {
    this.#show = show;
    this.#momentMs = momentMs;
  }

  /** Says nothing twice: it may be called as often as something may have changed. */
  set(cause: unknown, isAtWork: boolean): void {
    if (isAtWork === this.#causes.has(cause)) return;
    if (isAtWork) this.#causes.add(cause);
    else this.#causes.delete(cause);
    if (this.#causes.size === 0) this.dispose();
    else if (!this.#end) this.#timer ??= setTimeout(() => this.#begin(), this.#momentMs);
  }

  /** Until it has ended, well or not. */
  during(work: Promise<unknown>): void {
    const over = () => this.set(work, false);
    this.set(work, true);
    work.then(over, over);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#end?.();
    this.#timer = this.#end = undefined;
    this.#causes.clear();
  }

  #begin(): void {
    this.#timer = undefined;
    this.#show(new Promise<void>((resolve) => (this.#end = resolve)));
  }
}

function showOnView(ended: Promise<void>): void {
  void vscode.window.withProgress({ location: { viewId: PANEL_VIEW } }, () => ended);
}

// Remembers how files were before their edits were undone here: where a text comes back by the editor's own undo, so does its review.
import type { PendingFile } from '../../core/review/pending-file.ts';

interface Step {
  readonly file: PendingFile;
  /** What stood there then. */
  readonly text: string;
}

/** Texts can be long, and the editor forgets too. */
const MAX_STEPS = 50;

export class UndoHistory {
  #steps: Step[] = [];

  /** Gives the paths that are not remembered any more. */
  push(step: Step): readonly string[] {
    this.#steps.push(step);
    const gone = this.#steps.splice(0, Math.max(0, this.#steps.length - MAX_STEPS));
    return gone.map(({ file }) => file.path).filter((path) => !this.has(path));
  }

  has(path: string): boolean {
    return this.#steps.some(({ file }) => file.path === path);
  }

  /** What was kept of the file when it last read like this; what came after it in this file is forgotten. */
  comeBack(path: string, present: string): PendingFile | undefined {
    const at = this.#steps.findLastIndex(({ file, text }) => file.path === path && text === present);
    const step = this.#steps[at];
    if (step) this.#steps = this.#steps.filter(({ file }, index) => file.path !== path || index < at);
    return step?.file;
  }

  moved(from: string, to: string): void {
    this.#steps = this.#steps.map(({ file, text }) =>
      file.path === from ? { file: { ...file, path: to }, text } : { file, text },
    );
  }
}

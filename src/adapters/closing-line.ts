// Takes what a shell says last out of its output: a mark that no output can hold by chance, then the shell's words up to the line's end.

const NEWLINE = 10;

export class ClosingLine {
  private readonly mark: Buffer;
  private held = Buffer.alloc(0);
  private found = false;
  private words: string | undefined;

  /** ASCII. */
  constructor(mark: string) {
    this.mark = Buffer.from(mark);
  }

  /** The shell's words, once their line has come whole. */
  get said(): string | undefined {
    return this.words;
  }

  /** What of the chunk, and of what was held back before, is output. */
  take(chunk: Buffer): Buffer {
    if (this.words !== undefined) return chunk;
    const all = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    const at = this.found ? 0 : all.indexOf(this.mark);
    if (at === -1) return this.hold(all, all.length - this.begunAtEnd(all));
    const from = this.found ? 0 : at + this.mark.length;
    this.found = true;
    const end = all.indexOf(NEWLINE, from);
    if (end === -1) {
      this.held = Buffer.from(all.subarray(from));
      return all.subarray(0, at);
    }
    this.words = all.subarray(from, end).toString('utf8').replace(/\r$/, '');
    this.held = Buffer.alloc(0);
    return Buffer.concat([all.subarray(0, at), all.subarray(end + 1)]);
  }

  /** What was held back and turned out to be output. */
  end(): Buffer {
    const rest = this.found ? Buffer.alloc(0) : this.held;
    this.held = Buffer.alloc(0);
    return rest;
  }

  private hold(all: Buffer, from: number): Buffer {
    this.held = Buffer.from(all.subarray(from));
    return all.subarray(0, from);
  }

  /** How many bytes at the end may be the mark's beginning. */
  private begunAtEnd(all: Buffer): number {
    for (let count = Math.min(all.length, this.mark.length - 1); count > 0; count -= 1) {
      if (all.subarray(-count).equals(this.mark.subarray(0, count))) return count;
    }
    return 0;
  }
}

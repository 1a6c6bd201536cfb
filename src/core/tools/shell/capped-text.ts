// Keeps the head and the tail of a text that comes in pieces, in bounded memory.

export class CappedText {
  private readonly half: number;
  private head = '';
  private readonly tail: string[] = [];
  private tailChars = 0;
  private chars = 0;

  constructor(maxChars: number) {
    this.half = Math.max(1, Math.floor(maxChars / 2));
  }

  /** Something was left out. */
  get isCut(): boolean {
    return this.chars > this.head.length + this.tailChars || this.tailChars > this.half;
  }

  add(text: string): void {
    this.chars += text.length;
    const room = this.half - this.head.length;
    this.head += text.slice(0, Math.max(0, room));
    if (text.length <= room) return;
    this.tail.push(text.slice(Math.max(0, room)).slice(-this.half));
    this.tailChars += this.tail.at(-1)!.length;
    while (this.tailChars - (this.tail[0]?.length ?? 0) >= this.half) this.tailChars -= this.tail.shift()!.length;
  }

  /** What is kept, with a line in place of what is not. */
  text(): string {
    const tail = this.tail.join('').slice(-this.half);
    const missing = this.chars - this.head.length - tail.length;
    if (missing === 0) return this.head + tail;
    return `${this.head}\n[… ${missing} characters left out …]\n${tail}`;
  }
}

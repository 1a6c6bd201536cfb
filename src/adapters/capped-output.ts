// Keeps the head and the tail of a stream of bytes, so that a command that prints without end costs no more memory than the cap.
import { StringDecoder } from 'node:string_decoder';

export class CappedOutput {
  private readonly half: number;
  private readonly head: Buffer[] = [];
  private headBytes = 0;
  private readonly tail: Buffer[] = [];
  private tailBytes = 0;
  private total = 0;

  constructor(maxBytes: number) {
    this.half = Math.max(1, Math.floor(maxBytes / 2));
  }

  get totalBytes(): number {
    return this.total;
  }

  add(chunk: Buffer): void {
    this.total += chunk.length;
    const room = this.half - this.headBytes;
    if (room > 0) {
      const part = chunk.subarray(0, room);
      this.head.push(part);
      this.headBytes += part.length;
    }
    if (chunk.length > room) this.addToTail(chunk.subarray(Math.max(0, room)));
  }

  private addToTail(chunk: Buffer): void {
    // A small piece of a big chunk would keep all of it in memory.
    const part = chunk.length > this.half ? Buffer.from(chunk.subarray(-this.half)) : chunk;
    this.tail.push(part);
    this.tailBytes += part.length;
    while (this.tailBytes - (this.tail[0]?.length ?? 0) >= this.half) this.tailBytes -= this.tail.shift()!.length;
  }

  /** What is kept, with a line in place of what is not. Characters that were cut in two are left out. */
  text(): string {
    const tail = Buffer.concat(this.tail).subarray(-this.half);
    if (this.total === this.headBytes + tail.length) return Buffer.concat([...this.head, tail]).toString('utf8');
    // `write` holds an unfinished character back.
    const head = new StringDecoder('utf8').write(Buffer.concat(this.head));
    const missing = this.total - Buffer.byteLength(head) - tail.length;
    let start = 0;
    while (start < 4 && ((tail[start] ?? 0) & 0xc0) === 0x80) start += 1;
    return `${head}\n[… ${missing + start} bytes left out …]\n${tail.subarray(start).toString('utf8')}`;
  }
}

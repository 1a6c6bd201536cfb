// Server-sent events: bytes in, whole events out. What a chunk holds is worked off at once, without a promise for each event.
import { StringDecoder } from 'node:string_decoder';

export interface ServerEvent {
  /** The `event:` field. */
  readonly name: string;
  readonly data: string;
}

/**
 * One decoder a stream. Chunks may end anywhere, in a character too. Events without a name, without data or without the empty line at
 * their end are not told.
 */
export class EventStreamDecoder {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  private name = '';
  private data: string[] = [];

  push(chunk: Uint8Array): ServerEvent[] {
    const events: ServerEvent[] = [];
    const text = this.lineEndsOf(this.rest + this.decoder.write(chunk));
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      if (end > start) this.takeLine(text.slice(start, end));
      else this.endEvent(events);
      start = end + 1;
    }
    this.rest = text.slice(start) + this.rest;
    return events;
  }

  /** All line ends as one kind. Keeps back a carriage return at the end, which may be half of one. */
  private lineEndsOf(text: string): string {
    this.rest = text.endsWith('\r') ? '\r' : '';
    const settled = this.rest === '' ? text : text.slice(0, -1);
    return settled.includes('\r') ? settled.replace(/\r\n?/g, '\n') : settled;
  }

  private takeLine(line: string): void {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    // Comments have no name of a field, and other fields mean nothing here.
    if (field === 'data') this.data.push(value);
    else if (field === 'event') this.name = value;
  }

  private endEvent(events: ServerEvent[]): void {
    const data = this.data.length === 1 ? this.data[0]! : this.data.join('\n');
    if (data !== '' && this.name !== '') events.push({ name: this.name, data });
    this.name = '';
    this.data = [];
  }
}

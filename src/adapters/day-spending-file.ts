// The day's cost in a small file that several windows and processes add to: one line for each sum, only ever appended, so that nobody
// overwrites what another has written and a torn line costs nothing but itself.
import { appendFile, mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DaySpending } from '../core/usage/day-spending.ts';

export interface DaySpendingFileOptions {
  /** Absolute; made when something is written. */
  readonly folder: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told once of a file that cannot be written or read. */
  readonly onWarning: (message: string) => void;
}

/** Kept for a clock that is set back. */
const KEPT_DAYS = 7;
/** US dollars: less than this is nothing. */
const LEAST = 1e-9;
const NAME = /^\d{4}-\d\d-\d\d\.txt$/;
const LINE = /^\d{1,6}(?:\.\d{1,12})?$/;

interface Day {
  readonly name: string;
  /** US dollars: lines that were read, and sums that are not written yet. */
  read: number;
  unwritten: number;
  /** Bytes read so far, all of whole lines. */
  offset: number;
}

export interface DaySpendingFile extends DaySpending {
  /** Resolves when what was added is on disk. */
  flush(): Promise<void>;
}

/** Reads and writes nothing before it is asked. */
export function createDaySpendingFile(options: DaySpendingFileOptions): DaySpendingFile {
  return new AppendedDays(options);
}

class AppendedDays implements DaySpendingFile {
  private readonly days = new Map<string, Day>();
  private line: Promise<void> = Promise.resolve();
  private warned = false;
  private tidied = false;
  private readonly options: DaySpendingFileOptions;

  constructor(options: DaySpendingFileOptions) {
    this.options = options;
  }

  today(): number {
    const { read, unwritten } = this.day();
    return read + unwritten;
  }

  add(usd: number): void {
    const text = usd >= LEAST ? usd.toFixed(9) : '';
    if (!LINE.test(text)) return;
    const day = this.day();
    day.unwritten += usd;
    this.inLine(async () => {
      await mkdir(this.options.folder, { recursive: true, mode: 0o700 });
      // Begins a line of its own: the one before may be torn.
      await appendFile(this.file(day), `\n${text}\n`, { mode: 0o600 });
      day.unwritten -= usd;
      await this.readOn(day);
    });
  }

  refresh(): Promise<void> {
    const day = this.day();
    this.inLine(async () => {
      await this.readOn(day);
      await this.tidy();
    });
    return this.line;
  }

  flush(): Promise<void> {
    return this.line;
  }

  private day(): Day {
    const name = dayName(new Date(this.options.now()));
    const known = this.days.get(name);
    if (known) return known;
    const day = { name, read: 0, unwritten: 0, offset: 0 };
    this.days.set(name, day);
    return day;
  }

  private file(day: Day): string {
    return path.join(this.options.folder, `${day.name}.txt`);
  }

  private async readOn(day: Day): Promise<void> {
    const file = await open(this.file(day), 'r').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (!file) return;
    try {
      const { size } = await file.stat();
      // Somebody has begun it anew.
      if (size < day.offset) Object.assign(day, { read: 0, offset: 0 });
      if (size === day.offset) return;
      const buffer = Buffer.alloc(size - day.offset);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, day.offset);
      const whole = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1;
      for (const line of buffer.toString('latin1', 0, whole).split('\n')) {
        if (LINE.test(line)) day.read += Number(line);
      }
      day.offset += whole;
    } finally {
      await file.close();
    }
  }

  private async tidy(): Promise<void> {
    if (this.tidied) return;
    this.tidied = true;
    const oldest = `${dayName(new Date(this.options.now() - KEPT_DAYS * 86_400_000))}.txt`;
    const names = await readdir(this.options.folder).catch(() => []);
    for (const name of names.filter((one) => NAME.test(one) && one < oldest)) {
      await rm(path.join(this.options.folder, name), { force: true });
    }
  }

  private inLine(work: () => Promise<void>): void {
    this.line = this.line.then(work).catch((error: unknown) => {
      if (this.warned) return;
      this.warned = true;
      const why = error instanceof Error ? error.message : String(error);
      this.options.onWarning(
        `The day's cost cannot be kept in ${this.options.folder}: ${why}. The budget for a day counts this window alone.`,
      );
    });
  }
}

/** As the person's calendar has it. */
function dayName(date: Date): string {
  if (Number.isNaN(date.getTime())) return '1970-01-01';
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}

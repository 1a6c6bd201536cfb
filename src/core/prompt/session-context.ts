// What a session tells the model of its surroundings: all of it at the start, later what has changed, never the same twice.
import type { LogEntry } from '../events.ts';
import type { ApiSystemBlock } from '../messages/api.ts';
import { contextChange, contextMessage, contextSaid, systemBlocks, toldParts } from './context-message.ts';
import { renderInstructions } from './instruction-file.ts';
import type { Instructions } from './instruction-files.ts';
import { promptParts, rereadParts, type PromptOptions, type PromptPart } from './prompt-parts.ts';

export interface SessionContextOptions extends Omit<PromptOptions, 'instructions'> {
  readonly instructions: () => Promise<Instructions>;
  /** The texts that the session's log says were added before; empty for a new session. */
  readonly said: readonly string[];
}

export interface SessionContext {
  /** The stable parts, read at the first call; the same for the whole session. Never rejects. */
  system(): Promise<readonly ApiSystemBlock[]>;
  /** All parts as they were at the first reading, for `contextReport`. */
  parts(): Promise<readonly PromptPart[]>;
  /** What to add to the conversation now. Never rejects. */
  atTurnStart(): Promise<string | undefined>;
  /** The instructions that go with files (absolute) that the model has just read, those not told yet. Never rejects. */
  afterReading(paths: readonly string[]): Promise<string | undefined>;
  /** What was told is gone from the conversation: it will be told again. */
  forget(): void;
}

/** Reads nothing before it is asked; then everything once, side by side. What cannot be read is left out. */
export function createSessionContext(options: SessionContextOptions): SessionContext {
  return new ToldContext(options);
}

/** The texts that a session's log says were added. */
export function saidOf({ entries }: { readonly entries: readonly LogEntry[] }): string[] {
  return entries.flatMap((entry) => (entry.type === 'context_added' ? [entry.text] : []));
}

/** A context that never changes and has nothing to tell. */
export function fixedContext(text: string): SessionContext {
  return {
    system: async () => [{ type: 'text', text }],
    parts: async () => [],
    atTurnStart: async () => undefined,
    afterReading: async () => undefined,
    forget() {},
  };
}

class ToldContext implements SessionContext {
  private instructions: Instructions | undefined;
  private blocks: readonly ApiSystemBlock[] | undefined;
  private first: Promise<readonly PromptPart[]> | undefined;
  private told: readonly PromptPart[] | undefined;
  private readonly toldFiles = new Set<string>();
  /** Folders whose instruction files were looked for in this turn. */
  private readonly lookedIn = new Set<string>();
  private said: readonly PromptPart[];
  private forgotten = false;
  private readonly reading: PromptOptions;

  constructor({ said, ...options }: SessionContextOptions) {
    this.said = contextSaid(said);
    this.reading = {
      ...options,
      instructions: async () => {
        this.instructions = await options.instructions();
        return this.instructions.files;
      },
    };
  }

  parts(): Promise<readonly PromptPart[]> {
    return (this.first ??= promptParts(this.reading));
  }

  async system(): Promise<readonly ApiSystemBlock[]> {
    return (this.blocks ??= systemBlocks(await this.parts()));
  }

  async atTurnStart(): Promise<string | undefined> {
    this.lookedIn.clear();
    const parts = await this.parts();
    if (!this.told && this.said.length === 0) {
      this.told = this.forgotten ? await promptParts(this.reading) : parts;
      return contextMessage(this.told);
    }
    const before = this.told ?? [...parts.filter((part) => part.place === 'system'), ...this.said];
    const now = await rereadParts(this.reading);
    this.told = toldParts(before, now);
    return contextChange(before, now);
  }

  async afterReading(paths: readonly string[]): Promise<string | undefined> {
    const { instructions } = this;
    if (!instructions) return undefined;
    const found = await Promise.all(
      paths.map(async (path) => [
        ...instructions.rulesFor(path),
        ...(this.isNewFolder(path) ? await instructions.nestedFor(path).catch(() => []) : []),
      ]),
    );
    const fresh = found.flat().filter((file) => {
      const key = `${file.path} ${file.hash}`;
      return !this.toldFiles.has(key) && this.toldFiles.add(key);
    });
    return renderInstructions(fresh) || undefined;
  }

  private isNewFolder(path: string): boolean {
    const folder = path.replace(/[^/\\]*$/, '');
    return !this.lookedIn.has(folder) && this.lookedIn.add(folder).has(folder);
  }

  forget(): void {
    this.forgotten = true;
    this.told = undefined;
    this.said = [];
    this.lookedIn.clear();
    this.toldFiles.clear();
  }
}

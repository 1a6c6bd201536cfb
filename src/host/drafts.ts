// Keeps what is typed and not sent, a file for each session, so that neither a reload nor a closed tab takes it away.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { draftSchema, type Draft } from '../shared/view-model.ts';

/** Drafts that nobody has come back to go after this long; empty ones are only kept to outdate older ones. */
const MAX_AGE_MS = 90 * 24 * 60 * 60 * 1000;
const MAX_EMPTY_AGE_MS = 7 * 24 * 60 * 60 * 1000;
const NAME = /^[A-Za-z0-9_-]{1,100}$/;
const SUFFIX = '.json';

/** Where the draft of a conversation that has not begun belongs: there is one in the side bar, and may be some in tabs. */
export type NewPlace = 'side-bar' | 'tab';

export class Drafts {
  readonly #folder: string;
  readonly #scope: string;
  readonly #warn: (message: string, error?: unknown) => void;
  readonly #known = new Map<string, Draft>();
  readonly #unwritten = new Set<string>();
  #writing: Promise<void> = Promise.resolve();
  /** Resolves when those of before are known. Never rejects. */
  readonly ready: Promise<void>;

  /** `folder` is absolute; drafts of conversations that have not begun are told apart by `workspace`. */
  constructor(folder: string, workspace: string, warn: (message: string, error?: unknown) => void) {
    this.#folder = folder;
    this.#scope = createHash('sha256').update(workspace).digest('hex').slice(0, 16);
    this.#warn = warn;
    this.ready = this.#read().catch((error: unknown) => warn('Kept drafts could not be read.', error));
  }

  of(session: string, place: NewPlace): Draft | undefined {
    const draft = this.#known.get(this.#nameOf(session, place));
    // Of several empty tabs none may take over what is typed in another: only one where nothing was typed takes this.
    return draft && session === '' && place === 'tab' ? { ...draft, at: 1 } : draft;
  }

  /** One that is older than what is kept is let go. */
  keep(session: string, place: NewPlace, draft: Draft): void {
    const name = this.#nameOf(session, place);
    if (!NAME.test(name) || (this.#known.get(name)?.at ?? 0) >= draft.at) return;
    this.#known.set(name, draft);
    this.#unwritten.add(name);
    this.#writing = this.#writing.then(() => this.#write());
  }

  /** Resolves when what was kept is on disk. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  #nameOf(session: string, place: NewPlace): string {
    return session === '' ? `new-${place}-${this.#scope}` : session;
  }

  async #read(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    await Promise.all(
      names.map(async (file) => {
        const place = path.join(this.#folder, file);
        const name = file.slice(0, -SUFFIX.length);
        if (!file.endsWith(SUFFIX) || !NAME.test(name)) return;
        const draft = await readDraft(place);
        const isEmpty = !draft || (draft.text === '' && draft.chips.length === 0);
        if (!draft || Date.now() - draft.at > (isEmpty ? MAX_EMPTY_AGE_MS : MAX_AGE_MS)) await unlink(place);
        else if ((this.#known.get(name)?.at ?? 0) < draft.at) this.#known.set(name, draft);
      }),
    );
  }

  async #write(): Promise<void> {
    const names = [...this.#unwritten];
    this.#unwritten.clear();
    try {
      if (names.length > 0) await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      for (const name of names) {
        const file = path.join(this.#folder, name + SUFFIX);
        await writeFile(`${file}.part`, JSON.stringify(this.#known.get(name)), { mode: 0o600 });
        await rename(`${file}.part`, file);
      }
    } catch (error) {
      this.#warn('A draft could not be kept on disk. It stays in the panel.', error);
    }
  }
}

/** Undefined for what is none: another version's, or torn. */
async function readDraft(file: string): Promise<Draft | undefined> {
  try {
    const checked = draftSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return checked.success ? checked.data : undefined;
  } catch {
    return undefined;
  }
}

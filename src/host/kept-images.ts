// Keeps images that were pasted or dropped until their message is sent: the panel holds their names and small pictures alone.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { InputImage } from '../core/events.ts';
import { imageBlock, imageType } from '../core/tools/files/read-image.ts';
import { ToolError } from '../core/tools/tool.ts';
import type { Attachment } from '../shared/view-model.ts';

const MAX_AGE_MS = 30 * 24 * 60 * 60 * 1000;
const NAME = /^[0-9a-f]{64}$/;

export class KeptImages {
  readonly #folder: string;
  /** On their way to the disk, by name: a message that comes right behind finds them. */
  readonly #writing = new Map<string, Promise<void>>();
  #pruned = false;

  /** `folder` is absolute and made when it is needed, for this person alone. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The image's name, or undefined for what the API would refuse. Rejects when it cannot be written. */
  async keep(data: string): Promise<string | undefined> {
    const bytes = Buffer.from(data, 'base64');
    if (!isSendable(bytes)) return undefined;
    const name = createHash('sha256').update(bytes).digest('hex');
    const writing = this.#write(name, bytes);
    this.#writing.set(name, writing);
    await writing.finally(() => this.#writing.delete(name));
    return name;
  }

  /** The images among the chips; undefined where one of them is not there any more. */
  async of(attachments: readonly Attachment[]): Promise<readonly InputImage[] | undefined> {
    const names = new Set(attachments.flatMap(({ kind, image }) => (kind === 'image' ? [image ?? ''] : [])));
    const found = await Promise.all([...names].map((name) => this.#read(name)));
    return found.every((image) => image !== undefined) ? found : undefined;
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFile(path.join(this.#folder, name), bytes, { mode: 0o600 });
    if (this.#pruned) return;
    this.#pruned = true;
    void this.#prune().catch(() => {});
  }

  async #read(name: string): Promise<InputImage | undefined> {
    // It comes from the page, and becomes part of a path.
    if (!NAME.test(name)) return undefined;
    const file = path.join(this.#folder, name);
    try {
      await this.#writing.get(name);
      const bytes = await readFile(file);
      const mediaType = imageType(bytes);
      if (!mediaType || !isSendable(bytes)) return undefined;
      const now = new Date();
      await utimes(file, now, now).catch(() => {});
      return { id: name, mediaType, data: bytes.toString('base64') };
    } catch {
      return undefined;
    }
  }

  /** Drafts that nobody has come back to in a long time lose their images. */
  async #prune(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const file = path.join(this.#folder, name);
      const { mtimeMs } = await stat(file);
      if (NAME.test(name) && Date.now() - mtimeMs > MAX_AGE_MS) await unlink(file);
    }
  }
}

/** One that the API refuses would make every later request of the conversation fail. */
function isSendable(bytes: Uint8Array): boolean {
  const type = imageType(bytes);
  try {
    return type !== undefined && imageBlock(bytes, type, '').type === 'image';
  } catch (error) {
    if (error instanceof ToolError) return false;
    throw error;
  }
}

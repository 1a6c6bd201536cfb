// Keeps files with pending edits on disk, one JSON file each, so that a reload or a killed process loses no baseline.
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pendingFileSchema, type PendingFile } from '../../core/review/pending-file.ts';

export interface PendingStore {
  /** What is there; unreadable ones are passed over, and stay. */
  load(): Promise<readonly PendingFile[]>;
  /** Whole or not at all; the last of several for one path counts. May throw. */
  save(file: PendingFile): Promise<void>;
  remove(path: string): Promise<void>;
}

/** `folder`: absolute; made at need, readable by its owner alone. */
export function createPendingStore(folder: string): PendingStore {
  /** One after another for each file: the later state must not be overtaken. */
  const lines = new Map<string, Promise<void>>();
  const inLine = (name: string, work: () => Promise<void>): Promise<void> => {
    const turn = (lines.get(name) ?? Promise.resolve()).catch(() => undefined).then(work);
    lines.set(name, turn);
    const clear = () => lines.get(name) === turn && lines.delete(name);
    void turn.then(clear, clear);
    return turn;
  };
  return {
    async load() {
      const names = await readdir(folder).catch(() => []);
      const files = await Promise.all(
        names.filter((name) => name.endsWith('.json')).map((name) => readOne(folder, name)),
      );
      return files.filter((file) => file !== undefined);
    },
    save: (file) =>
      inLine(nameOf(file.path), async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const target = path.join(folder, nameOf(file.path));
        const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
        try {
          await writeFile(temporary, JSON.stringify(file), { mode: 0o600, flag: 'wx' });
          await rename(temporary, target);
        } finally {
          await rm(temporary, { force: true });
        }
      }),
    remove: (file) => inLine(nameOf(file), () => rm(path.join(folder, nameOf(file)), { force: true })),
  };
}

function nameOf(file: string): string {
  return `${createHash('sha256').update(file).digest('hex').slice(0, 32)}.json`;
}

async function readOne(folder: string, name: string): Promise<PendingFile | undefined> {
  try {
    const file = pendingFileSchema.safeParse(JSON.parse(await readFile(path.join(folder, name), 'utf8')));
    return file.success && nameOf(file.data.path) === name ? file.data : undefined;
  } catch {
    return undefined;
  }
}

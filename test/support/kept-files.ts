// What the extension has written down in the editor's own folder: waited for in place of a guess how long it takes.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { until } from './conversation.ts';
import type { Scene } from './e2e.ts';

const WAIT_MS = 30_000;

/** Until a draft with these words is on disk. */
export function isKept(scene: Scene, words: string): Promise<void> {
  return holds(scene, 'drafts', words);
}

/** Until a conversation with these words is on disk. */
export function isWritten(scene: Scene, words: string): Promise<void> {
  return holds(scene, 'sessions', words);
}

async function holds({ editor }: Scene, kind: 'drafts' | 'sessions', words: string): Promise<void> {
  const folder = path.join(path.dirname(editor.settingsFile), 'globalStorage', 'capstan.capstan', kind);
  const all = async () => {
    const names = (await readdir(folder)).filter((name) => /\.jsonl?$/.test(name));
    return (await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')))).join('\n');
  };
  await until(
    async () => (await all()).includes(words),
    WAIT_MS,
    async () => `This is on disk:\n${await all()}`,
  );
}

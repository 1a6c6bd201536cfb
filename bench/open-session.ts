// Opens a session log by the library as it ships, in a process that has done nothing else, and prints how long that took.
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type * as Library from '../src/headless/library.ts';

const [file = ''] = process.argv.slice(2);
const library = path.resolve(import.meta.dirname, '../dist/library.js');
const { createAgent } = (await import(library)) as typeof Library;
const home = await mkdtemp(path.join(tmpdir(), 'capstan-bench-open-'));
try {
  const sessions = path.join(home, 'sessions');
  await mkdir(sessions);
  await cp(file, path.join(sessions, path.basename(file)));
  const id = path.basename(file, '.jsonl');
  const started = performance.now();
  const agent = await createAgent({ cwd: home, home, apiKey: 'bench', origin: { kind: 'resume', id } });
  const ms = performance.now() - started;
  await agent.dispose();
  console.log(JSON.stringify({ ms }));
} finally {
  await rm(home, { recursive: true, force: true });
}

// The floor of opening a session: reads the file and parses its lines.
import { readFile } from 'node:fs/promises';

const started = performance.now();
const text = await readFile(process.argv[2]!, 'utf8');
const entries = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown]));
const ms = performance.now() - started;
console.log(JSON.stringify({ ms, entries: entries.length }));

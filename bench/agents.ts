// Who is measured: Capstan as it ships, the floor beside it, and whoever is added.
import { readFile, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Agent } from './bench-types.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '..');
const here = (file: string): string => path.join(import.meta.dirname, file);

export const capstan: Agent = {
  api: 'anthropic',
  start: ({ node, url, home, prompt }) => ({
    cmd: node,
    args: [
      path.join(REPOSITORY, 'dist/cli.js'),
      '-p',
      prompt,
      '--output-format',
      'stream-json',
      '--allowed-tools',
      'Read, Grep, Bash, Write',
      '--trust',
      '--max-turns',
      '200',
    ],
    env: { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'bench', CAPSTAN_HOME: path.join(home, 'capstan') },
  }),
  openLog: ({ node, file }) => ({ cmd: node, args: [here('open-session.ts'), file] }),
};

/** Run as plain JavaScript: taking the types out at its start would be counted as its own. */
export const floor: Agent = {
  api: 'anthropic',
  async prep({ home }) {
    const source = await readFile(here('floor.ts'), 'utf8');
    await writeFile(path.join(home, 'floor.mjs'), stripTypeScriptTypes(source));
  },
  start: ({ node, url, home, prompt }) => ({
    cmd: node,
    args: [path.join(home, 'floor.mjs'), prompt],
    env: { ANTHROPIC_BASE_URL: url },
  }),
  openLog: ({ node, file }) => ({ cmd: node, args: [here('floor-open.ts'), file] }),
};

/** The agents that a file exports by default, by name. */
export async function loadAgents(file: string): Promise<Record<string, Agent>> {
  const { default: agents } = (await import(pathToFileURL(path.resolve(file)).href)) as {
    default?: Record<string, Agent>;
  };
  for (const [name, agent] of Object.entries(agents ?? {})) {
    if (agent.api !== 'anthropic')
      throw new Error(`${name} speaks another protocol than the Messages API, the one that is served.`);
  }
  if (!agents || Object.keys(agents).length === 0)
    throw new Error(`${file} exports no agents: export { name: agent }.`);
  return agents;
}

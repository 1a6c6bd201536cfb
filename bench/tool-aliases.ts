// What other agents call the tools of the scripts.
import type { ToolName } from './bench-types.ts';
import type { Alias, Aliases } from './encode-answer.ts';

const KNOWN: Readonly<Record<ToolName, readonly Alias[]>> = {
  Read: [
    { name: 'Read', args: { path: 'file_path' } },
    { name: 'read', args: { path: 'path' } },
    { name: 'read_file', args: { path: 'path' } },
  ],
  Grep: [
    { name: 'Grep', args: {} },
    { name: 'grep', args: {} },
    { name: 'search_files', args: { pattern: 'regex' } },
  ],
  Bash: [
    { name: 'Bash', args: {} },
    { name: 'bash', args: {} },
    { name: 'execute_command', args: {} },
  ],
  Write: [
    { name: 'Write', args: { path: 'file_path' } },
    { name: 'write', args: {} },
    { name: 'write_to_file', args: {} },
  ],
};

/** The first alias whose tool the request offers; ours where it offers none. */
export function aliasesFor(offered: readonly string[]): Aliases {
  const choose = (tool: ToolName): Alias => KNOWN[tool].find(({ name }) => offered.includes(name)) ?? KNOWN[tool][0]!;
  return { Read: choose('Read'), Grep: choose('Grep'), Bash: choose('Bash'), Write: choose('Write') };
}

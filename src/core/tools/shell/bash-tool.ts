// Bash: runs a command in the session's folder, in the foreground or in the background.
import type { Tool } from '../tool.ts';
import { onlyLooks } from './only-looks.ts';
import { createShellTool, type ShellToolOptions } from './shell-tool.ts';

export function createBashTool(options: ShellToolOptions): Tool {
  return createShellTool({ name: 'Bash', language: 'Runs a command in bash.', onlyLooks }, options);
}

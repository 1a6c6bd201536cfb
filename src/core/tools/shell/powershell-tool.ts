// PowerShell: what Bash is elsewhere, on Windows.
import type { Tool } from '../tool.ts';
import { createShellTool, type ShellToolOptions } from './shell-tool.ts';

export function createPowershellTool(options: ShellToolOptions): Tool {
  const language =
    'Runs a command in PowerShell 7, or Windows PowerShell 5.1 where that is not installed: chain with ; and if ($?), not with &&.';
  return createShellTool({ name: 'PowerShell', language }, options);
}

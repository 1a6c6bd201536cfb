// How a command is handed to a shell: which program, which arguments, and where the shell tells its folder at the end.
import { randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

export interface ShellStart {
  readonly program: string;
  readonly args: readonly string[];
  /** Its output holds a last line of its own behind this mark. Without one it tells its folder on descriptor 3. */
  readonly closingMark?: string;
}

/**
 * The command is handed over as an argument and run as it is. Errors go where output goes, so that their order is kept; on the way
 * out the shell tells its folder on a descriptor of its own, which no output can reach by chance.
 */
const BASH_SCRIPT = `exec 2>&1; trap 'builtin pwd -P >&3' EXIT; eval "$1"`;

/** Windows takes 32,767 characters in all. */
const MAX_POWERSHELL_ARGUMENT = 32_000;

let bash: string | undefined;
let powershell: string | undefined;

export function bashStart(command: string): ShellStart {
  bash ??= findBash();
  return { program: bash, args: ['--norc', '--noprofile', '-c', BASH_SCRIPT, 'bash', command] };
}

/** Undefined: the command is too long for it. */
export function powershellStart(command: string): ShellStart | undefined {
  const closingMark = `\n\u0002${randomBytes(12).toString('hex')}:`;
  const script = Buffer.from(powershellScript(command, closingMark), 'utf16le').toString('base64');
  if (script.length > MAX_POWERSHELL_ARGUMENT) return undefined;
  powershell ??= findPowershell(process.platform, process.env, isExecutable);
  return {
    program: powershell,
    args: ['-NoLogo', '-NoProfile', '-NonInteractive', '-EncodedCommand', script],
    closingMark,
  };
}

/**
 * The command is a block of its own, made from text that cannot end it early. Its last line notes whether it succeeded: the exit code is the
 * last program's, or 1 where the last command failed. The folder is told even when the command says `exit`.
 */
export function powershellScript(command: string, closingMark: string): string {
  return [
    `$ProgressPreference = 'SilentlyContinue'`,
    `try { $OutputEncoding = [Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false } catch { }`,
    `if ($PSStyle) { $PSStyle.OutputRendering = 'PlainText' }`,
    `$global:LASTEXITCODE = $null`,
    `$global:CapstanSucceeded = $true`,
    `try {`,
    `  . ([ScriptBlock]::Create((${decoded(`${command}\n$global:CapstanSucceeded = $?`)}))) | Out-Default`,
    `} catch {`,
    `  $global:CapstanSucceeded = $false`,
    `  [Console]::Error.WriteLine(($_ | Out-String).Trim())`,
    `} finally {`,
    `  [Console]::Out.Write((${decoded(closingMark)}) + (Get-Location -PSProvider FileSystem).ProviderPath + "\`n")`,
    `}`,
    `if ($null -ne $LASTEXITCODE -and ($LASTEXITCODE -ne 0 -or $CapstanSucceeded)) { exit $LASTEXITCODE }`,
    `if ($CapstanSucceeded) { exit 0 } else { exit 1 }`,
  ].join('\n');
}

/** An expression whose value is the text, whatever quotes are in it. */
function decoded(text: string): string {
  return `[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${Buffer.from(text).toString('base64')}'))`;
}

/** PowerShell 7 where it is installed for everybody, then the one that comes with Windows. Never one from the PATH, but for other systems. */
export function findPowershell(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
  exists: (program: string) => boolean,
): string {
  if (platform !== 'win32') return 'pwsh';
  const roots = [environment['ProgramW6432'], environment['ProgramFiles']].filter((root) => root !== undefined);
  const modern = roots.map((root) => path.win32.join(root, 'PowerShell', '7', 'pwsh.exe')).find(exists);
  const system = environment['SystemRoot'] ?? String.raw`C:\Windows`;
  return modern ?? path.win32.join(system, 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe');
}

/** The system's own bash before one that the PATH names. */
function findBash(): string {
  return ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash'].find(isExecutable) ?? 'bash';
}

/** Asked once for each program: a look at a file takes less than waiting for it would. */
function isExecutable(program: string): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// The circuit breaker: commands that would take away the machine, the home folder or the workspace. No rule lifts the question.
import { namesWithin, pathNames, resolvePath } from '../lexical-path.ts';
import type { ShellAnalysis, SimpleCommand } from '../shell-analysis.ts';
import { joinFolder } from './folders.ts';
import { aliasTargets } from './powershell-aliases.ts';
import { literalWord, programName, type ShellWord } from './shell-word.ts';

export interface CriticalFolders {
  /** All absolute. */
  readonly home: string;
  readonly workspace: readonly string[];
  /** Where the command starts. */
  readonly cwd: string;
}

/** Why the command needs the person whatever the rules say, as a sentence; undefined when it does not. */
export function destructiveTarget(analysis: ShellAnalysis, folders: CriticalFolders): string | undefined {
  for (const part of analysis.parts) {
    const reason = destroys(part, folders, analysis);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function destroys(part: SimpleCommand, folders: CriticalFolders, analysis: ShellAnalysis): string | undefined {
  const [head, ...rest] = part.words;
  if (!head) return undefined;
  const bare = programName((head.literal ? head.text : head.bare.trim().split(/\s/)[0]!).replaceAll('\\', '/'));
  const short = bare.replace(/\.exe$/i, '').toLowerCase();
  const name = analysis.language === 'powershell' ? aliasTargets(short)[0]!.toLowerCase() : short;
  if (/^mkfs(?:\..*)?$/.test(name)) return `${name} would erase a disk.`;
  if (name === 'dd') return diskOf(rest);
  // A head such as `rm$IFS-rf$IFS/` brings its arguments along.
  const brought = head.literal
    ? []
    : head.bare
        .trim()
        .split(/[ \t\n]+/)
        .slice(1)
        .map(literalWord);
  const found = targetsOf(name, [...brought, ...rest]);
  const critical = found?.find((word) => isCritical(word, part, folders));
  if (critical)
    return `${name} would reach ${critical.source}: the system, the home folder, the workspace or what holds it.`;
  return undefined;
}

function diskOf(rest: readonly ShellWord[]): string | undefined {
  const target = rest.find((word) => word.text.startsWith('of='));
  if (!target) return undefined;
  const path = target.text.slice(3);
  const safe = target.literal && (!path.startsWith('/dev/') || path === '/dev/null' || path === '/dev/stdout');
  return safe ? undefined : `dd would write over ${target.source}.`;
}

/** What the command takes away or changes with all that is below; undefined for what does neither. */
function targetsOf(name: string, rest: readonly ShellWord[]): readonly ShellWord[] | undefined {
  const targets = rest.filter((word) => !(word.literal && word.text.startsWith('-')));
  const has = (pattern: RegExp): boolean => rest.some((word) => pattern.test(word.text));
  switch (name) {
    case 'rm':
    case 'rmdir':
    case 'shred':
    case 'unlink':
    case 'remove-item':
    case 'clear-item':
      return targets;
    case 'mv':
      return targets.slice(0, -1);
    case 'chmod':
    case 'chown':
    case 'chgrp':
      return has(/^-[a-zA-Z]*R|^--recursive/) ? targets.slice(1) : undefined;
    case 'find': {
      if (
        !has(/^-delete$/) &&
        !rest.some((word, index) => /^-(?:exec|ok)(?:dir)?$/.test(word.text) && isRemoval(rest[index + 1]))
      ) {
        return undefined;
      }
      const end = rest.findIndex((word) => /^[-(!]/.test(word.text) && !/^-[HLP]$/.test(word.text));
      const filtered = has(/^-(?:i?name|i?path|i?regex|empty|newer|[mac]time|[mac]min|size)$/);
      // With a test it takes some files and leaves the rest, unless it starts above the workspace.
      const paths = rest.slice(0, end === -1 ? undefined : end).filter((word) => !/^-[HLP]$/.test(word.text));
      return filtered ? paths.filter((word) => word.text.startsWith('/') || word.tilde || !word.literal) : paths;
    }
    default:
      return undefined;
  }
}

function isRemoval(word: ShellWord | undefined): boolean {
  return word !== undefined && /^(?:rm|rmdir|shred|unlink)$/.test(programName(word.text));
}

function isCritical(word: ShellWord, part: SimpleCommand, folders: CriticalFolders): boolean {
  const { text } = word;
  // An empty variable in front of a slash is the root.
  if (!word.literal && /^(?:\$\w+|\$\{[^}]*\})\/+(?:\*|\.\*|[^/]*)?$/.test(text)) return true;
  if (/^(?:\$HOME|\$\{HOME\}|\$PWD|\$\{PWD\}|\$OLDPWD)(?:\/\*?)?$/.test(text) && !word.literal) return true;
  const shortened = text.replace(/\/*(?:\/(?:\*|\.\*|\{?\*,\.\*\}?|\.|\.\[!?\.?\]\*))*\/*$/, '');
  const everything = word.glob && /^(?:\*|\.\*)$/.test(text);
  const plain = everything ? '.' : shortened === '' && text !== '' ? (text.startsWith('/') ? '/' : '.') : shortened;
  if (/[*?[]/.test(plain) && word.glob) return starReaches(plain);
  return places(plain, word, part, folders).some((place) => isCriticalFolder(place, folders));
}

/** `/*` and `/ho*`: a pattern among the root's children. */
function starReaches(text: string): boolean {
  return text.startsWith('/') && pathNames(text).length <= 1;
}

function places(text: string, word: ShellWord, part: SimpleCommand, { home, cwd }: CriticalFolders): string[] {
  const tilde = word.tilde || /^\$(?:HOME|\{HOME\})/.test(text);
  const expanded = tilde ? text.replace(/^(?:~|\$HOME|\$\{HOME\})/, home) : text;
  if (/^(?:[A-Za-z]:|[\\/])/.test(expanded)) return [resolvePath(cwd, expanded)];
  return (part.folders ?? ['']).flatMap((folder) => {
    const from = folder.replace(/^~/, home);
    const joined = joinFolder(from, expanded);
    return [resolvePath(cwd, joined === undefined ? `${from}/${expanded}` : joined === '' ? '.' : joined)];
  });
}

/** The root, a folder directly in it, home, the workspace, and all that hold these. */
function isCriticalFolder(path: string, { home, workspace, cwd }: CriticalFolders): boolean {
  if (pathNames(path).length <= 1 && !workspace.some((folder) => namesWithin(path, folder)?.length)) return true;
  return [home, ...workspace, cwd].some((folder) => namesWithin(folder, path, true) !== undefined);
}

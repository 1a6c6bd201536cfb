// Finds and reads the person's and the project's instruction files, broad to specific, with what they import.
import { namesWithin, resolvePath } from '../permissions/lexical-path.ts';
import type { InstructionFile } from './instruction-file.ts';
import { InstructionLoad, type Found, type InstructionOptions } from './instruction-load.ts';
import { isRuleFor } from './instruction-rules.ts';

export interface Instructions {
  /** For the start of a session. */
  readonly files: readonly InstructionFile[];
  /** What exists and was not read, a sentence each. */
  readonly problems: readonly string[];
  /** Rules whose `paths` name this file (absolute). The caller remembers which it has told; likewise below. */
  rulesFor(path: string): readonly InstructionFile[];
  /** The files of the folders below the working folder that lead to this file (absolute), the outer ones first. */
  nestedFor(path: string): Promise<readonly InstructionFile[]>;
}

/** Where an organisation's instructions lie on a platform (as Node names it). */
export function managedInstructionsPath(platform: string): string {
  if (platform === 'win32') return 'C:\\Program Files\\ClaudeCode\\CLAUDE.md';
  return platform === 'darwin' ? '/Library/Application Support/ClaudeCode/CLAUDE.md' : '/etc/claude-code/CLAUDE.md';
}

/**
 * Never rejects: missing files, cycles of links or imports, binary and huge files are left out. Order: managed; the user's file and
 * rules; then for every folder from the root of the file system to the working folder its CLAUDE.md and .claude/CLAUDE.md (AGENTS.md
 * where there is neither), its rules, its CLAUDE.local.md. A file follows the one that imports it, and is there once.
 */
export async function loadInstructions(options: InstructionOptions): Promise<Instructions> {
  const load = new InstructionLoad(options);
  const placed = (await Promise.all(load.startPlaces())).flat();
  const all = await load.read(placed);
  const scoped = all.filter((file) => file.parsed.paths.length > 0);
  const start = await load.withImports(afterOverride(all.filter((file) => file.parsed.paths.length === 0)));
  const scopedWhole = await Promise.all(
    scoped.map(async (rule) => ({
      rule,
      roots: await load.formsOf(rule.ruleRoot ?? options.cwd),
      files: (await load.withImports([rule])).flatMap(nonEmpty),
    })),
  );
  return {
    files: start.flatMap(nonEmpty),
    problems: load.problems,
    rulesFor: (path) =>
      scopedWhole
        .filter(({ roots, rule }) => roots.some((root) => isRuleFor(rule.parsed.paths, root, path)))
        .flatMap(({ files }) => files),
    nestedFor: (path) => nestedFiles(options, start, path),
  };
}

async function nestedFiles(
  options: InstructionOptions,
  start: readonly Found[],
  path: string,
): Promise<readonly InstructionFile[]> {
  const load = new InstructionLoad(options);
  if (!options.trusted) return [];
  const names = (await namesBelow(load, options.cwd, path))?.slice(0, -1) ?? [];
  const folders = names.map((_, index) => resolvePath(options.cwd, names.slice(0, index + 1).join('/')));
  const placed = await Promise.all(folders.map((folder) => load.folderPlaces(folder, false)));
  const told = new Set(start.map((file) => file.real));
  const found = afterOverride((await load.read(placed.flat())).filter((file) => !told.has(file.real)));
  const whole = await load.withImports(found);
  return whole
    .filter((file) => !told.has(file.real))
    .flatMap(nonEmpty)
    .map(replacing(found));
}

/** Of a file in the folder, however the two are written. */
async function namesBelow(load: InstructionLoad, folder: string, path: string): Promise<readonly string[] | undefined> {
  const written = namesWithin(path, folder);
  if (written !== undefined) return written;
  const forms = await load.formsOf(folder);
  return forms.map((form) => namesWithin(path, form)).find((inner) => inner !== undefined);
}

/** What the nested file replaces was told at the start: it can only say so. */
function replacing(found: readonly Found[]): (file: InstructionFile) => InstructionFile {
  const overriding = new Set(found.filter((file) => file.parsed.directive === 'override').map((file) => file.path));
  return (file) => (overriding.has(file.path) ? { ...file, replacesBroader: true } : file);
}

/** The last `@override` drops what is before it. Only files found by their place count, not imported ones; rules neither. */
function afterOverride(files: readonly Found[]): Found[] {
  const last = files.findLastIndex((file) => file.ruleRoot === undefined && file.parsed.directive === 'override');
  return files.filter((file, index) => index >= last || file.scope === 'managed');
}

function asInstruction(file: Found): InstructionFile {
  const { path, scope, hash, parsed, importedBy } = file;
  return { path, scope, text: parsed.text, hash, ...(importedBy === undefined ? {} : { importedBy }) };
}

function nonEmpty(file: Found): InstructionFile[] {
  return file.parsed.text === '' ? [] : [asInstruction(file)];
}

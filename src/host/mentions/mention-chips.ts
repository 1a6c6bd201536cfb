// Makes the chip of what was chosen behind an `@`, dropped or pasted. Everything that it is told is checked again.
import path from 'node:path';
import * as vscode from 'vscode';
import type { FileSystem } from '../../core/ports.ts';
import type { Attachment, Mention } from '../../shared/view-model.ts';
import { MAX_CHIP } from '../attachments.ts';
import { repositoryOf, gitRepositories, untrackedFiles, type Repository } from '../entry-points/git-repositories.ts';
import { lastCommandChip, terminalSelectionChip } from '../entry-points/terminal-chips.ts';
import type { TerminalHistory } from '../entry-points/terminal-history.ts';
import { insideWorkspace, toPath, toUri } from '../locations.ts';
import { obstacleNow } from './mention-search.ts';
import type { MayRead } from './read-rules.ts';

/** A file of more characters goes by its path: the model reads what it needs of it. */
const MAX_WHOLE_FILE = 20_000;
const MAX_PROBLEMS = 100;
const MAX_UNTRACKED = 200;

export interface MentionChipParts {
  readonly files: FileSystem;
  readonly mayRead: MayRead;
  readonly terminals: TerminalHistory;
}

export type ChipResult = { readonly attachment: Attachment } | { readonly reason: string };

/** Never rejects. */
export async function mentionChip(mention: Mention, parts: MentionChipParts): Promise<ChipResult> {
  const obstacle = obstacleNow();
  if (obstacle !== undefined) return { reason: obstacle };
  try {
    return await chipOf(mention, parts);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { reason: vscode.l10n.t('{0} could not be attached: {1}', mention.label, why) };
  }
}

async function chipOf(mention: Mention, parts: MentionChipParts): Promise<ChipResult> {
  switch (mention.kind) {
    case 'file':
    case 'folder':
      return placeChip(mention, parts);
    case 'lines':
    case 'symbol':
      return linesChip(mention, parts);
    case 'problems':
      return problemsChip(mention, parts);
    case 'command':
    case 'selection':
      return terminalChip(mention.kind, parts);
    case 'changes':
      return changesChip(parts);
    default:
      return mention.kind satisfies never;
  }
}

/** The absolute path of what may be attached, or why it may not be. */
async function allowedPath(
  given: string | undefined,
  { mayRead }: MentionChipParts,
): Promise<{ path: string } | { reason: string }> {
  const absolute = given === undefined ? undefined : insideWorkspace(plainPath(given));
  if (absolute === undefined) return { reason: vscode.l10n.t('Only what lies in this workspace can be attached.') };
  if (await mayRead(absolute)) return { path: absolute };
  const name = vscode.workspace.asRelativePath(toUri(absolute));
  return {
    reason: vscode.l10n.t(
      '{0} is not attached: it leads out of the workspace, or a permission rule denies reading it.',
      name,
    ),
  };
}

/** What a program puts on the clipboard or drops may be an address. */
function plainPath(given: string): string {
  if (!/^[a-z][\w+.-]+:\/\//i.test(given)) return given;
  const uri = vscode.Uri.parse(given);
  return uri.scheme === 'file' ? uri.fsPath : uri.path;
}

async function placeChip(mention: Mention, parts: MentionChipParts): Promise<ChipResult> {
  const allowed = await allowedPath(mention.path, parts);
  if ('reason' in allowed) return allowed;
  const stat = await parts.files.stat(allowed.path);
  if (!stat) return { reason: vscode.l10n.t('There is no {0} any more.', mention.label) };
  const name = vscode.workspace.asRelativePath(toUri(allowed.path));
  if (stat.kind === 'folder') {
    const text = `This is about the folder ${allowed.path}. Look into it before you answer.`;
    return { attachment: { kind: 'folder', label: `${name}/`, text } };
  }
  const whole = stat.size <= 4 * MAX_WHOLE_FILE ? await textOf(allowed.path, parts) : undefined;
  const text =
    whole === undefined || whole.length > MAX_WHOLE_FILE
      ? `This is about the file ${allowed.path}. Look into it before you answer.`
      : `The file ${allowed.path} as it is now:\n${whole}`;
  return { attachment: { kind: 'file', label: name, path: allowed.path, text } };
}

/** Undefined for what is no text, or cannot be read. */
async function textOf(file: string, { files }: MentionChipParts): Promise<string | undefined> {
  try {
    const { text } = await files.readText(file);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

async function linesChip(mention: Mention, parts: MentionChipParts): Promise<ChipResult> {
  const allowed = await allowedPath(mention.path, parts);
  if ('reason' in allowed) return allowed;
  const text = await textOf(allowed.path, parts);
  if (text === undefined) return { reason: vscode.l10n.t('{0} could not be read as text.', mention.label) };
  const all = text.split(/\r\n|\n|\r/);
  const startLine = Math.max(1, Math.trunc(mention.startLine ?? 1));
  if (startLine > all.length)
    return { reason: vscode.l10n.t('{0}: the file has {1} lines.', mention.label, all.length) };
  const endLine = Math.min(all.length, Math.max(startLine, Math.trunc(mention.endLine ?? startLine)));
  const name = vscode.workspace.asRelativePath(toUri(allowed.path));
  const at = `${name}:${startLine === endLine ? startLine : `${startLine}-${endLine}`}`;
  const isSymbol = mention.kind === 'symbol';
  const attachment: Attachment = {
    kind: isSymbol ? 'symbol' : 'selection',
    label: isSymbol ? mention.label : at,
    path: allowed.path,
    startLine,
    endLine,
    text: capped(`${isSymbol ? `${mention.label}, ` : ''}${at}:\n${all.slice(startLine - 1, endLine).join('\n')}`),
  };
  return { attachment };
}

async function problemsChip({ path: file }: Mention, parts: MentionChipParts): Promise<ChipResult> {
  const allowed = file === undefined ? undefined : await allowedPath(file, parts);
  if (allowed && 'reason' in allowed) return allowed;
  const reported = vscode.languages
    .getDiagnostics()
    .map(([uri, all]) => ({ path: toPath(uri), uri, all }))
    .filter((one) => one.all.length > 0 && insideWorkspace(one.path) !== undefined)
    .filter((one) => !allowed || one.path === allowed.path);
  const may = await Promise.all(reported.map((one) => parts.mayRead(one.path)));
  const problems = reported
    .filter((_, index) => may[index])
    .flatMap(({ uri, all }) => all.map((problem) => ({ uri, problem })))
    .toSorted((a, b) => a.problem.severity - b.problem.severity);
  if (problems.length === 0) return { reason: vscode.l10n.t('The editor knows of no problem there now.') };
  const lines = problems.slice(0, MAX_PROBLEMS).map(({ uri, problem }) => {
    const { severity, message, source, range } = problem;
    const place = `${vscode.workspace.asRelativePath(uri)}:${range.start.line + 1}`;
    return `${place}: ${(vscode.DiagnosticSeverity[severity] ?? 'Problem').toLowerCase()}: ${message}${source ? ` [${source}]` : ''}`;
  });
  const rest = problems.length - lines.length;
  const where = allowed ? vscode.workspace.asRelativePath(toUri(allowed.path)) : 'the workspace';
  const more = rest > 0 ? `\n[${rest} more are left out.]` : '';
  return {
    attachment: {
      kind: 'problem',
      label: allowed ? vscode.l10n.t('Problems in {0}', where) : vscode.l10n.t('Problems: {0}', problems.length),
      ...(allowed ? { path: allowed.path } : {}),
      text: capped(`Problems that the editor reports in ${where}:\n${lines.join('\n')}${more}`),
    },
  };
}

async function terminalChip(kind: 'command' | 'selection', { terminals }: MentionChipParts): Promise<ChipResult> {
  const terminal = vscode.window.activeTerminal;
  if (!terminal) return { reason: vscode.l10n.t('There is no terminal any more.') };
  const chip = await (kind === 'command' ? lastCommandChip(terminal, terminals) : terminalSelectionChip(terminal));
  if (chip) return { attachment: { ...chip, kind: 'terminal' } };
  return {
    reason:
      kind === 'command'
        ? vscode.l10n.t(
            "No finished command of this terminal is known. It needs the editor's shell integration; or select the text and attach that.",
          )
        : vscode.l10n.t('Nothing is selected in the terminal. Select the text that you mean, then try again.'),
  };
}

async function changesChip(parts: MentionChipParts): Promise<ChipResult> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const repository = (active && (await repositoryOf(active))) ?? (await gitRepositories())[0];
  if (!repository) return { reason: vscode.l10n.t('The editor has found no git repository here.') };
  const diffs = [await repository.diff(true), await repository.diff(false)];
  const [staged = '', unstaged = ''] = await Promise.all(diffs.map((diff) => readablePart(diff, repository, parts)));
  const untracked = untrackedFiles(repository).slice(0, MAX_UNTRACKED);
  const sections = [
    staged && `Staged:\n${staged}`,
    unstaged && `Not staged:\n${unstaged}`,
    untracked.length > 0 && `Not tracked:\n${untracked.join('\n')}`,
  ].filter(Boolean);
  if (sections.length === 0) return { reason: vscode.l10n.t('There are no changes that are not committed.') };
  const text = `Changes in ${repository.rootUri.fsPath} that are not committed.\n${sections.join('\n\n')}`;
  return { attachment: { kind: 'changes', label: vscode.l10n.t('Git changes'), text: capped(text) } };
}

/** Without the files that may not be read. */
async function readablePart(diff: string, { rootUri }: Repository, { mayRead }: MentionChipParts): Promise<string> {
  const files = diff.split(/^(?=diff --git )/m);
  const may = await Promise.all(
    files.map(async (part) => {
      const names = [...part.matchAll(/^(?:---|\+\+\+|rename (?:from|to)) (?:[ab]\/)?(.+)$/gm)].map(([, name = '']) =>
        name.trim(),
      );
      // A header of its own kind (a binary file, a mode) names its file in the first line alone.
      const [, first = ''] = /^diff --git a\/(.+?) b\//.exec(part) ?? [];
      const named = [...names, first].filter((name) => name !== '' && name !== '/dev/null');
      const answers = await Promise.all(named.map((name) => mayRead(path.join(rootUri.fsPath, name))));
      return named.length > 0 && !answers.includes(false);
    }),
  );
  return files
    .filter((_, index) => may[index])
    .join('')
    .trim();
}

function capped(text: string): string {
  return text.length > MAX_CHIP ? `${text.slice(0, MAX_CHIP)}\n[The rest is left out.]` : text;
}

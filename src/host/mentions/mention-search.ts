// Finds what an `@` word may mean: files, folders, lines, symbols, problems, the terminal, changes. The newest question ends the last.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { PanelMessage } from '../../shared/protocol.ts';
import type { Mention } from '../../shared/view-model.ts';
import { insideWorkspace, toPath } from '../locations.ts';
import { rank } from './fuzzy-rank.ts';
import { parseMentionQuery, type MentionQuery } from './mention-query.ts';
import type { MayRead } from './read-rules.ts';
import type { WorkspaceEntry, WorkspaceFiles } from './workspace-files.ts';

const MAX_FILES = 20;
const MAX_SYMBOLS = 10;
/** Judged for each question: the best, as many of which may have to be left out. */
const MAX_JUDGED = 60;
const SYMBOL_MS = 2_000;
const MAX_LABEL = 300;

export interface MentionSearchParts {
  readonly files: Pick<WorkspaceFiles, 'entries'>;
  readonly mayRead: MayRead;
}

type Answer = Extract<PanelMessage, { type: 'mentions' }>;

export class MentionSearch {
  readonly #parts: MentionSearchParts;
  #newest: string | undefined;

  constructor(parts: MentionSearchParts) {
    this.#parts = parts;
  }

  /** Answers once or, where the editor's language services take longer, twice; not any more once another question has come. */
  async find(id: string, query: string, answer: (message: Answer) => void): Promise<void> {
    this.#newest = id;
    const tell = (found: readonly Mention[], note?: string) => {
      if (this.#newest !== id) return;
      answer({ type: 'mentions', id, found: [...found], ...(note === undefined ? {} : { note }) });
    };
    const obstacle = obstacleNow();
    if (obstacle !== undefined) return tell([], obstacle);
    const parsed = parseMentionQuery(query);
    const symbols = this.#symbols(parsed);
    const found = await this.#places(parsed);
    tell(found);
    const more = await symbols;
    if (more.length > 0) tell([...found, ...more]);
  }

  async #places(query: MentionQuery): Promise<readonly Mention[]> {
    // Where nothing can be listed, what is of the workspace as a whole is still offered.
    const entries = await this.#parts.files.entries().catch(() => []);
    const names = query.lines ? entries.filter(({ kind }) => kind === 'file') : entries;
    const listed = query.words === '' ? [...openFiles(entries), ...names] : names;
    const best = rank(query.words, [...new Set(listed)], ({ name }) => name, MAX_JUDGED);
    const places = (await this.#readable(best, ({ path: file }) => file)).slice(0, MAX_FILES);
    return [
      ...(query.lines ? [] : rank(query.words, workspaceMentions(), ({ label }) => label, 10)),
      ...places.map((entry) => mentionOf(entry, query)),
    ];
  }

  async #symbols({ words, lines }: MentionQuery): Promise<readonly Mention[]> {
    if (words.length < 2 || lines || words.includes('/')) return [];
    const asked = vscode.commands.executeCommand<vscode.SymbolInformation[] | undefined>(
      'vscode.executeWorkspaceSymbolProvider',
      words,
    );
    // A language server may take its time, or fail: then there are none.
    const found = await Promise.race([asked, sleep(SYMBOL_MS)]).then(undefined, () => undefined);
    const inside = (found ?? []).filter(({ location }) => insideWorkspace(toPath(location.uri)) !== undefined);
    const best = rank(words, inside, ({ name }) => name, MAX_SYMBOLS);
    const readable = await this.#readable(best, ({ location }) => toPath(location.uri));
    return readable.map(symbolMention);
  }

  async #readable<T>(all: readonly T[], pathOf: (one: T) => string): Promise<readonly T[]> {
    const may = await Promise.all(all.map((one) => this.#parts.mayRead(pathOf(one))));
    return all.filter((_, index) => may[index]);
  }
}

/** Why nothing of the workspace may be looked at. */
export function obstacleNow(): string | undefined {
  if (!vscode.workspace.isTrusted)
    return vscode.l10n.t('This folder is restricted: nothing of it is attached. Trust it first.');
  return vscode.workspace.workspaceFolders?.length
    ? undefined
    : vscode.l10n.t('No folder is open. Open one to attach its files.');
}

/** What is of the workspace as a whole, as far as there is any of it. */
function workspaceMentions(): Mention[] {
  const counts = problemCounts();
  const active = vscode.window.activeTextEditor?.document.uri;
  const inFile = active ? (counts.get(active.toString()) ?? 0) : 0;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const mentions: Mention[] = [];
  if (total > 0)
    mentions.push({
      kind: 'problems',
      label: vscode.l10n.t('Problems'),
      detail: vscode.l10n.t('{0} in the workspace', total),
    });
  if (active && inFile > 0) {
    const name = vscode.workspace.asRelativePath(active);
    mentions.push({
      kind: 'problems',
      label: vscode.l10n.t('Problems in {0}', name),
      detail: String(inFile),
      path: toPath(active),
    });
  }
  if (vscode.window.activeTerminal) {
    const detail = vscode.window.activeTerminal.name;
    mentions.push({ kind: 'command', label: vscode.l10n.t('Terminal: last command'), detail });
    mentions.push({ kind: 'selection', label: vscode.l10n.t('Terminal: selection'), detail });
  }
  const git = vscode.extensions.getExtension('vscode.git');
  if (git)
    mentions.push({ kind: 'changes', label: vscode.l10n.t('Git changes'), detail: vscode.l10n.t('not committed') });
  return mentions;
}

function problemCounts(): ReadonlyMap<string, number> {
  return new Map(
    vscode.languages
      .getDiagnostics()
      .filter(([uri, all]) => all.length > 0 && insideWorkspace(toPath(uri)) !== undefined)
      .map(([uri, all]) => [uri.toString(), all.length]),
  );
}

/** Those that stand in an editor, the active one first. */
function openFiles(entries: readonly WorkspaceEntry[]): WorkspaceEntry[] {
  const active = vscode.window.activeTextEditor?.document.uri;
  const tabs = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : []));
  const paths = new Set([...(active ? [active] : []), ...tabs].map(toPath));
  const known = new Map(entries.filter((entry) => paths.has(entry.path)).map((entry) => [entry.path, entry]));
  return [...paths].flatMap((open) => known.get(open) ?? []);
}

function mentionOf({ kind, name, path: place }: WorkspaceEntry, { lines }: MentionQuery): Mention {
  const at = name.lastIndexOf('/', name.length - 2) + 1;
  const folder = name.slice(0, at);
  const label = name.slice(at).slice(0, MAX_LABEL);
  const detail = folder === '' ? {} : { detail: folder };
  if (!lines) return { kind, label, ...detail, path: place };
  const { start, end } = lines;
  const shown = start === end ? `${label}:${start}` : `${label}:${start}-${end}`;
  return { kind: 'lines', label: shown, ...detail, path: place, startLine: start, endLine: end };
}

function symbolMention({ name, kind, location }: vscode.SymbolInformation): Mention {
  const what = (vscode.SymbolKind[kind] ?? 'symbol').toLowerCase();
  return {
    kind: 'symbol',
    label: name.slice(0, MAX_LABEL),
    detail: `${what}, ${path.posix.basename(location.uri.path)}`,
    path: toPath(location.uri),
    startLine: location.range.start.line + 1,
    endLine: location.range.end.line + 1,
  };
}

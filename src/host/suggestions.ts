// First tasks for an empty conversation, taken from what the editor knows of this workspace.
import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { Environment } from '../shared/view-model.ts';
import { insideWorkspace, toPath, workingFolder } from './locations.ts';

type Suggestion = Environment['suggestions'][number];

const MAX = 3;

/** Reads what is there: problems, changes that the editor's git found, the test script. Runs nothing. */
export async function findSuggestions(): Promise<Suggestion[]> {
  const folder = workingFolder();
  if (!folder) return [];
  const found = [problems(), uncommitted(), await tests(folder)].filter((suggestion) => suggestion !== undefined);
  const overview = {
    label: vscode.l10n.t('Explain this project'),
    prompt: vscode.l10n.t('Explain what this project does and how its code is laid out.'),
  };
  return (found.length > 0 ? found : [overview]).slice(0, MAX);
}

function problems(): Suggestion | undefined {
  const files = vscode.languages
    .getDiagnostics()
    .filter(([uri]) => insideWorkspace(toPath(uri)) !== undefined)
    .map(([uri, all]) => ({
      uri,
      count: all.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error).length,
    }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
  const worst = files[0];
  if (!worst) return undefined;
  const name = vscode.workspace.asRelativePath(worst.uri, false);
  const file = posix.basename(worst.uri.path);
  return worst.count === 1
    ? {
        label: vscode.l10n.t('Fix the error in {0}', file),
        prompt: vscode.l10n.t('Find and fix the error that the editor reports in {0}.', name),
      }
    : {
        label: vscode.l10n.t('Fix {0} errors in {1}', worst.count, file),
        prompt: vscode.l10n.t('Find and fix {0} errors that the editor reports in {1}.', worst.count, name),
      };
}

/** The part of the editor's git extension that is used. */
interface GitApi {
  getAPI(version: 1): {
    readonly repositories: readonly {
      readonly state: { readonly workingTreeChanges: readonly unknown[]; readonly indexChanges: readonly unknown[] };
    }[];
  };
}

function uncommitted(): Suggestion | undefined {
  const git = vscode.extensions.getExtension<GitApi>('vscode.git');
  // Not started for this: what it has not looked at yet is not worth a process.
  if (!git?.isActive) return undefined;
  try {
    const states = git.exports.getAPI(1).repositories.map((repository) => repository.state);
    const dirty = states.some((state) => state.workingTreeChanges.length + state.indexChanges.length > 0);
    if (!dirty) return undefined;
  } catch {
    // Git is switched off in the settings.
    return undefined;
  }
  return {
    label: vscode.l10n.t('Review my uncommitted changes'),
    prompt: vscode.l10n.t(
      'Review my uncommitted changes: point out mistakes and what is missing, most important first.',
    ),
  };
}

async function tests(folder: vscode.WorkspaceFolder): Promise<Suggestion | undefined> {
  try {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder.uri, 'package.json'));
    const manifest = JSON.parse(new TextDecoder().decode(bytes)) as { scripts?: { test?: unknown } } | null;
    if (typeof manifest?.scripts?.test !== 'string') return undefined;
  } catch {
    return undefined;
  }
  return {
    label: vscode.l10n.t('Run the tests and fix what fails'),
    prompt: vscode.l10n.t('Run the tests. If some fail, find out why and fix the cause.'),
  };
}

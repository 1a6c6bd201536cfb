// Writes a commit message into the source control view: finds the changes, asks the model, and never overwrites without a yes.
import * as vscode from 'vscode';
import type { SideAnswer, SideModel } from '../../core/engine/side-model.ts';
import { costOf, priceOf } from '../../core/usage/prices.ts';
import { totalInput } from '../../core/usage/usage.ts';
import { commands } from '../../shared/contributions.ts';
import type { Log } from '../log.ts';
import { longWork } from '../long-work.ts';
import { readPriceSetting } from '../settings.ts';
import { cleanMessage, COMMIT_SYSTEM, commitQuestion, type Changes } from './commit-message.ts';
import { gitRepositories, untrackedFiles, type Repository } from './git-repositories.ts';

export interface CommitMessageParts {
  readonly model: () => Promise<SideModel>;
  /** Why nothing can be sent now, with what to do; undefined when it can. */
  readonly obstacle: () => Promise<string | undefined>;
  /** Offers the way out of an obstacle. */
  readonly offerRemedy: (reason: string) => void;
  readonly log: Log;
}

const MAX_TOKENS = 2_000;
const EARLIER = 8;

export class CommitMessageWriter {
  readonly #parts: CommitMessageParts;
  /** Repositories that a message is being written for. */
  readonly #busy = new Set<string>();

  constructor(parts: CommitMessageParts) {
    this.#parts = parts;
  }

  /** `source` is what the source control view passes; without it, the only repository or the one that is picked. */
  async write(source: unknown): Promise<void> {
    const reason = await this.#parts.obstacle();
    if (reason !== undefined) return this.#parts.offerRemedy(reason);
    const repository = await chosenRepository(source);
    const name = repository?.rootUri.toString();
    // A second press changes nothing: the first one's progress is on screen.
    if (!repository || name === undefined || this.#busy.has(name)) return;
    this.#busy.add(name);
    try {
      await this.#writeFor(repository);
    } catch (error) {
      this.#parts.log.error('The commit message could not be written.', error);
      await this.#fail(vscode.l10n.t('The commit message could not be written; the log says why.'));
    } finally {
      this.#busy.delete(name);
    }
  }

  async #writeFor(repository: Repository): Promise<void> {
    const before = repository.inputBox.value;
    if (!(await mayReplace(before))) return;
    const changes = await longWork(vscode.l10n.t('Capstan reads the changes'), () => findChanges(repository));
    if (!changes) return;
    if (changes.diff.trim() === '' && changes.untracked.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('There are no changes to write a commit message for. Change something, or stage it, first.'),
      );
      return;
    }
    const answer = await this.#ask(changes);
    if (answer === undefined) return;
    if ('failure' in answer)
      return this.#fail(
        vscode.l10n.t('No commit message was written: {0} Nothing was changed; try again.', answer.failure.message),
      );
    const message = cleanMessage(answer.text);
    if (message === '')
      return this.#fail(vscode.l10n.t('The model answered without a commit message. Nothing was changed; try again.'));
    const now = repository.inputBox.value;
    // The person may have typed meanwhile.
    if (now !== before && !(await mayReplace(now))) return;
    repository.inputBox.value = message;
    offerUndo(repository, now, message);
  }

  /** Undefined when the person has stopped it. */
  async #ask(changes: Changes): Promise<SideAnswer | undefined> {
    const model = await this.#parts.model();
    const question = { system: COMMIT_SYSTEM, content: commitQuestion(changes), maxTokens: MAX_TOKENS };
    const progress = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Capstan writes a commit message'),
      cancellable: true,
    };
    return vscode.window.withProgress(progress, async (_, token) => {
      const stop = new AbortController();
      const listener = token.onCancellationRequested(() => stop.abort());
      try {
        const answer = await model.ask(question, stop.signal);
        this.#parts.log.info(bill(answer));
        return stop.signal.aborted ? undefined : answer;
      } finally {
        listener.dispose();
      }
    });
  }

  async #fail(message: string): Promise<void> {
    const button = vscode.l10n.t('Show Log');
    if ((await vscode.window.showErrorMessage(message, button)) === button)
      await vscode.commands.executeCommand(commands.showLog);
  }
}

async function findChanges(repository: Repository): Promise<Changes> {
  const staged = repository.state.indexChanges.length > 0 ? await repository.diff(true) : '';
  const commits = await repository.log({ maxEntries: EARLIER }).catch(() => []);
  const earlier = commits.map(({ message }) => message);
  if (staged.trim() !== '') return { diff: staged, untracked: [], earlier };
  return { diff: await repository.diff(false), untracked: untrackedFiles(repository), earlier };
}

async function chosenRepository(source: unknown): Promise<Repository | undefined> {
  const all = await gitRepositories();
  const root = (source as Partial<vscode.SourceControl> | null | undefined)?.rootUri?.toString();
  const named = all.find(({ rootUri }) => rootUri.toString() === root);
  if (named) return named;
  if (all.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('No git repository is open. Open a folder that is one, then try again.'),
    );
    return undefined;
  }
  if (all.length === 1) return all[0];
  const items = all.map((repository) => ({ label: vscode.workspace.asRelativePath(repository.rootUri), repository }));
  return (
    await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Write a commit message for which repository?') })
  )?.repository;
}

async function mayReplace(message: string): Promise<boolean> {
  if (message.trim() === '') return true;
  const question = vscode.l10n.t('The commit message box is not empty. Replace what stands in it?');
  const replace = vscode.l10n.t('Replace');
  return (await vscode.window.showWarningMessage(question, replace, vscode.l10n.t('Keep'))) === replace;
}

function offerUndo(repository: Repository, old: string, written: string): void {
  const undo = vscode.l10n.t('Undo');
  void vscode.window
    .showInformationMessage(vscode.l10n.t('Capstan wrote the commit message. Read it before you commit.'), undo)
    .then((pressed) => {
      // What the person has changed since is theirs.
      if (pressed === undo && repository.inputBox.value === written) repository.inputBox.value = old;
    });
}

function bill({ usage, model, durationMs }: SideAnswer): string {
  const price = priceOf(model, readPriceSetting());
  const cost = price ? `$${costOf(usage, price).toFixed(4)}` : 'cost not known';
  const seconds = (durationMs / 1000).toFixed(1);
  return `Commit message: ${model}, ${totalInput(usage)} tokens in, ${usage.outputTokens} out, ${cost}, ${seconds} s.`;
}

// Watches the editor's problems: what is known of all documents, and what is known of some once it has settled.
import * as vscode from 'vscode';
import { systemClock } from '../../adapters/system-clock.ts';
import type { FileProblems, LanguageServices } from '../../core/tools/editor/language-services.ts';
import type { Addresses } from './addresses.ts';
import { bounded, openDocument, servers, wake } from './ask-editor.ts';
import { toProblem } from './code-answers.ts';
import { askForProblems, canBeAsked, isInTab, isOfTypeScript } from './typescript-problems.ts';

const QUIET_MS = 150;
/** Language servers may have not seen an edit that is younger. */
const YOUNG_MS = 1_500;

type Problems = FileProblems['problems'];
/** Of the built-in TypeScript extension, about one version of a text. */
interface Answer {
  readonly version: number;
  readonly time: number;
  readonly problems: Problems;
}

type Settling = Parameters<LanguageServices['settledProblems']>[1];

/** Disposed by its owner. */
export class ProblemWatch {
  readonly #addresses: Addresses;
  readonly #listeners: vscode.Disposable[];
  /** When the problems, and the texts, of a document changed last, by address. */
  readonly #reported = new Map<string, number>();
  readonly #changed = new Map<string, number>();
  readonly #asked = new Map<string, Answer>();
  readonly #waiting = new Set<() => void>();

  constructor(addresses: Addresses) {
    this.#addresses = addresses;
    this.#listeners = [
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        for (const uri of uris) this.#reported.set(uri.toString(), systemClock.monotonic());
        for (const look of this.#waiting) look();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#changed.set(document.uri.toString(), systemClock.monotonic());
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        for (const map of [this.#reported, this.#changed, this.#asked]) map.delete(uri.toString());
      }),
    ];
  }

  async known(): Promise<readonly FileProblems[]> {
    const open = vscode.workspace.textDocuments.filter(({ isClosed }) => !isClosed);
    const documents = new Map(open.map((document) => [document.uri.toString(), document]));
    const reported = vscode.languages.getDiagnostics().filter(([, found]) => found.length > 0);
    const all = new Map(
      [...open.map(({ uri }) => uri), ...reported.map(([uri]) => uri)].map((uri) => [uri.toString(), uri]),
    );
    return Promise.all(
      [...all].map(async ([address, uri]) => ({
        ...(await this.#addresses.pathOf(uri)),
        problems: this.#problemsOf(uri, documents.get(address)),
      })),
    );
  }

  async settled(paths: readonly string[], settling: Settling): Promise<readonly FileProblems[]> {
    const found = await Promise.all(paths.map((path) => this.#settledOf(path, settling).catch(() => undefined)));
    return found.filter((file) => file !== undefined);
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    for (const look of this.#waiting) look();
  }

  async #settledOf(path: string, { edited, patienceMs, signal }: Settling): Promise<FileProblems> {
    const deadline = systemClock.monotonic() + patienceMs;
    const left = (): number => Math.max(0, deadline - systemClock.monotonic());
    const uri = await this.#addresses.uriOf(path);
    const address = uri.toString();
    const wasOpen = vscode.workspace.textDocuments.some((one) => !one.isClosed && one.uri.toString() === address);
    const document = await openDocument(uri, signal, left());
    const young = systemClock.monotonic() - (this.#changed.get(address) ?? -YOUNG_MS) < YOUNG_MS;
    if (servers(document.languageId).length > 0) {
      await bounded(wake(document.languageId, signal), signal, left()).catch(() => undefined);
      const answered = canBeAsked(document) && (await this.#ask(document, left(), signal));
      if (answered) return { path, virtual: false, problems: this.#withAnswer(uri, answered) };
      if (edited || young || !wasOpen) await this.#quiet(address, left(), signal);
    }
    return { path, virtual: false, problems: this.#problemsOf(uri, document) };
  }

  async #ask(document: vscode.TextDocument, ms: number, signal: AbortSignal): Promise<Problems | undefined> {
    const { version } = document;
    const problems = await bounded(askForProblems(document), signal, ms).catch(() => undefined);
    if (problems) this.#asked.set(document.uri.toString(), { version, time: systemClock.monotonic(), problems });
    return problems;
  }

  /** What is reported; also what was answered about this very text, where no report can be newer. */
  #problemsOf(uri: vscode.Uri, document: vscode.TextDocument | undefined): Problems {
    const answer = this.#asked.get(uri.toString());
    const reported = this.#reported.get(uri.toString()) ?? -Infinity;
    const holds = document && answer?.version === document.version && (reported < answer.time || !isInTab(uri));
    return holds ? this.#withAnswer(uri, answer.problems) : vscode.languages.getDiagnostics(uri).map(toProblem);
  }

  #withAnswer(uri: vscode.Uri, answer: Problems): Problems {
    const others = vscode.languages.getDiagnostics(uri).filter((found) => !isOfTypeScript(found));
    return [...answer, ...others.map(toProblem)];
  }

  /** Until something was reported after the last change of the text and nothing more for a moment. */
  async #quiet(address: string, ms: number, signal: AbortSignal): Promise<void> {
    const deadline = systemClock.monotonic() + ms;
    for (;;) {
      const now = systemClock.monotonic();
      const reported = this.#reported.get(address) ?? -Infinity;
      const fresh = reported > (this.#changed.get(address) ?? -Infinity);
      const rest = fresh ? reported + QUIET_MS - now : Infinity;
      if (rest <= 0 || now >= deadline || signal.aborted) return;
      await this.#look(Math.min(rest, deadline - now), signal);
    }
  }

  /** Until problems change, `ms` are over, or the signal aborts. */
  async #look(ms: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const look = (): void => over.abort();
    this.#waiting.add(look);
    signal.addEventListener('abort', look, { once: true });
    await systemClock.sleep(ms, over.signal);
    signal.removeEventListener('abort', look);
    this.#waiting.delete(look);
  }
}

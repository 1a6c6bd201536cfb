// What every end-to-end test needs: an editor, a browser, a copy of the sample, and a scripted model that the editor talks to.
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../scripts/lib/browser.ts';
import { startEditor, type Editor, type EditorOptions } from '../../scripts/lib/editor.ts';
import { repositoryFolder } from '../../scripts/lib/tooling-folder.mjs';
import { conversationIn, type Conversation } from './conversation.ts';
import { atLaneEnd } from './editor-run/lane-end.ts';
import { type ModelServer, type ModelServerOptions, type Script, startModelServer } from './model/model-server.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

export interface Scene extends AsyncDisposable {
  readonly model: ModelServer;
  readonly editor: Editor;
  readonly workbench: Workbench;
  readonly talk: Conversation;
  /** A private copy of the sample project. */
  readonly folder: string;
  read(file: string): Promise<string>;
}

export interface SceneOptions extends Pick<EditorOptions, 'settings' | 'env' | 'workspaceTrust'> {
  readonly server?: ModelServerOptions;
  /** The extension is installed, as with a person, instead of under development: the editor then shows toasts and starts a dead host anew. */
  readonly installed?: boolean;
  /** Names of folders in `test/fixtures` with extensions that are installed beside it. */
  readonly beside?: readonly string[];
  /** Puts more into the sample before the editor opens it. */
  readonly prepare?: (folder: string) => Promise<unknown>;
}

/** One for all scenes of a process, each in a context of its own. */
let browser: Promise<Browser> | undefined;

function sharedBrowser(): Promise<Browser> {
  if (!browser) {
    const launched = launchBrowser();
    browser = launched;
    atLaneEnd(async () => (await launched).close());
  }
  return browser;
}

export async function openScene(script: Script, options: SceneOptions = {}): Promise<Scene> {
  const stack = new AsyncDisposableStack();
  try {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'capstan-sample-'));
    stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    await cp(path.join(repositoryFolder, 'test', 'fixtures', 'sample'), folder, { recursive: true });
    await options.prepare?.(folder);
    const model = stack.use(await startModelServer(script, options.server));
    const settings = { 'capstan.api.baseUrl': model.url, 'capstan.model': 'scripted-test', ...options.settings };
    const { installed, beside = [], server: _, prepare: __, ...editorOptions } = options;
    const others = beside.map((name) => path.join(repositoryFolder, 'test', 'fixtures', name));
    const asInstalled = installed
      ? { installed: [repositoryFolder, ...others], testDriver: false }
      : { installed: others };
    const editor = stack.use(await startEditor({ ...editorOptions, settings, ...asInstalled }));
    const workbench = stack.use(
      await openWorkbench(editor, {
        folder,
        ...(installed ? {} : { development: repositoryFolder }),
        browser: await sharedBrowser(),
      }),
    );
    const owned = stack.move();
    return {
      model,
      editor,
      workbench,
      talk: conversationIn(workbench),
      folder,
      read: (file) => readFile(path.join(folder, file), 'utf8'),
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** Where screenshots of a failing or a remarkable moment go. */
export function screenFile(name: string): string {
  return path.join(repositoryFolder, 'out', 'screens', `${name}.png`);
}

// The packed extension: its size, its contents, and a conversation with it installed as a person would install it.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { startEditor } from '../../scripts/lib/editor.ts';
import { installVsix } from '../../scripts/lib/install-vsix.ts';
import { packageVsix } from '../../scripts/lib/package-vsix.ts';
import { repositoryFolder } from '../../scripts/lib/tooling-folder.mjs';
import { conversationIn } from '../support/conversation.ts';
import { text } from '../support/model/answer.ts';
import { startModelServer } from '../support/model/model-server.ts';
import { openWorkbench } from '../support/workbench.ts';
import { zipNames } from '../support/zip-names.ts';

const MAX_BYTES = 1.5 * 1024 * 1024;

describe('the packed extension', () => {
  let folder: string;
  let vsix: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'capstan-vsix-'));
    vsix = await packageVsix({ file: path.join(folder, 'capstan.vsix'), build: false });
  });
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  it('is at most 1.5 MB', async () => {
    const { size } = await stat(vsix);
    console.log(`      VSIX: ${(size / 1024).toFixed(0)} KB`);
    assert.ok(size <= MAX_BYTES, `${size} bytes`);
  });

  it('holds what runs and what is read, and nothing of development', async () => {
    const names = zipNames(await readFile(vsix));
    for (const needed of [
      'extension/package.json',
      'extension/dist/extension.js',
      'extension/dist/panel/panel.js',
      'extension/dist/cli.js',
    ]) {
      assert.ok(names.includes(needed), needed);
    }
    assert.deepEqual(
      names.filter((name) =>
        /\/(src|test|scripts|node_modules|webview|docs|out)\/|demo-model|\.map$|tsconfig/.test(name),
      ),
      [],
    );
  });

  it('brings the helper of the sandbox where it is packed for Linux, and only there', async () => {
    const helper = 'extension/dist/sandbox/x64/apply-seccomp';
    assert.ok(!zipNames(await readFile(vsix)).includes(helper));
    const file = path.join(folder, 'linux.vsix');
    const linux = await readFile(await packageVsix({ file, build: false, target: 'linux-x64' }));
    console.log(`      VSIX for linux-x64: ${(linux.length / 1024).toFixed(0)} KB`);
    assert.ok(zipNames(linux).includes(helper));
    assert.ok(!zipNames(linux).some((name) => name.includes('sandbox/arm64')));
  });

  it('answers a person when it is installed', async () => {
    const extensionsFolder = path.join(folder, 'extensions');
    await installVsix(vsix, extensionsFolder);
    const workspace = path.join(folder, 'workspace');
    await cp(path.join(repositoryFolder, 'test', 'fixtures', 'sample'), workspace, { recursive: true });
    await using model = await startModelServer([{ blocks: [text('Hello from the packed extension.')] }]);
    await using editor = await startEditor({
      extensionsFolder,
      settings: { 'capstan.api.baseUrl': model.url, 'capstan.model': 'scripted-test' },
    });
    await using workbench = await openWorkbench(editor, { folder: workspace });
    const talk = conversationIn(workbench);
    await talk.send('Hello');
    await talk.sees('Hello from the packed extension.');
  });
});

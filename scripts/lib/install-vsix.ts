// Installs a packed extension the way a person would: through the editor's own command.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cleanEnvironment } from './child-environment.ts';
import { chosenEditor, type EditorChoice } from './editors.ts';
import { DevFailure } from './failure.mjs';
import { provisionEditor } from './provision-editor.ts';
import { runCommand } from './run-command.ts';

/** Installs `vsix` into `extensionsFolder`, to be given to `startEditor`. Rejects with what the editor said. */
export async function installVsix(
  vsix: string,
  extensionsFolder: string,
  editor: EditorChoice = chosenEditor(),
): Promise<void> {
  const { node, entry } = await provisionEditor(editor);
  const data = await mkdtemp(path.join(os.tmpdir(), 'capstan-install-'));
  const lines: string[] = [];
  try {
    const { exitCode } = await runCommand(
      node,
      [
        entry,
        '--install-extension',
        vsix,
        '--extensions-dir',
        extensionsFolder,
        '--server-data-dir',
        data,
        '--accept-server-license-terms',
        '--telemetry-level',
        'off',
      ],
      { cwd: data, env: cleanEnvironment({ HOME: data }), onLine: (line) => lines.push(line) },
    );
    if (exitCode !== 0) throw new DevFailure(`The editor refused to install ${vsix}:\n${lines.join('\n')}`);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

// Brings a whole VS Code server into the tooling folder, from npm alone.
import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { editorRelease, type EditorChoice, type EditorRelease } from './editors.ts';
import { DevFailure } from './failure.mjs';
import { runNpm } from './npm.mjs';
import { withStep } from './progress.mjs';
import { provisionNode } from './provision-node.mjs';
import { toolingFolder } from './tooling-folder.mjs';
import { folderBytes, megabytes, provideWholeFolder } from './whole-folder.mjs';

export interface ProvisionedEditor {
  readonly release: EditorRelease;
  /** The Node binary that runs it, absolute. */
  readonly node: string;
  /** The server's entry script, absolute. */
  readonly entry: string;
}

const RECIPE = 1;

/**
 * Makes sure of an editor in `<tooling>/editor-<version>`, downloading it the first time (about 190 MB, half a minute).
 * Safe when two processes ask at once; what a killed run left is redone. Rejects with a DevFailure that says what to do.
 */
export async function provisionEditor(choice: EditorChoice): Promise<ProvisionedEditor> {
  const release = editorRelease(choice);
  if (process.platform === 'win32') {
    throw new DevFailure(
      'The editor server from npm does not run on Windows. Use `npm start -- --desktop` and `npm run test:desktop`, or work in WSL.',
    );
  }
  const node = await provisionNode(release.nodeMajor);
  const folder = path.join(toolingFolder(), `editor-${release.version}`);
  await provideWholeFolder({
    folder,
    stamp: `${release.package} recipe ${RECIPE} ${process.platform}-${process.arch}\n`,
    build: (temporary) => installEditor(release, node, temporary),
    onWait: (holder) => process.stderr.write(`Waiting for process ${holder}, which is installing the editor …\n`),
  });
  return { release, node, entry: path.join(serverFolder(folder), 'out', 'server-main.js') };
}

function serverFolder(folder: string): string {
  return path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}

async function installEditor(release: EditorRelease, node: string, folder: string): Promise<void> {
  await withStep(`Installing VS Code ${release.version} for development (about 190 MB to download)`, async (step) => {
    const what = `VS Code ${release.version}`;
    const install = (where: string, ...args: string[]) =>
      runNpm({ what, node, folder: where, args: ['install', ...args] });
    await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
    step.update('the editor');
    await install(folder, release.package);
    const server = serverFolder(folder);
    step.update('its libraries');
    await replaceDependencies(server, release.replacedDependencies);
    await install(server, '--omit=dev');
    await install(path.join(server, 'extensions'), '--omit=dev');
    // A packaged editor looks for ripgrep and the parsers here.
    await symlink('node_modules', path.join(server, 'node_modules.asar'));
    step.done(`${megabytes(await folderBytes(folder))} on disk, kept for next time`);
  });
}

async function replaceDependencies(server: string, replaced: Readonly<Record<string, string>>): Promise<void> {
  if (Object.keys(replaced).length === 0) return;
  const file = path.join(server, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { dependencies: Record<string, string> };
  Object.assign(manifest.dependencies, replaced);
  await writeFile(file, JSON.stringify(manifest, null, 2));
  // It still names what was replaced.
  await rm(path.join(server, 'npm-shrinkwrap.json'), { force: true });
}

// Makes what a benchmark runs in: a small real git repository, and a folder with ripgrep in it for every agent alike.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, glob, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

const FILES = 600;
const FOLDERS = 24;

/** The n-th small file, relative to the workspace. */
export function fileName(n: number): string {
  return path.join('src', `part-${n % FOLDERS}`, `module-${n % FILES}.js`);
}

/** A repository of 600 small files in three commits, the same at every call. */
export async function makeWorkspace(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const git = (...args: string[]): void => {
    const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost'];
    execFileSync('git', [...identity, ...args], { cwd: folder, stdio: 'pipe' });
  };
  git('init', '-q', '-b', 'main');
  await writeFile(path.join(folder, 'README.md'), '# Sample\n\nFiles to read and search.\n');
  // What runs leave behind.
  await writeFile(path.join(folder, '.gitignore'), 'marks/\nlong.txt\n');
  git('add', '-A');
  git('commit', '-qm', 'Start');
  await writeFile(path.join(folder, 'package.json'), '{ "name": "sample", "private": true }\n');
  git('add', '-A');
  git('commit', '-qm', 'Describe the package');
  for (let n = 0; n < FILES; n++) {
    const file = path.join(folder, fileName(n));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, source(n));
  }
  git('add', '-A');
  git('commit', '-qm', 'Add the modules');
}

export async function copyWorkspace(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, preserveTimestamps: true });
  // Otherwise the first to look would write the index anew.
  execFileSync('git', ['status'], { cwd: to, stdio: 'pipe' });
}

function source(n: number): string {
  const lines = Array.from(
    { length: 12 + (n % 20) },
    (_, line) => `  total += scale(values[${line}] ?? ${n}, ${line * n}); // step ${line} of module ${n}`,
  );
  const imported = n % 7 === 0 ? "import { toInteger } from '../integers.js';\n" : '';
  return `${imported}export function module${n}(values, scale) {\n  let total = ${n};\n${lines.join('\n')}\n  return total;\n}\n`;
}

/** A folder that holds `rg` alone, for the PATH; undefined when there is none on the PATH nor in an editor for tests. */
export async function ripgrepFolder(folder: string, editors: string): Promise<string | undefined> {
  const found = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((place) => path.join(place, 'rg'))
    .find(existsSync);
  const program = found ?? (await ripgrepOfEditor(editors));
  if (program === undefined) return undefined;
  await mkdir(folder, { recursive: true });
  await symlink(program, path.join(folder, 'rg'));
  return folder;
}

async function ripgrepOfEditor(editors: string): Promise<string | undefined> {
  const modules = 'editor-*/node_modules/code-server/lib/vscode/node_modules/@vscode';
  for (const place of [`ripgrep-universal/bin/${process.platform}-${process.arch}/rg`, 'ripgrep/bin/rg']) {
    for await (const file of glob(`${modules}/${place}`, { cwd: editors })) return path.join(editors, file);
  }
  return undefined;
}

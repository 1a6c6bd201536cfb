// The copy of the sample project that `npm start` opens, kept between starts so that nobody loses changes.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { cleanEnvironment } from './child-environment.ts';
import { repositoryFolder } from './tooling-folder.mjs';

/** Makes sure of the copy in `folder` and returns it; `fresh` throws away what is there. */
export async function prepareSample(folder: string, { fresh = false } = {}): Promise<string> {
  if (fresh) await rm(folder, { recursive: true, force: true });
  if (existsSync(folder)) return folder;
  const temporary = `${folder}.new-${process.pid}`;
  await mkdir(path.dirname(folder), { recursive: true });
  await cp(path.join(repositoryFolder, 'test', 'fixtures', 'sample'), temporary, { recursive: true });
  commitAll(temporary);
  await rename(temporary, folder);
  return folder;
}

/** A repository makes the changes easy to see. Without git the sample works as well. */
function commitAll(folder: string): void {
  const identity = {
    GIT_AUTHOR_NAME: 'Sample',
    GIT_AUTHOR_EMAIL: 'sample@example.com',
    GIT_COMMITTER_NAME: 'Sample',
    GIT_COMMITTER_EMAIL: 'sample@example.com',
  };
  const env = cleanEnvironment({ ...identity, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' });
  for (const args of [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '--all'],
    ['commit', '--quiet', '--message=The sample project'],
  ]) {
    if (spawnSync('git', args, { cwd: folder, env, stdio: 'ignore' }).status !== 0) return;
  }
}

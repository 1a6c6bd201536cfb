// `npm run watch`: rebuilds what ships whenever a file changes, until Ctrl+C.
import { runCommand } from './lib/run-command.ts';
import { repositoryFolder } from './lib/tooling-folder.mjs';

const { exitCode } = await runCommand(process.execPath, ['esbuild.mjs', '--watch'], {
  cwd: repositoryFolder,
  timeoutMs: 2 ** 31 - 1,
});
process.exitCode = exitCode;

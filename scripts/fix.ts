// `npm run fix`: formats every file and repairs what the linter can repair.
import path from 'node:path';
import { runCommand } from './lib/run-command.ts';
import { repositoryFolder } from './lib/tooling-folder.mjs';

const tool = (name: string) => path.join(repositoryFolder, 'node_modules', '.bin', name);
const linted = await runCommand(tool('oxlint'), ['--type-aware', '--fix'], { cwd: repositoryFolder });
const formatted = await runCommand(tool('oxfmt'), [], { cwd: repositoryFolder });
process.exitCode = linted.exitCode || formatted.exitCode;

#!/usr/bin/env node
// `capstan`: reads the command line and loads what that command needs, nothing else.
import { mkdirSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { maskSecrets } from '../core/secrets/mask-secrets.ts';
import { ArgumentsError } from './arguments-error.ts';
import { readArguments, type Arguments } from './arguments.ts';
import { homeFolder } from './home-folder.ts';

async function main(argv: readonly string[]): Promise<number> {
  try {
    return await execute(readArguments(argv, process.cwd()));
  } catch (error) {
    const known = error instanceof ArgumentsError;
    const words = known ? error.message : `It failed itself. ${error instanceof Error ? error.stack : String(error)}`;
    await write(process.stderr, `capstan: ${maskSecrets(words)}\n`);
    return known ? 2 : 1;
  }
}

async function execute(args: Arguments): Promise<number> {
  switch (args.command) {
    case 'help': {
      const { help } = await import('./help.ts');
      return say(help(args.topic));
    }
    case 'version': {
      const { version } = await import('./version.ts');
      return say(`${version()}\n`);
    }
    case 'print': {
      cacheCode();
      // A run is short: code that runs a few times only should be compiled well from the first. Turns take a fifth less.
      setFlagsFromString('--no-lazy-feedback-allocation');
      const { beginRunGit } = await import('./run-git.ts');
      const git = await beginRunGit(args);
      const { print } = await import('./print.ts');
      return print(args, git);
    }
    case 'sessions': {
      const { runSessionsCommand } = await import('./sessions/sessions-command.ts');
      return runSessionsCommand(args);
    }
    case 'context': {
      const { runContextCommand } = await import('./context-command.ts');
      return runContextCommand(args);
    }
    case 'permissions': {
      const { runPermissionsCommand } = await import('./permissions/permissions-command.ts');
      return runPermissionsCommand(args);
    }
    default:
      return args satisfies never;
  }
}

/** From the second run on Node finds the code compiled, where it can (from Node 22.1 on): a tenth of the time to the first request. */
function cacheCode(): void {
  const folder = path.join(homeFolder(process.env), 'cache');
  try {
    // Node itself would let everybody in, and what lies there is run.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    return;
  }
  (module as Partial<typeof module>).enableCompileCache?.(folder);
}

async function say(text: string): Promise<number> {
  await write(process.stdout, text);
  return 0;
}

/** Resolves when the text has left the process, or nobody is there to read it. */
function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.on('error', () => resolve());
    stream.write(text, () => resolve());
  });
}

// Not left to the event loop: an open standard input would keep the process alive.
void main(process.argv.slice(2)).then((status) => process.exit(status));

// `capstan sessions`: lists, shows, exports and checks the conversations on disk. Nothing is written or locked.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createSessionFiles } from '../../adapters/session-files.ts';
import { visibleText } from '../../core/permissions/visible-text.ts';
import type { SessionsArguments } from '../arguments.ts';
import { homeFolder, sessionsFolder } from '../home-folder.ts';
import { findSession, readSession } from '../run-log.ts';
import { createStreams, type Streams } from '../standard-streams.ts';

/** Returns the exit status when everything is written. Throws `ArgumentsError` for a session that is not there. */
export async function runSessionsCommand(args: SessionsArguments): Promise<number> {
  const streams = createStreams(process.stdout, process.stderr);
  const folder = sessionsFolder(homeFolder(process.env));
  const status = await execute(args, folder, streams);
  await streams.drained();
  return status;
}

async function execute(args: SessionsArguments, folder: string, streams: Streams): Promise<number> {
  if (args.verb === 'list') {
    streams.out(await listSessions(folder, streams));
    return 0;
  }
  const id = await findSession(folder, args.id);
  if (args.verb === 'verify') return verify(folder, id, streams);
  const { entries, skipped } = await readSession(folder, id);
  if (skipped > 0) {
    streams.err(`capstan: ${skipped} unreadable lines were skipped; capstan sessions verify ${id} says where.\n`);
  }
  if (args.verb === 'export') {
    const { exportSession } = await import('../../core/sessions/export/export-session.ts');
    streams.out(await exportSession(id, entries, args.format));
    return 0;
  }
  const [{ sessionPage }, { showPage }, { booksPage }] = await Promise.all([
    import('../../core/sessions/export/session-page.ts'),
    import('./show-page.ts'),
    import('./books-page.ts'),
  ]);
  streams.out(`${showPage(sessionPage(id, entries))}\n${booksPage(entries)}`);
  return 0;
}

async function listSessions(folder: string, streams: Streams): Promise<string> {
  const store = createSessionFiles({ folder, onFailure: () => {}, onWarning: () => {} });
  const sessions = await store.list();
  if (sessions.length === 0) streams.err(`capstan: There are no sessions in ${folder} yet.\n`);
  return sessions
    .map(({ id, title, cwd, updatedAt }) => {
      const date = new Date(updatedAt).toISOString().slice(0, 16).replace('T', ' ');
      return `${[id, date, title || 'Conversation', cwd].map(oneLine).join('\t')}\n`;
    })
    .join('');
}

/** A field of a list: what a log says must not break out of its column, or steer a terminal. */
function oneLine(text: string): string {
  return visibleText(text.replaceAll(/\s+/g, ' '));
}

async function verify(folder: string, id: string, streams: Streams): Promise<number> {
  const { verifyLog } = await import('./verify-log.ts');
  const verdict = verifyLog(await readFile(path.join(folder, `${id}.jsonl`)), id);
  if (verdict.whole) {
    const open = verdict.open ? ' Its last turn has not ended.' : '';
    streams.out(`Session ${id} is whole: ${verdict.entries} entries.${open}\n`);
    return 0;
  }
  const { line, byte, problem, entries } = verdict;
  streams.out(
    visibleText(
      `Session ${id} stops being whole at line ${line}, byte ${byte}. ${problem} The ${entries} entries before it are whole.\n`,
    ),
  );
  return 1;
}

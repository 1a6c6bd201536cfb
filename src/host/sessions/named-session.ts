// A session whose log takes another title while it is open.
import type { SessionLog, SessionStore } from '../../core/sessions/session-log.ts';
import type { NamedSession, OpenedSession } from '../conversation.ts';

/** `open` opens the session from the store that it is given; what it returns is the caller's to close. */
export async function openNamed(
  store: SessionStore,
  open: (store: SessionStore) => Promise<OpenedSession>,
): Promise<NamedSession> {
  let log: SessionLog | undefined;
  const opening = open({
    list: (cwd) => store.list(cwd),
    open: async (id) => (log = await store.open(id)),
  });
  const opened = await opening.catch(async (error: unknown) => {
    // Nobody else has it to let it go.
    await log?.close();
    throw error;
  });
  return {
    session: opened.session,
    close: () => opened.close(),
    rename: (title) => log?.append({ type: 'session_titled', title, at: Date.now() }),
  };
}

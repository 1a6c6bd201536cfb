// A session from its log, as the panel would show it.
import type { LogEntry } from '../../events.ts';
import { Projection } from '../../view/projection.ts';
import { applyPatches } from '../../../shared/apply-patch.ts';
import { nothingOutside, type SessionView, type Turn, type View } from '../../../shared/view-model.ts';

export interface SessionPage {
  readonly session: SessionView;
  readonly turns: readonly Turn[];
  /** Where it was held; empty when the log does not say. */
  readonly cwd: string;
  /** Epoch milliseconds. */
  readonly createdAt: number | undefined;
}

export function sessionPage(id: string, entries: readonly LogEntry[]): SessionPage {
  const projection = new Projection();
  let view: View = {
    session: { id, title: '', model: '', mode: 'default', state: 'idle', queued: [], inputTokens: 0, outputTokens: 0 },
    turns: [],
    ...nothingOutside,
    environment: { key: 'unneeded', trusted: true, scripted: false, workspaceName: '', suggestions: [], version: '' },
  };
  for (const entry of entries) view = applyPatches(view, projection.project(entry));
  const start = entries.find((entry) => entry.type === 'session_started');
  return { session: view.session, turns: view.turns, cwd: start?.cwd ?? '', createdAt: start?.createdAt };
}

// Everything behind an `@`: what is offered, and the chip of what is chosen. Loaded when the first one is typed.
import * as vscode from 'vscode';
import { createLazySearch } from '../../adapters/lazy-search.ts';
import type { FileSystem } from '../../core/ports.ts';
import type { PanelMessage } from '../../shared/protocol.ts';
import type { Mention } from '../../shared/view-model.ts';
import type { TerminalHistory } from '../entry-points/terminal-history.ts';
import { toPath } from '../locations.ts';
import type { Log } from '../log.ts';
import { mentionChip } from './mention-chips.ts';
import { MentionSearch } from './mention-search.ts';
import { createMayRead } from './read-rules.ts';
import { WorkspaceFiles } from './workspace-files.ts';

export interface MentionParts {
  readonly files: FileSystem;
  readonly terminals: TerminalHistory;
  readonly log: Log;
  /** Holds the logs of all sessions, absolute. */
  readonly sessionsFolder: string;
}

type Answer = (message: Extract<PanelMessage, { type: 'mentions' | 'attached' }>) => void;

export interface Mentions {
  /** Answers once or twice; not any more once another question has come. */
  find(id: string, query: string, answer: Answer): Promise<void>;
  attach(id: string, mention: Mention, answer: Answer): Promise<void>;
}

export function createMentions({ files, terminals, log, sessionsFolder }: MentionParts): Mentions {
  const workspace = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => toPath(uri));
  const mayRead = createMayRead(files, log, sessionsFolder);
  const listed = new WorkspaceFiles(createLazySearch({ appRoot: vscode.env.appRoot, workspace }));
  const search = new MentionSearch({ files: listed, mayRead });
  return {
    find: (id, query, answer) => search.find(id, query, answer),
    async attach(id, mention, answer) {
      answer({ type: 'attached', id, ...(await mentionChip(mention, { files, mayRead, terminals })) });
    },
  };
}

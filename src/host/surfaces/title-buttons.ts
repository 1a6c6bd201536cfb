// Makes the commands that stand as buttons above a conversation be about that one, and not about another that was used last.
import * as vscode from 'vscode';
import { commands, type CommandId } from '../../shared/contributions.ts';
import type { Surfaces } from './surfaces.ts';

type Handlers = Readonly<Record<CommandId, (...args: readonly unknown[]) => unknown>>;

const ABOUT_ONE: readonly CommandId[] = [
  commands.newSession,
  commands.sessions,
  commands.openInTab,
  commands.openInWindow,
  commands.toggleFocusView,
  commands.compact,
  commands.showContext,
  commands.chooseBudget,
  commands.renameConversation,
  commands.exportConversation,
  commands.copyConversation,
];

export function withTitleButtons(handlers: Handlers, surfaces: Pick<Surfaces, 'usedAt'>): Handlers {
  const wrapped = ABOUT_ONE.map((id) => {
    const handler = (...args: readonly unknown[]) => {
      const place = pressedAt(args);
      if (place) surfaces.usedAt(place);
      return handlers[id](...args);
    };
    return [id, handler] as const;
  });
  return { ...handlers, ...Object.fromEntries(wrapped) };
}

/**
 * A press in a tab's title comes with the address of its page. One in a view's title comes with one thing that is not there, where
 * the palette, keys and other code give none at all; should that ever change, the conversation used last is meant as elsewhere.
 */
function pressedAt(args: readonly unknown[]): 'side-bar' | 'tab' | undefined {
  const [first] = args;
  if (first instanceof vscode.Uri) return first.scheme === 'webview-panel' ? 'tab' : undefined;
  return args.length === 1 && first === undefined ? 'side-bar' : undefined;
}

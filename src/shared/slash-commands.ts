// What may be typed behind a `/` at the start of a message: one line each.
import { commands, type PanelCommand } from './contributions.ts';

export interface SlashCommand {
  readonly name: string;
  /** Names from elsewhere that lead to it too. */
  readonly aka?: readonly string[];
  /** What it does, for the list. */
  readonly words: string;
  readonly command: PanelCommand;
  /** What may be typed behind it, in a word. Default: nothing. */
  readonly takes?: string;
}

/** `t` translates; the English text is its key. */
export function slashCommands(t: (text: string) => string): readonly SlashCommand[] {
  return [
    { name: 'new', aka: ['clear'], words: t('Start a new conversation'), command: commands.newSession },
    { name: 'compact', words: t('Shorten this conversation'), command: commands.compact, takes: t('what to keep') },
    { name: 'sessions', words: t('Show earlier conversations'), command: commands.sessions },
    {
      name: 'rename',
      words: t('Rename this conversation'),
      command: commands.renameConversation,
      takes: t('its title'),
    },
    { name: 'export', words: t('Export this conversation'), command: commands.exportConversation },
    { name: 'find', words: t('Find in this conversation'), command: commands.find },
    { name: 'turns', words: t('Go to something you said'), command: commands.goToTurn },
    { name: 'mode', words: t('Choose how much is asked'), command: commands.chooseMode },
    { name: 'model', words: t('Choose the model'), command: commands.chooseModel },
    { name: 'effort', words: t('Choose the effort'), command: commands.chooseEffort },
    { name: 'budget', words: t('Choose the budget'), command: commands.chooseBudget },
    { name: 'context', aka: ['cost'], words: t('Show what fills the context'), command: commands.showContext },
    { name: 'settings', words: t('Open the settings'), command: commands.openSettings },
    { name: 'help', words: t('Open the walkthrough'), command: commands.openWalkthrough },
  ];
}

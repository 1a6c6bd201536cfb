// The verdict on a call that could not be judged: the person is asked and told why. No mode, rule or strategy answers in their place.
import type { Access } from './access.ts';
import type { AskVerdict, AskingText, Granting } from './verdict.ts';
import { visibleText } from './visible-text.ts';
import { t } from '../../shared/l10n.ts';

/** `reason` is the beginning of a sentence, without its end. */
export function unsureVerdict(access: Access, granting: Granting, reason: string): AskVerdict {
  const asking = askingOf(access, granting);
  return {
    decision: 'ask',
    because: 'unsure',
    reason,
    asking: { ...asking, facts: [t('{0}: nothing is allowed unasked', visibleText(reason))] },
    granting,
    suggestions: [],
  };
}

function askingOf(access: Access, { path }: Granting): Omit<AskingText, 'facts'> {
  const { tool } = access;
  switch (access.kind) {
    case 'read':
    case 'edit':
      return {
        what: `${tool} ${visibleText(path)}`,
        title: access.kind === 'read' ? t('Read') : t('Write'),
        subject: visibleText(path),
      };
    case 'command':
      return { what: `\`${access.command}\``, title: t('Run a command'), subject: visibleText(access.command) };
    case 'web':
      return { what: `${tool} ${visibleText(access.url)}`, title: t('Fetch a page'), subject: visibleText(access.url) };
    case 'action':
      return {
        what: `${tool} ${visibleText(access.subject)}`,
        title: access.title,
        subject: visibleText(access.subject),
      };
    case 'internal': {
      const name = access.specifier === undefined ? tool : `${tool} ${access.specifier}`;
      return { what: name, title: t('Use {0}', tool), subject: visibleText(name) };
    }
    default:
      return access satisfies never;
  }
}

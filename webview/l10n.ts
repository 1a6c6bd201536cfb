// The panel's words in the person's language.
export { t } from '../src/shared/l10n.ts';

// The panel's words in the person's language.
export { t, wordOf } from '../src/shared/l10n.ts';

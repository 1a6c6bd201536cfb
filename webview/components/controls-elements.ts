// Registers the toolkit's elements that controls.tsx uses, one by one; loaded after the first paint because they are heavy.
import { endStyleProbe } from './style-probe.ts';
import { FASTElementDefinition, type PartialFASTElementDefinition } from '@microsoft/fast-element';
import { vsCodeButton } from '@vscode/webview-ui-toolkit';

endStyleProbe();
// Not through the toolkit's design system: its container, a fifth of the toolkit, tells elements of one name apart, and here each is there once.
for (const { type, definition } of [vsCodeButton()]) {
  const { baseName, template, styles, shadowOptions } = definition as unknown as Composed;
  const context = { name: baseName, type };
  const made = <T>(part: Made<T>): T => (isMaker(part) ? part(context, definition) : part);
  const parts = { template: made(template), styles: made(styles), shadowOptions };
  new FASTElementDefinition(type, { name: `vscode-${baseName}`, ...parts }).define();
}

function isMaker<T>(part: Made<T>): part is (context: object, definition: object) => T {
  return typeof part === 'function';
}

/** What the toolkit's elements are composed of, some of it made when it is wanted. */
type Made<T> = T | ((context: object, definition: object) => T);

interface Composed extends Required<Pick<PartialFASTElementDefinition, 'shadowOptions'>> {
  readonly baseName: string;
  readonly template: Made<NonNullable<PartialFASTElementDefinition['template']>>;
  readonly styles: Made<Required<PartialFASTElementDefinition>['styles']>;
}

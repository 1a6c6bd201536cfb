// Registers the toolkit's elements that controls.tsx uses, one by one; loaded after the first paint because they are heavy.
import { endStyleProbe } from './style-probe.ts';
import { FASTElementDefinition, type PartialFASTElementDefinition } from '@microsoft/fast-element';
import { vsCodeButton } from '@vscode/webview-ui-toolkit';

endStyleProbe();
// Not through the toolkit's design system: its container, a fifth of the toolkit, tells elements of one name apart, and here each is there once.
for (const { type, definition } of [vsCodeButton()]) {
  const { baseName, template, styles, shadowOptions } = definition as unknown as Composed;
  const made = typeof template === 'function' ? template({ name: baseName, type }, definition) : template;
  new FASTElementDefinition(type, { name: `vscode-${baseName}`, template: made, styles, shadowOptions }).define();
}

/** What the toolkit's elements are composed of. */
interface Composed extends Required<Pick<PartialFASTElementDefinition, 'styles' | 'shadowOptions'>> {
  readonly baseName: string;
  readonly template: ((context: object, definition: object) => unknown) | object;
}

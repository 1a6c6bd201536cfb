// While the toolkit is evaluated it asks the browser about `:focus-visible` by adding an empty inline style element, which
// the content policy stops and reports. For that moment this gives it an inert element with a constructed sheet to
// ask. It must be imported before the toolkit.

const createElement = document.createElement.bind(document);

document.createElement = (name: string, options?: ElementCreationOptions) => {
  if (name !== 'style') return createElement(name, options);
  const inert = createElement('template');
  Object.defineProperty(inert, 'sheet', { value: new CSSStyleSheet() });
  return inert;
};

/** Gives the document its own function back. */
export function endStyleProbe(): void {
  Reflect.deleteProperty(document, 'createElement');
}

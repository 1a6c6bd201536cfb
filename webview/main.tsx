// The panel's entry: draws it into the host's page and says that it is ready.
import { render } from 'preact';
import { useWords } from '../src/shared/l10n.ts';
import './styles/panel.css';
import { App } from './components/app.tsx';
import { loadControls } from './components/controls.tsx';
import { loadFindBar } from './components/find-bar-later.tsx';
import { createPanel } from './create-panel.ts';
import { createTransport, type EditorApi } from './transport.ts';

declare function acquireVsCodeApi(): EditorApi;

const root = document.getElementById('capstan-root');
if (!root) throw new Error('The page has no element with the id capstan-root.');

useWords(wordsOfPage());

const transport = createTransport(acquireVsCodeApi(), window, (line) => console.warn(line));
const panel = createPanel(transport);
render(<App panel={panel} />, root);
panel.sayReady();
loadControls();
loadFindBar();

/** The translations that the host left in the page. */
function wordsOfPage(): unknown {
  try {
    return JSON.parse(document.getElementById('capstan-words')?.textContent || '{}');
  } catch {
    return {};
  }
}

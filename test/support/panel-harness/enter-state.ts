// Brings one panel into one named state after another.
import type { PanelPage } from './panel-page.ts';
import { panelStates } from './states.ts';

/** What a person did in a panel outlives the next snapshot, so that page is loaded anew. */
const touched = new WeakSet<PanelPage>();

/** Shows the state, and finishes what moves. The panel must have been opened with reduced motion. */
export async function enterState(panel: PanelPage, name: string): Promise<void> {
  const { view, act } = panelStates[name]!;
  if (touched.delete(panel)) await panel.reload();
  await panel.show(view);
  await panel.push({ type: 'files', found: ['src/parser.ts'] });
  if (act) {
    touched.add(panel);
    await act(panel.page, panel);
  }
  // What shows that something goes on comes after 300 ms, which nobody has to wait for.
  await panel.page.evaluate(() => document.getAnimations().forEach((animation) => animation.finish()));
}

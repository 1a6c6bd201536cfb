// Draws every named state in every size and theme, for people to look at, and holds each to the content policy.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { panelStates } from '../support/panel-harness/states.ts';

const folder = path.resolve(import.meta.dirname, '../../out/screens');
const themes = ['dark-modern', 'light-modern', 'hc-dark'] as const;

const open = usePanels();

describe('screens of the panel', () => {
  before(() => mkdir(folder, { recursive: true }));

  for (const [name, { view, act }] of Object.entries(panelStates)) {
    it(`draws "${name}" within its width, without a word in the log`, async () => {
      await using panel = await open({ width: 280, height: 640, reducedMotion: true });
      await panel.show(view);
      await act?.(panel.page);
      // What shows that something goes on appears after 300 ms.
      await panel.page.waitForTimeout(320);
      for (const theme of themes) {
        await panel.dress(theme);
        for (const width of [280, 400]) {
          await panel.page.setViewportSize({ width, height: 640 });
          await panel.page.screenshot({ path: path.join(folder, `${name}-${width}-${theme}.png`) });
          const overflow = await panel.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.equal(overflow, 0, `${width} ${theme}`);
        }
      }
      assert.deepEqual({ log: panel.log, violations: await panel.violations() }, { log: [], violations: [] });
    });
  }
});

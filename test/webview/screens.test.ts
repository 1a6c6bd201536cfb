// Draws every named state in every size and theme, for people to look at, and holds each to the content policy.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { enterState } from '../support/panel-harness/enter-state.ts';
import type { PanelPage } from '../support/panel-harness/panel-page.ts';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { panelStates } from '../support/panel-harness/states.ts';

const folder = path.resolve(import.meta.dirname, '../../out/screens');
const themes = ['dark-modern', 'light-modern', 'hc-dark'] as const;
const height = 640;

const open = usePanels();

describe('screens of the panel', () => {
  let panel: PanelPage;
  before(async () => {
    await mkdir(folder, { recursive: true });
    panel = await open({ width: 280, height, reducedMotion: true });
  });
  after(() => panel?.[Symbol.asyncDispose]());

  for (const name of Object.keys(panelStates)) {
    it(`draws "${name}" within its width, without a word in the log`, async () => {
      await enterState(panel, name);
      for (const width of [280, 400]) {
        await panel.page.setViewportSize({ width, height });
        for (const theme of themes) {
          await panel.dress(theme);
          await panel.page.screenshot({ path: path.join(folder, `${name}-${width}-${theme}.png`) });
        }
        const overflow = await panel.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.equal(overflow, 0, `at ${width}`);
      }
      assert.deepEqual({ log: panel.log, violations: await panel.violations() }, { log: [], violations: [] });
    });
  }
});

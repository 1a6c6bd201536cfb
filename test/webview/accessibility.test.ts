// Holds the panel's states to axe's rules in all four themes.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { AxeBuilder } from '@axe-core/playwright';
import { themeNames } from '../support/panel-harness/panel-page.ts';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { panelStates } from '../support/panel-harness/states.ts';

/** Between them these hold every part of the panel. */
const states = [
  'empty-without-key',
  'demo-strip',
  'restricted',
  'composing-with-chips',
  'refused',
  'reads-opened',
  'tool-opened',
  'edit-pending',
  'edits-kept',
  'wrong-key',
  'stopped-partial',
  'queued',
  'whole-answer',
];

const open = usePanels();

describe('accessibility of the panel', () => {
  for (const name of states) {
    it(`finds nothing in "${name}"`, async () => {
      await using panel = await open({ reducedMotion: true });
      const { view, act } = panelStates[name]!;
      await panel.show(view);
      await act?.(panel.page);
      await panel.page.waitForTimeout(320);
      for (const theme of themeNames) {
        await panel.dress(theme);
        const { violations } = await new AxeBuilder({ page: panel.page }).analyze();
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('; ')}`,
        );
        assert.deepEqual(found, [], theme);
      }
    });
  }
});

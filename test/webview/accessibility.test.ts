// Holds every named state to axe's rules; what depends on colours in all four themes.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeBuilder } from '@axe-core/playwright';
import { after, before, describe, it } from 'mocha';
import { enterState } from '../support/panel-harness/enter-state.ts';
import { themeNames, type PanelPage, type ThemeName } from '../support/panel-harness/panel-page.ts';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { panelStates, stillStates } from '../support/panel-harness/states.ts';

const open = usePanels();

describe('accessibility of the panel', () => {
  let panel: PanelPage;
  before(async () => {
    panel = await open({ reducedMotion: true });
  });
  after(() => panel?.[Symbol.asyncDispose]());

  for (const name of Object.keys(panelStates)) {
    it(`finds nothing in "${name}"`, async () => {
      await enterState(panel, name);
      const [first, ...others] = themeNames;
      assert.deepEqual(await found(panel, first), [], first);
      for (const theme of others) assert.deepEqual(await found(panel, theme, ['color-contrast']), [], theme);
    });
  }
});

describe('accessibility of the panel in other languages', () => {
  for (const language of ['german', 'hebrew'] as const) {
    it(`finds nothing in ${language}`, async () => {
      await using panel = await open({ reducedMotion: true, language });
      for (const name of stillStates) {
        await enterState(panel, name);
        assert.deepEqual(await found(panel, 'dark-modern'), [], name);
      }
    });
  }
});

interface Axe {
  run(context: Document, options: object): ReturnType<AxeBuilder['analyze']>;
}

const script = readAxe();

/** Its own source, put into a page once: the builder for tests would do so for each run. */
async function readAxe(): Promise<string> {
  const builder = createRequire(import.meta.url).resolve('@axe-core/playwright');
  return readFile(createRequire(builder).resolve('axe-core/axe.min.js'), 'utf8');
}

async function found(panel: PanelPage, theme: ThemeName, rules?: string[]): Promise<string[]> {
  await panel.dress(theme);
  if (!(await panel.page.evaluate(() => 'axe' in window))) await panel.page.evaluate(await script);
  return panel.page.evaluate(async (only) => {
    const { axe } = window as unknown as { axe: Axe };
    const options = { resultTypes: ['violations'], ...(only ? { runOnly: only } : {}) };
    const { violations } = await axe.run(document, options);
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('; ')}`,
    );
  }, rules);
}

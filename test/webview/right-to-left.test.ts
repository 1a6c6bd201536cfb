// The panel where the editor's language runs from right to left: the layout is the mirror image, code and paths are not.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import type { Locator, Page } from 'playwright-core';
import { enterState } from '../support/panel-harness/enter-state.ts';
import type { PanelLanguage } from '../support/panel-harness/panel-page.ts';
import { usePanels } from '../support/panel-harness/panel-suite.ts';
import { panelStates, stillStates } from '../support/panel-harness/states.ts';

const repository = path.resolve(import.meta.dirname, '../..');
const folder = path.join(repository, 'out/screens');
const height = 640;
const width = 400;
const open = usePanels();

const boxOf = async (locator: Locator) => (await locator.first().boundingBox())!;
const centre = async (locator: Locator) => {
  const { x, width: wide } = await boxOf(locator);
  return x + wide / 2;
};
const openIn = (language: PanelLanguage) => open({ width, height, reducedMotion: true, language });
const styleOf = (locator: Locator, name: string) =>
  locator.first().evaluate((element, property) => getComputedStyle(element).getPropertyValue(property), name);

describe('the panel from right to left', () => {
  before(() => mkdir(folder, { recursive: true }));

  it('mirrors the composer: chips and pickers begin at the right, the send button ends at the left', async () => {
    await using panel = await openIn('arabic');
    await enterState(panel, 'composing-with-chips');
    const { page } = panel;
    assert.ok((await centre(page.locator('.send'))) < 40);
    assert.ok((await centre(page.locator('.picker'))) > width / 2);
    const [first, second] = [page.locator('.composer .chip').nth(0), page.locator('.composer .chip').nth(1)];
    assert.ok((await centre(first)) > (await centre(second)));
    const chip = await boxOf(first);
    assert.ok(chip.x + chip.width > width - 30, 'the first chip stands at the right');
    assert.ok((await centre(first.locator('svg'))) > (await centre(first.locator('.chip-label'))));
    assert.deepEqual(
      await Promise.all(['.send svg', '.chip svg', '.ring svg'].map((icon) => styleOf(page.locator(icon), 'scale'))),
      ['-1 1', '-1 1', 'none'],
      'icons that point are turned round',
    );
  });

  it('mirrors rows: the icon at the right, what it took at the left, the rule of what waits at the right', async () => {
    await using panel = await openIn('arabic');
    await enterState(panel, 'waiting-for-permission');
    const { page } = panel;
    const row = page.locator('.row.waiting');
    assert.ok((await centre(row.locator('.row-icon'))) > width - 40);
    assert.ok((await centre(row.locator('.row-end'))) < 40);
    const rule = await row.evaluate((element) => getComputedStyle(element, '::before').right);
    assert.equal(rule, '-4px');
    assert.ok((await centre(row.locator('vscode-button'))) < width / 2);

    await enterState(panel, 'todo-open');
    assert.ok((await centre(page.locator('.todos .twistie'))) < 40);
    await enterState(panel, 'mention-menu');
    const menu = await boxOf(page.locator('.offers'));
    const composer = await boxOf(page.locator('.composer-box'));
    assert.deepEqual([menu.x, menu.width], [composer.x, composer.width]);
    assert.ok((await boxOf(page.locator('.offer-detail'))).x < menu.x + 15);
    await enterState(panel, 'find');
    assert.equal((await boxOf(page.locator('.find-bar'))).x, 0);
  });

  it('leaves code, paths and numbers as they are', async () => {
    await using panel = await openIn('arabic');
    const { page } = panel;
    await enterState(panel, 'edits-kept');
    for (const name of ['.diff', '.change-count', '.object']) {
      assert.equal(await styleOf(page.locator(name), 'direction'), 'ltr', name);
    }
    const long = page.locator('.object').nth(1);
    assert.ok((await boxOf(long.locator('.middle-head'))).x < (await boxOf(long.locator('.middle-tail'))).x);
    assert.ok((await centre(page.locator('.change-count .added'))) < (await centre(page.locator('.change-bar'))));
    await enterState(panel, 'tool-opened');
    assert.equal(await styleOf(page.locator('.row-part pre'), 'direction'), 'ltr');
    await enterState(panel, 'whole-answer');
    assert.equal(await styleOf(page.locator('.code-block pre'), 'direction'), 'ltr');
    assert.equal(await styleOf(page.locator('.turn-footer'), 'direction'), 'ltr');
  });

  it('writes what is typed in its own direction, and an empty composer in that of the panel', async () => {
    await using panel = await openIn('arabic');
    await enterState(panel, 'empty-with-key');
    const field = panel.page.getByRole('textbox');
    assert.equal(await styleOf(field, 'direction'), 'rtl');
    await field.fill('npm test');
    assert.equal(await styleOf(field, 'direction'), 'ltr');
    await field.fill('لماذا');
    assert.equal(await styleOf(field, 'direction'), 'rtl');
  });

  it('opens a row by the key that leads on, which is the left one, and closes it by the other', async () => {
    for (const [language, [opens, closes]] of [
      ['arabic', ['ArrowLeft', 'ArrowRight']],
      ['german', ['ArrowRight', 'ArrowLeft']],
    ] as const) {
      await using panel = await openIn(language);
      await enterState(panel, 'tool-running');
      const row = panel.page.locator('.tool .row-main');
      await row.focus();
      const press = async (key: string) => {
        await panel.page.keyboard.press(key);
        return row.getAttribute('aria-expanded');
      };
      const states = [await press(closes), await press(opens), await press(opens), await press(closes)];
      assert.deepEqual(states, ['false', 'true', 'true', 'false'], language);
    }
  });

  for (const [language, names] of [
    ['hebrew', stillStates],
    ['arabic', Object.keys(panelStates).filter((name) => !stillStates.includes(name))],
  ] as const) {
    it(`has room for every state in ${language}`, async () => {
      await using panel = await openIn(language);
      for (const name of names) {
        await enterState(panel, name);
        for (const wide of [280, 400]) {
          await panel.page.setViewportSize({ width: wide, height });
          const file = path.join(folder, `${name}-${wide}-mirrored.png`);
          await panel.page.screenshot({ path: file });
          assert.equal(await overflowOf(panel.page), 0, `${name} at ${wide}`);
        }
      }
      assert.deepEqual({ log: panel.log, violations: await panel.violations() }, { log: [], violations: [] });
    });
  }
});

/** To the side that the text runs to. */
function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

describe("the panel's styles", () => {
  /** Declarations that mean a side of the screen: a table's author says where a column is aligned. */
  const allowed = new Set(['text-align:right']);

  it('name no left and no right', async () => {
    const css = await readFile(path.join(repository, 'dist/panel/panel.css'), 'utf8');
    const declarations = [...css.matchAll(/[{;]([\w-]+):([^;{}]+)/g)].map(([, name = '', value = '']) => ({
      name,
      value,
    }));
    assert.ok(declarations.length > 500);
    const physical = declarations.filter(({ name, value }) => {
      if (name.startsWith('--')) return false;
      return /\b(?:left|right)\b/.test(`${name} ${value}`) || hasTwoSides(name, value);
    });
    assert.deepEqual(
      physical.map(({ name, value }) => `${name}:${value}`).filter((declaration) => !allowed.has(declaration)),
      [],
    );
  });
});

/** Of a shorthand for four sides, the second and the fourth are those that would be mirrored. */
function hasTwoSides(name: string, value: string): boolean {
  if (!/^(?:margin|padding|inset|scroll-(?:margin|padding)|border-(?:width|style|color|radius))$/.test(name))
    return false;
  const parts = value.replaceAll(/\((?:[^()]|\([^()]*\))*\)/g, (inner) => inner.replaceAll(/\s/g, '')).split(/\s+/);
  if (name === 'border-radius')
    return parts.length > 1 && (parts[0] !== parts[1] || parts[2] !== (parts[3] ?? parts[1]));
  return parts.length === 4 && parts[1] !== parts[3];
}

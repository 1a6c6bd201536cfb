// What a conversation works with and costs, by clicks in a real workbench: the picks behind the bar, the pause at a budget, a reload.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { until } from '../support/conversation.ts';
import { openScene, screenFile } from '../support/e2e.ts';
import { pressUntil } from '../support/gestures.ts';
import { write } from '../support/insist.ts';
import { text } from '../support/model/answer.ts';

const WAIT_MS = 30_000;
const usage = { input_tokens: 60_000, output_tokens: 10 };

describe("the composer's bar in the workbench", () => {
  it('pauses at a budget and goes on, shows the context, and takes another model for this conversation', async () => {
    await using scene = await openScene(() => ({ blocks: [text('A dear answer.')], usage }), {
      settings: { 'capstan.model': 'claude-haiku-4-5', 'capstan.budget.session': 0.05 },
    });
    const { workbench, talk, model } = scene;
    const { page } = workbench;
    const button = async (name: RegExp) => (await workbench.panel()).getByRole('button', { name }).first();
    const leave = () => pressUntil(page, 'Escape', async () => !(await quick.isVisible()));
    const quick = page.locator('.quick-input-widget:not([style*="display: none"])');

    await talk.send('Think hard');
    await talk.sees('A dear answer.');
    await talk.idle();
    await talk.send('And again');
    await talk.sees('Paused: the budget is used up');
    await workbench.screenshot(screenFile('e2e-budget-pause'));
    assert.equal(model.requests.length, 1, 'nothing was sent beyond the budget');
    await (await button(/^Raise budget$/)).click();
    await quick.getByText('No Limit for This Conversation').waitFor({ timeout: WAIT_MS });
    await workbench.screenshot(screenFile('e2e-budget-pick'));
    await leave();
    await (await button(/^Go on once$/)).click();
    await model.waitForRequest(2);
    await talk.idle();

    await (await button(/^Context: \d\d % full/)).click();
    await quick.getByText('Results of tools').waitFor({ timeout: WAIT_MS });
    // What the next turn costs, warm and cold.
    await quick
      .getByText(/Next request: \$[\d.]+ or more from the cache until .+, \$[\d.]+ without it/)
      .waitFor({ timeout: WAIT_MS });
    await workbench.screenshot(screenFile('e2e-context'));
    await leave();

    await (await button(/^Model: claude-haiku-4-5/)).click();
    await quick.locator('.monaco-list-row').first().waitFor({ timeout: WAIT_MS });
    await workbench.screenshot(screenFile('e2e-model-pick'));
    await write(quick.locator('input.input'), 'my-own-model');
    const own = quick.locator('.monaco-list-row.focused').filter({ hasText: 'Use my-own-model' });
    await own.waitFor({ timeout: WAIT_MS });
    await page.keyboard.press('Enter');
    await (await button(/^Model: my-own-model/)).waitFor({ timeout: WAIT_MS });

    await (await button(/^Effort/)).click();
    await quick.getByText('thorough').waitFor({ timeout: WAIT_MS });
    await workbench.screenshot(screenFile('e2e-effort-pick'));
    await page.keyboard.type('High');
    await page.keyboard.press('Enter');
    await (await button(/^Effort: high/i)).waitFor({ timeout: WAIT_MS });

    await workbench.reload();
    await talk.sees('A dear answer.');
    await (await button(/^Model: my-own-model/)).waitFor({ timeout: WAIT_MS });
    await talk.send('One more');
    await until(
      async () => (await talk.text()).split('Paused: the budget is used up').length === 3,
      WAIT_MS,
      async () => `No second pause:\n${await talk.text()}`,
    );
    assert.equal(model.requests.length, 2, 'what was spent is known after a reload');
  });
});

// The first minutes: the walkthrough with its pictures, the connection tested from there, stopped, and named where it fails.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { until } from '../support/conversation.ts';
import { openScene, screenFile } from '../support/e2e.ts';
import { notified, pressUntil } from '../support/gestures.ts';
import { text } from '../support/model/answer.ts';

const STEPS = ['Say who answers', 'See what may run', 'Ask for a change', 'Review what it does'];

describe('the first run', () => {
  it('shows four steps with pictures, tests the connection from there, and names what is wrong', async () => {
    await using scene = await openScene(() => ({ blocks: [text('Hi.')] }));
    const { page } = scene.workbench;
    await scene.workbench.command('Capstan: Get Started');
    const walkthrough = page.locator('.gettingStartedContainer');
    await walkthrough.locator('.getting-started-step').first().waitFor();
    // The pictures need room.
    const [left, right] = [page.locator('.part.sidebar'), page.locator('.part.auxiliarybar')];
    await pressUntil(page, 'Control+B', async () => !(await left.isVisible()));
    await right.waitFor();
    await pressUntil(page, 'Control+Alt+B', async () => !(await right.isVisible()));
    for (const [index, title] of STEPS.entries()) {
      const step = walkthrough.locator('.getting-started-step').nth(index);
      await step.getByText(title).click();
      await page.waitForTimeout(1500);
      await scene.workbench.screenshot(screenFile(`e2e-walkthrough-${index + 1}`));
    }
    await scene.workbench.command('Preferences: Toggle between Light/Dark Themes');
    await walkthrough.locator('.getting-started-step').first().getByText(STEPS[0]!).click();
    await page.waitForTimeout(1500);
    await scene.workbench.screenshot(screenFile('e2e-walkthrough-dark'));
    await walkthrough.getByRole('button', { name: 'Test Connection' }).click();
    await notified(scene.workbench, 'The connection works');
    await scene.workbench.screenshot(screenFile('e2e-connection-works'));
    assert.equal(scene.model.requests.length, 1);
    await page.keyboard.press('Escape');

    // One on this machine, by its address: chosen, set and tested.
    await walkthrough.getByRole('button', { name: 'Use a Local Model' }).click();
    await scene.workbench.pick('Another Address…');
    await page.locator('.quick-input-widget').getByText('The address of the server').waitFor();
    await scene.workbench.input(scene.model.url);
    await page.locator('.quick-input-widget').getByText('The name of the model').waitFor();
    await scene.workbench.input('small-and-local');
    const asked = () => scene.model.requests.map(({ body }) => (body as { model?: string } | undefined)?.model);
    await until(
      async () => asked().at(-1) === 'small-and-local',
      30_000,
      async () => `Asked: ${asked().join()}`,
    );
    await notified(scene.workbench, /The connection works[^]*small-and-local/);
    const kept = JSON.parse(await readFile(scene.editor.settingsFile, 'utf8')) as Record<string, unknown>;
    assert.equal(kept['capstan.model'], 'small-and-local');
  });

  it('takes a person without a key on a tour in their own folder, and sends nothing', async () => {
    const settings = { 'capstan.api.baseUrl': 'https://model.invalid', 'capstan.model': 'claude-haiku-4-5' };
    await using scene = await openScene([], { settings, env: { ANTHROPIC_API_KEY: '', ANTHROPIC_AUTH_TOKEN: '' } });
    const panel = await scene.workbench.panel();
    await panel.getByRole('button', { name: 'Take a Tour' }).click();
    const dialog = await scene.workbench.dialog();
    assert.match(dialog.text, /whoami/);
    await scene.workbench.screenshot(screenFile('e2e-tour'));
    await dialog.press('Deny');
    await scene.talk.sees('You said no');
    await scene.talk.sees('answers follow a script');
    await panel.getByRole('button', { name: 'Accept' }).first().click();
    await scene.talk.sees('capstan-tour.md is there now');
    assert.match(await scene.read('capstan-tour.md'), /written by a tour/);
    await scene.workbench.screenshot(screenFile('e2e-tour-end'));
    await scene.talk.send('And now?');
    await scene.talk.sees(/That is the tour[^]*That is the tour/);
  });

  it('stops a test that waits, and says where one fails with a way out', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    try {
      const settings = { 'capstan.api.baseUrl': `http://127.0.0.1:${port}`, 'capstan.model': 'scripted-test' };
      await using scene = await openScene([], { settings });
      const { page } = scene.workbench;
      await scene.workbench.command('Capstan: Test Connection');
      await notified(scene.workbench, 'Testing the connection');
      await page.locator('.notifications-center').getByRole('button', { name: 'Cancel' }).click();
      await notified(scene.workbench, /^(?![^]*Testing)/);
      silent.close().closeAllConnections();
      await page.keyboard.press('Escape');
      await scene.workbench.command('Capstan: Test Connection');
      await notified(scene.workbench, /^(?![^]*Testing)[^]*Nobody listens at/);
      await scene.workbench.screenshot(screenFile('e2e-connection-refused'));
      const centre = page.locator('.notifications-center');
      for (const button of [/Test Again/, /^Settings$/])
        await until(
          async () => (await centre.getByRole('button', { name: button }).count()) === 1,
          30_000,
          async () => `The notifications show:\n${await centre.innerText()}`,
        );
    } finally {
      silent.close().closeAllConnections();
    }
  });
});

// What goes wrong between a person and a model: each case shows what happened and what to do, and keeps what was typed.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { until } from '../support/conversation.ts';
import { openScene, screenFile } from '../support/e2e.ts';
import { text } from '../support/model/answer.ts';
import { deadUrl } from '../support/model/dead-url.ts';
import { errorEvent, httpError, rateLimited, type Fault } from '../support/model/fault.ts';

const failing = (fault: Fault) => () => ({ blocks: [text('Some words')], fault });

describe('a failure in the panel', () => {
  it('without a key: the message is kept, and a native box asks for the key, with which it is then sent', async () => {
    await using scene = await openScene([{ blocks: [text('Now I can answer.')] }]);
    // The same socket by an address that does not look like this machine's: it needs a key.
    const address = scene.model.url.replace('127.0.0.1', '[::ffff:127.0.0.1]');
    const settings = JSON.parse(await readFile(scene.editor.settingsFile, 'utf8')) as Record<string, unknown>;
    await writeFile(scene.editor.settingsFile, JSON.stringify({ ...settings, 'capstan.api.baseUrl': address }));
    const { talk, workbench } = scene;
    await talk.sees(/API key/);
    await talk.send('Explain this project');
    await workbench.page.locator('.quick-input-widget:not([style*="display: none"]) input[type=password]').waitFor();
    await workbench.screenshot(screenFile('e2e-no-key'));
    assert.equal(await (await talk.composer()).inputValue(), 'Explain this project', 'what was typed is still there');
    assert.equal(scene.model.requests.length, 0);
    await workbench.input('sk-test-key');
    await talk.sees('API key is set');
    // The box gives the focus back in its own time: a person whose Enter went nowhere presses it again.
    await until(
      async () => {
        if ((await talk.text()).includes('Now I can answer.')) return true;
        const field = await talk.composer();
        if ((await field.inputValue()) !== '') await field.press('Enter');
        await sleep(1_000);
        return false;
      },
      30_000,
      async () => `The message was not sent. The panel shows:\n${await talk.text()}`,
    );
    assert.deepEqual(
      scene.model.requests.map(({ auth }) => auth),
      [{ kind: 'bearer', accepted: true }],
    );
  });

  it('with a wrong key: says so, offers to set another, and keeps the message', async () => {
    await using scene = await openScene(failing(httpError(401)), { env: { ANTHROPIC_API_KEY: 'wrong-key' } });
    await scene.talk.send('Explain this project');
    await scene.talk.sees('The API key was refused');
    await scene.talk.sees('Explain this project');
    await scene.workbench.screenshot(screenFile('e2e-wrong-key'));
    const panel = await scene.talk.panel();
    await panel.getByRole('button', { name: 'Set API key' }).first().click();
    await scene.workbench.input('another-key');
  });

  it('without a network: says which, after trying again, and can be tried again by hand', async () => {
    await using scene = await openScene([], {
      settings: { 'capstan.api.baseUrl': await deadUrl(), 'capstan.api.maxRetries': 1 },
    });
    await scene.talk.send('Explain this project');
    await scene.talk.sees('The model could not be reached');
    await scene.talk.idle();
    await scene.talk.sees('Try again');
  });

  it('at a rate limit counts down and can be stopped; where a stream drops each time, another try works', async () => {
    const drop = { blocks: [text('Half an answer that breaks off')], fault: errorEvent({ insideBlock: 0 }) };
    const limited = { blocks: [text('Some words')], fault: rateLimited(30) };
    await using scene = await openScene([limited, drop, drop, { blocks: [text('A whole answer.')] }], {
      settings: { 'capstan.api.maxRetries': 1 },
    });
    await scene.talk.send('Explain this project');
    await scene.talk.sees('The rate limit is reached');
    await scene.workbench.screenshot(screenFile('e2e-rate-limit'));
    const panel = await scene.talk.panel();
    await panel.getByRole('button', { name: 'Stop', exact: true }).first().click();
    await scene.talk.idle(15_000);
    await scene.talk.sees('Explain this project');

    await scene.talk.send('Explain it now');
    await scene.talk.sees('The model is overloaded');
    await scene.talk.idle();
    await scene.talk.sees('Half an answer');
    await panel.getByRole('button', { name: 'Try again' }).last().click();
    await scene.talk.sees('A whole answer.');
  });
});

// What goes wrong between a person and a model: each case shows what happened and what to do, and keeps what was typed.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { openScene, screenFile } from '../support/e2e.ts';
import { text } from '../support/model/answer.ts';
import { deadUrl } from '../support/model/dead-url.ts';
import { errorEvent, httpError, rateLimited, type Fault } from '../support/model/fault.ts';

const failing = (fault: Fault) => () => ({ blocks: [text('Some words')], fault });

describe('a failure in the panel', () => {
  it('without a key: the message is kept, and a native box asks for the key, which then works', async () => {
    await using scene = await openScene([{ blocks: [text('Now I can answer.')] }], {
      // An address that is not this machine's needs a key; the request goes there only once there is one.
      settings: { 'capstan.api.baseUrl': 'http://capstan.invalid' },
    });
    const { talk, workbench } = scene;
    await talk.sees(/API key/);
    await talk.send('Explain this project');
    await talk.sees(/key/i);
    assert.equal(await (await talk.composer()).inputValue(), 'Explain this project', 'what was typed is still there');
    await workbench.screenshot(screenFile('e2e-no-key'));
    assert.equal(scene.model.requests.length, 0);
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

  it('at a rate limit: counts down, can be stopped at once, and keeps the message', async () => {
    await using scene = await openScene(failing(rateLimited(30)));
    await scene.talk.send('Explain this project');
    await scene.talk.sees('The rate limit is reached');
    await scene.workbench.screenshot(screenFile('e2e-rate-limit'));
    const panel = await scene.talk.panel();
    await panel.getByRole('button', { name: 'Stop', exact: true }).first().click();
    await scene.talk.idle(5_000);
    await scene.talk.sees('Explain this project');
  });

  it('with a stream that drops each time: keeps what had arrived and offers another try, which works', async () => {
    const drop = { blocks: [text('Half an answer that breaks off')], fault: errorEvent({ insideBlock: 0 }) };
    await using scene = await openScene([drop, drop, { blocks: [text('A whole answer.')] }], {
      settings: { 'capstan.api.maxRetries': 1 },
    });
    await scene.talk.send('Explain this project');
    await scene.talk.sees('The model is overloaded');
    await scene.talk.idle();
    const panel = await scene.talk.panel();
    await panel.getByRole('button', { name: 'Try again' }).last().click();
    await scene.talk.sees('A whole answer.');
  });
});

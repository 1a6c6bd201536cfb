// The editor's own progress for what takes long: on the view while a turn works, and with a button to stop what is no turn.
import { describe, it } from 'mocha';
import { openScene, screenFile, type Scene } from '../support/e2e.ts';
import { notified } from '../support/gestures.ts';
import { text, toolUse, type Answer } from '../support/model/answer.ts';
import type { Script } from '../support/model/model-server.ts';

/** Works until it is let go on, asks for a command, works until it is stopped; a summary never comes. */
const working: Script = ({ body }) => {
  const answers: Answer[] = [
    {
      blocks: [
        { ...text('I look around.'), gate: 'go on' },
        toolUse('Bash', { command: 'touch made', description: 'Make it' }),
      ],
      stopReason: 'tool_use',
    },
    { blocks: [{ ...text('Never said.'), gate: 'never' }] },
  ];
  if (JSON.stringify(body.messages.at(-1)).includes('Write a summary for yourself')) return answers[1]!;
  const turns = body.messages.filter((message) => message.role === 'assistant').length;
  return answers[turns] ?? answers[1]!;
};

const bar = ({ workbench: { page } }: Scene) => page.locator('.part.auxiliarybar .monaco-progress-container.active');
const gone = { state: 'hidden', timeout: 30_000 } as const;

describe('long work', () => {
  it('is shown on the view while a turn works, not while it waits for the person, and ends with it', async () => {
    await using scene = await openScene(working);
    const { talk, workbench, model } = scene;
    const { page } = workbench;
    await talk.panel();
    await bar(scene).waitFor(gone);
    await talk.send('Go');
    await bar(scene).waitFor();
    await workbench.screenshot(screenFile('e2e-progress'));
    model.release('go on');
    const question = await workbench.dialog();
    await bar(scene).waitFor(gone);
    await question.press('Allow Once');
    await bar(scene).waitFor();
    await workbench.command('Capstan: Stop');
    await bar(scene).waitFor(gone);

    await workbench.command('Capstan: Shorten the Conversation…');
    await workbench.input('');
    await bar(scene).waitFor();
    const progress = page.locator('.notification-list-item').filter({ hasText: 'Shortening the conversation' });
    await notified(workbench, 'Shortening the conversation');
    await workbench.screenshot(screenFile('e2e-progress-compacting'));
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await bar(scene).waitFor(gone);
    await talk.sees('The conversation could not be shortened');
  });
});

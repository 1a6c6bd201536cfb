// The first conversation, end to end, in a real workbench: from the words in the panel to a changed file and passing tests.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'mocha';
import { startDemoModel } from '../../scripts/demo/demo-model.ts';
import { cleanEnvironment } from '../../scripts/lib/child-environment.ts';
import { playDemo } from '../support/demo-journey.ts';
import { openScene, screenFile } from '../support/e2e.ts';

function testsPass(folder: string): boolean {
  return spawnSync('npm', ['test', '--silent'], { cwd: folder, env: cleanEnvironment(), stdio: 'ignore' }).status === 0;
}

describe('a first conversation', () => {
  it('finds and fixes the bug of the sample, asks before each command, and comes back after a reload', async () => {
    await using model = await startDemoModel({ pace: { ttftMs: 20, deltaMs: 2 } });
    await using scene = await openScene([], {
      settings: { 'capstan.api.baseUrl': model.url, 'capstan.model': model.model },
    });
    const { workbench, folder, talk } = scene;
    assert.equal(testsPass(folder), false, 'the sample is broken to begin with');

    const journey = await playDemo(workbench, {
      request: 'The tests fail. Find the bug and fix it.',
      timeoutMs: 80_000,
      onStep: ({ name }) => workbench.screenshot(screenFile(`e2e-${name}`)),
    });
    assert.ok(
      journey.dialogs.every((dialog) => dialog.includes('npm test')),
      journey.dialogs.join('\n---\n'),
    );
    assert.equal(journey.dialogs.length, 2, 'the tests were run twice, each time with a question');
    assert.equal(journey.reviews, 1);
    assert.equal(testsPass(folder), true, 'the sample is mended');

    await workbench.reload();
    await talk.sees('The tests fail. Find the bug and fix it.');
    assert.equal(
      words(await talk.transcript()),
      words(journey.transcript),
      'the conversation is the same after a reload',
    );
  }).timeout(120_000);
});

/** Without the layout. */
function words(transcript: string): string {
  return transcript.replaceAll(/\s+/g, ' ').trim();
}

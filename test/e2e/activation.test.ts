// How long the extension takes to start in the real editor: reported, not asserted. What it loads is held in bytes by test/package.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { launchBrowser } from '../../scripts/lib/browser.ts';
import { startEditor } from '../../scripts/lib/editor.ts';
import { repositoryFolder } from '../../scripts/lib/tooling-folder.mjs';
import { until } from '../support/conversation.ts';
import { openWorkbench } from '../support/workbench.ts';

const STARTS = 3;
const TOLD = /Capstan started in ([\d.]+) ms/;

describe('activation', () => {
  it('is measured over several starts of the editor', async () => {
    await using browser = await launchBrowser();
    await using editor = await startEditor();
    const times: number[] = [];
    for (let start = 0; start < STARTS; start++) {
      await using workbench = await openWorkbench(editor, {
        folder: editor.home!,
        development: repositoryFolder,
        browser,
      });
      const told = () => workbench.log.map((line) => TOLD.exec(line)?.[1]).find((ms) => ms !== undefined);
      await until(
        async () => told() !== undefined,
        60_000,
        async () => 'The extension did not say that it started.',
      );
      times.push(Number(told()));
    }
    const [least, median, most] = [0, STARTS >> 1, STARTS - 1].map((at) => times.toSorted((a, b) => a - b)[at]!);
    console.log(`      activate: median ${median} ms over ${STARTS} starts (${least} to ${most})`);
    assert.ok(times.every((ms) => ms > 0));
  });
});

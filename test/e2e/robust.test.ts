// What the person may break in mid-turn, in a real workbench: the panel, the window, the process that the extension runs in.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { until } from '../support/conversation.ts';
import { openScene, screenFile, type Scene } from '../support/e2e.ts';
import { write } from '../support/insist.ts';
import { isKept, isWritten } from '../support/kept-files.ts';
import { text, toolUse } from '../support/model/answer.ts';
import type { Script } from '../support/model/model-server.ts';

const WAIT_MS = 30_000;

/** Notes a line in a file, then says a word and nothing more until the test lets it. */
const script: Script = ({ body }) => {
  const said = JSON.stringify(body.messages);
  if (said.includes('Continue.')) return { blocks: [text('Went on to the end.')] };
  if (said.includes('One more thing')) return { blocks: [text('That too.')] };
  if (!said.includes('tool_result'))
    return { blocks: [text('First the list.'), toolUse('Read', { file_path: 'package.json' })] };
  return { blocks: [text('Then the rest, word for word.', { gate: 'go', gateAt: 5 })] };
};

/** The extension hosts of the editor that this test started. */
async function extensionHosts({ editor }: Scene): Promise<number[]> {
  const parents = new Map<number, number>();
  const hosts: number[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!pid) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const parent = Number(/\) \S (\d+)/.exec(stat)?.[1]);
    if (parent) parents.set(pid, parent);
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('--type=extensionHost')) hosts.push(pid);
  }
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === editor.pid || isOurs(parents.get(pid)));
  return hosts.filter(isOurs);
}

async function holds({ talk }: Scene, draft: string): Promise<void> {
  const read = async () => (await talk.composer()).inputValue();
  await until(async () => (await read()) === draft, WAIT_MS, read);
}

async function startWork({ talk }: Scene): Promise<void> {
  await talk.send('Slow task');
  await talk.sees('Then the rest');
}

async function press({ talk }: Scene, label: string): Promise<void> {
  const panel = await talk.panel();
  await panel.getByRole('button', { name: label, exact: true }).click({ timeout: WAIT_MS });
}

describe('in mid-turn', () => {
  it('a panel that is hidden or closed takes nothing with it: the turn goes on, and the panel comes back whole', async () => {
    await using scene = await openScene(script);
    const { workbench, talk, model } = scene;
    const { page } = workbench;
    await startWork(scene);
    await workbench.command('View: Hide Secondary Side Bar');
    await page.locator('.part.auxiliarybar').waitFor({ state: 'hidden', timeout: WAIT_MS });
    model.release('go');
    await page
      .locator('.statusbar-item')
      .filter({ hasText: 'Capstan' })
      .locator('.codicon-comment-discussion')
      .waitFor({ timeout: WAIT_MS });
    await workbench.command('Capstan: Open Chat');
    await talk.sees('Then the rest, word for word.');
    await talk.idle();
    assert.equal(model.requests.length, 2);
    assert.deepEqual(model.problems, []);
  });

  it('a window that is loaded anew brings back what had arrived, what waits and what is typed, and goes on when told', async () => {
    await using scene = await openScene(script);
    const { workbench, talk, model } = scene;
    await startWork(scene);
    await talk.send('One more thing');
    await talk.sees('One more thing');
    await write(await talk.composer(), 'Not sent yet');
    await isKept(scene, 'Not sent yet');
    await workbench.reloadWindow();
    await talk.sees('Capstan was closed while this turn ran');
    await talk.sees('First the list.');
    await talk.sees('Then the rest');
    await talk.sees('One more thing');
    await workbench.screenshot(screenFile('e2e-cut-by-reload'));
    await holds(scene, 'Not sent yet');
    await talk.idle();
    assert.equal(model.requests.length, 2, 'nothing was asked twice');
    await workbench.screenshot(screenFile('e2e-cut-by-reload'));
    await press(scene, 'Continue');
    await talk.sees('Went on to the end.');
    await holds(scene, 'Not sent yet');
    assert.deepEqual(model.problems, []);
  });

  it('an extension host that is killed leaves what had arrived, and the conversation goes on when told', async () => {
    await using scene = await openScene(script, { installed: true });
    const { workbench, talk, model } = scene;
    await startWork(scene);
    await write(await talk.composer(), 'Not sent yet');
    await isKept(scene, 'Not sent yet');
    await isWritten(scene, 'Then the rest');
    const hosts = await extensionHosts(scene);
    assert.ok(hosts.length > 0);
    for (const pid of hosts) process.kill(pid, 'SIGKILL');
    await until(
      async () => (await extensionHosts(scene)).some((pid) => !hosts.includes(pid)),
      WAIT_MS,
      async () => 'The editor did not start another extension host.',
    );
    await talk.sees('Capstan was closed while this turn ran', 60_000);
    await talk.sees('First the list.');
    await talk.sees('Then the rest, word');
    await holds(scene, 'Not sent yet');
    assert.equal(model.requests.length, 2, 'nothing was asked twice');
    await workbench.screenshot(screenFile('e2e-host-back'));
    await press(scene, 'Continue');
    await talk.sees('Went on to the end.');
    assert.deepEqual(model.problems, []);
  });
});

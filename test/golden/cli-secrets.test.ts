// A key in a file, on its way through a whole run: the model and the log see a placeholder, the files the key.
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { text, toolUse, type Answer } from '../support/model/answer.ts';
import { openScriptedLab } from '../unit/headless/run-cli.ts';

const KEY = ['ghp', 'R4nd0mL00kingT0kenOfThirtySixChars9'].join('_') + 'x';

describe('a key in the workspace', () => {
  it('reaches neither the model nor the log, and is put back where the model uses it here', async () => {
    let placeholder = '';
    let asked = 0;
    const call = (...blocks: NonNullable<Answer['blocks']>): Answer => ({ blocks, stopReason: 'tool_use' });
    await using lab = await openScriptedLab((request) => {
      asked += 1;
      if (asked === 1) return call(toolUse('Read', { file_path: 'a.env' }));
      if (asked > 2) return { blocks: [text('Done.')] };
      placeholder = /CAPSTAN_SECRET_\w+_/.exec(JSON.stringify(request))?.[0] ?? 'none';
      return call(toolUse('Write', { file_path: 'b.env', content: `copied=${placeholder}\n` }));
    });
    await writeFile(join(lab.workspace, 'a.env'), `TOKEN=${KEY}\n`);
    const { status } = await lab.run([
      '-p',
      'Copy it',
      '--permission-mode',
      'acceptEdits',
      '--model',
      'claude-haiku-4-5',
    ]);
    assert.equal(status, 0);
    assert.equal(await readFile(join(lab.workspace, 'b.env'), 'utf8'), `copied=${KEY}\n`);
    assert.match(placeholder, /^CAPSTAN_SECRET_/);
    for (const { body } of lab.server.requests) assert.ok(!JSON.stringify(body).includes(KEY));
    const folder = join(lab.capstanHome, 'sessions');
    for (const name of await readdir(folder)) assert.ok(!(await readFile(join(folder, name), 'utf8')).includes(KEY));
  });
});

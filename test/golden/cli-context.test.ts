import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { openCliLab, type CliLab } from '../unit/headless/run-cli.ts';

describe('capstan context', () => {
  const nobody = { env: { ANTHROPIC_API_KEY: undefined, ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' } };

  async function labWith(files: Readonly<Record<string, string>>): Promise<CliLab> {
    const lab = await openCliLab();
    for (const [name, text] of Object.entries(files)) await writeFile(join(lab.workspace, name), text);
    return lab;
  }

  it('refuses a folder that is not there', async () => {
    await using lab = await openCliLab();
    const { status, err } = await lab.run(['context', '--cwd', 'nowhere']);
    assert.equal(status, 2);
    assert.match(err, /nowhere is not a folder/);
  });

  it('shows each part in a table that adds up, without a key and without a request', async () => {
    await using lab = await labWith({ 'AGENTS.md': 'Be brief.\n', 'a.txt': '' });
    const { status, out, err } = await lab.run(['context', '--trust'], nobody);
    assert.deepEqual([status, err], [0, '']);
    const lines = out.trimEnd().split('\n');
    assert.match(lines[0]!, /^PART +TOKENS +SHARE$/);
    const width = lines[0]!.length;
    const rows = lines.slice(1, -1).map((line) => {
      assert.equal(line.length, width, line);
      const [, indent, name, tokens] = /^( *)(.+?) +([\d,]+) +\d+ %$/.exec(line)!;
      return { part: indent === '', name: name!, tokens: Number(tokens!.replaceAll(',', '')) };
    });
    const parts = rows.filter((row) => row.part);
    assert.deepEqual(
      parts.map((row) => row.name),
      ['base', 'instructions', 'date', 'directory-tree', 'tools'],
    );
    assert.ok(rows.some((row) => row.name === join(lab.workspace, 'AGENTS.md')));
    assert.ok(rows.some((row) => row.name === 'Bash'));
    const [, all] = /^all +([\d,]+)$/.exec(lines.at(-1)!)!;
    assert.equal(
      parts.reduce((sum, row) => sum + row.tokens, 0),
      Number(all!.replaceAll(',', '')),
    );
    await assert.rejects(readdir(lab.capstanHome), { code: 'ENOENT' });
  });

  it('counts the instructions of a folder only where it is trusted, and says so', async () => {
    await using lab = await labWith({ 'AGENTS.md': 'Be brief.\n' });
    const { out, err } = await lab.run(['context', '--json', '--model', 'm'], nobody);
    const untrusted = JSON.parse(out) as { model: string; trusted: boolean; parts: { name: string }[] };
    assert.deepEqual([untrusted.model, untrusted.trusted, err], ['m', false, '']);
    assert.ok(!untrusted.parts.some((part) => part.name === 'instructions'));
    assert.match((await lab.run(['context'], nobody)).err, /is not trusted: its own instructions are left out/);
  });
});

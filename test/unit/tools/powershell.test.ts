import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import { ClosingLine } from '../../../src/adapters/closing-line.ts';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { findPowershell, powershellScript, powershellStart } from '../../../src/adapters/shell-start.ts';
import { ShellRunner } from '../../../src/adapters/shell-runner.ts';
import { createPowershellTool } from '../../../src/core/tools/shell/powershell-tool.ts';
import { createShellState } from '../../../src/core/tools/shell/shell-state.ts';
import { ToolBench } from '../../support/memory/tool-bench.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

describe('the script that PowerShell is given', () => {
  it('holds the command as text that no quote or bracket of it can end', () => {
    const command = `Write-Output '‘}' } finally { "@\n'@ # $x`;
    const script = powershellScript(command, '\nmark:');
    assert.ok(!script.includes('Write-Output'));
    const texts = [...script.matchAll(/FromBase64String\('([A-Za-z0-9+/=]*)'\)/g)].map(([, text]) =>
      Buffer.from(text!, 'base64').toString('utf8'),
    );
    assert.deepEqual(texts, [`${command}\n$global:CapstanSucceeded = $?`, '\nmark:']);
  });

  it('is handed over in one argument, with a mark of its own each time', () => {
    const [first, second] = [powershellStart('Get-Date')!, powershellStart('Get-Date')!];
    assert.deepEqual(first.args.slice(0, -1), ['-NoLogo', '-NoProfile', '-NonInteractive', '-EncodedCommand']);
    const script = Buffer.from(first.args.at(-1)!, 'base64').toString('utf16le');
    assert.equal(script, powershellScript('Get-Date', first.closingMark!));
    assert.notEqual(first.closingMark, second.closingMark);
  });

  it('is refused when Windows could not take it', () => {
    assert.equal(powershellStart('x'.repeat(20_000)), undefined);
  });
});

describe('the PowerShell that is used', () => {
  const environment = {
    ProgramFiles: String.raw`D:\Programs`,
    SystemRoot: String.raw`C:\Win`,
    PATH: String.raw`C:\evil`,
  };

  it('is version 7 where it is installed, else the one of Windows', () => {
    const modern = String.raw`D:\Programs\PowerShell\7\pwsh.exe`;
    assert.equal(
      findPowershell('win32', environment, (program) => program === modern),
      modern,
    );
    assert.equal(
      findPowershell('win32', environment, () => false),
      String.raw`C:\Win\System32\WindowsPowerShell\v1.0\powershell.exe`,
    );
  });
});

describe('the line that a shell closes with', () => {
  const mark = '\n\u0002abc:';

  function read(chunks: readonly Buffer[]): { output: string; said: string | undefined } {
    const line = new ClosingLine(mark);
    const output = Buffer.concat([...chunks.map((chunk) => line.take(chunk)), line.end()]).toString();
    return { output, said: line.said };
  }

  it('is taken out of the output, wherever the output is cut', () => {
    const text = fc.string().map((text) => text.replaceAll('\u0002', ''));
    fc.assert(
      fc.property(text, text, fc.array(fc.nat()), (before, after, cuts) => {
        const all = Buffer.from(`${before}${mark}C:\\Users\\Jürgen\r\n${after}`);
        const at = [0, ...cuts.map((cut) => cut % all.length).toSorted((a, b) => a - b), all.length];
        const chunks = at.slice(1).map((end, index) => all.subarray(at[index], end));
        assert.deepEqual(read(chunks), { output: before + after, said: String.raw`C:\Users\Jürgen` });
      }),
    );
  });

  it('is missing where the shell was ended before: all is output', () => {
    assert.deepEqual(read([Buffer.from('a\n\u0002ab')]), { output: 'a\n\u0002ab', said: undefined });
    assert.deepEqual(read([Buffer.from('a\n')]), { output: 'a\n', said: undefined });
    assert.deepEqual(read([]), { output: '', said: undefined });
  });
});

describe('PowerShell', function () {
  this.timeout(60_000);
  const folder = temporaryFolders();
  const isThere = process.platform === 'win32' || spawnSync('pwsh', ['-v']).status === 0;
  let runner: ShellRunner;
  let bench: ToolBench;
  before(function () {
    if (isThere) return;
    console.log('      skipped: there is no pwsh on this machine');
    this.skip();
  });
  beforeEach(async () => {
    const root = await folder({ 'sub dir/x': '' });
    const files = new NodeFileSystem();
    runner = new ShellRunner({ shell: 'powershell' });
    const tool = createPowershellTool({ files, processes: runner, shell: createShellState(root), workspace: [root] });
    bench = new ToolBench({ files, root, tools: [tool] });
  });
  afterEach(() => runner?.dispose());

  async function run(command: string): Promise<string> {
    bench.person.answers.push({ decision: 'allow_once' });
    return bench.text('PowerShell', { command });
  }

  it('tells success from failure, and the exit code of programs', async () => {
    assert.equal(await run('Write-Output "é漢"'), 'é漢');
    assert.match(await run('Get-Item nowhere'), /\[Exit code 1\]$/);
    assert.match(await run('throw "no"'), /no[^]*\[Exit code 1\]$/);
    assert.match(await run('exit 3'), /\[Exit code 3\]$/);
    assert.match(await run('if ('), /\[Exit code 1\]$/);
  });

  it('keeps its folder between calls', async () => {
    await run('Set-Location "sub dir"');
    assert.equal(await run('(Get-Location).Path'), path.join(bench.root, 'sub dir'));
  });
});

import { afterEach, beforeEach, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CommandTerminal } from '../../../src/host/command-terminal.ts';
import { activated, until } from '../editor.ts';

describe('the terminal that commands are shown in', () => {
  let mirror: CommandTerminal;
  let seen: string;
  let listener: vscode.Disposable | undefined;
  beforeEach(async () => {
    await activated();
    mirror = new CommandTerminal();
    seen = '';
  });
  afterEach(async () => {
    listener?.dispose();
    mirror.dispose();
    await until('it is gone', () => ours().length === 0);
  });

  function ours(): vscode.Terminal[] {
    return vscode.window.terminals.filter(({ name }) => name === 'Capstan');
  }

  /** Listens as the editor does. */
  function listen(): vscode.Pseudoterminal {
    const [terminal] = ours();
    assert.ok(terminal);
    const { pty } = terminal.creationOptions as vscode.ExtensionTerminalOptions;
    listener = pty.onDidWrite((text) => void (seen += text));
    return pty;
  }

  it('is made at the first command, and does not come forward', () => {
    assert.deepEqual(ours(), []);
    const active = vscode.window.activeTerminal;
    mirror.begin('true', '/tmp').end('Exit code 0');
    assert.equal(ours().length, 1);
    assert.equal(vscode.window.activeTerminal, active);
  });

  it('shows what came before it was opened, then what comes, then how it ended', async () => {
    const command = mirror.begin('npm test\n  --quick', '/home/me');
    command.write('one\n');
    listen();
    ours()[0]!.show(true);
    await until('the output', () => seen.includes('one\r\n'));
    command.write('\u001b[31mtwo\u001b[0m');
    await until('more output', () => seen.includes('two'));
    command.end('Exit code 1');
    assert.match(seen, /\$ npm test\r\n> {3}--quick/);
    // oxlint-disable-next-line no-control-regex
    assert.match(seen, /\/home\/me[^]*one\r\n\u001b\[31mtwo\u001b\[0m\r\n[^]*\[Exit code 1\]/);
  });

  it('takes no input, and says so', async () => {
    mirror.begin('true', '/').end('Exit code 0');
    const pty = listen();
    ours()[0]!.show(true);
    await until('it is open', () => seen.includes('Exit code 0'));
    pty.handleInput?.('\u001b[1;1R');
    assert.doesNotMatch(seen, /takes no input/);
    pty.handleInput?.('ls\r');
    assert.match(seen, /takes no input/);
  });

  it('lets no command change the terminal or the clipboard', async () => {
    const command = mirror.begin('cat evil', '/');
    command.write('\u001b]52;c;ZXZ');
    command.write('pbA==\u0007\u001b]0;title\u0007\u001b[?1049h\u001b[6n\u001bcsafe\n');
    listen();
    ours()[0]!.show(true);
    await until('the output', () => seen.includes('safe'));
    // oxlint-disable-next-line no-control-regex
    assert.doesNotMatch(seen, /ZXZ|pbA|title|1049|\[6n|\u001bc/);
  });

  it('says which command it was when several print, and leaves out what comes too fast', async () => {
    const first = mirror.begin('first', '/');
    const second = mirror.begin('second', '/');
    listen();
    ours()[0]!.show(true);
    first.write('from the first\n');
    await until('the first', () => seen.includes('from the first'));
    assert.match(seen, /\[from: first\][^]*from the first/);
    for (let count = 0; count < 100; count += 1) second.write('x'.repeat(16_384));
    second.end('Exit code 0');
    assert.match(seen, /\[from: second\][^]*characters are not shown here/);
    assert.ok(seen.length < 200_000);
    first.end('Stopped');
    assert.match(seen, /\[first: Stopped\]/);
  });

  it('has a new one after the person has closed it', async () => {
    mirror.begin('true', '/').end('Exit code 0');
    const [terminal] = ours();
    terminal!.show(true);
    terminal!.dispose();
    await until('it is closed', () => ours().length === 0);
    mirror.begin('true', '/').end('Exit code 0');
    assert.equal(ours().length, 1);
  });
});

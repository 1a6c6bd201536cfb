import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { protectedPlaces } from '../../../src/adapters/sandbox/protected-places.ts';
import { refusalIn } from '../../../src/adapters/sandbox/refusal-in.ts';
import { startSandbox, type SandboxMachine } from '../../../src/adapters/sandbox/sandbox-start.ts';
import { isProtectedPath } from '../../../src/core/permissions/protected-paths.ts';
import {
  effectiveSandboxMode,
  hostProblem,
  protectedNamesOf,
  secretPlaces,
} from '../../../src/core/permissions/sandbox-policy.ts';
import { exists, runners } from '../../support/sandbox-runners.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

describe('the policy of the sandbox', () => {
  it('refuses hosts that it could not hold to', () => {
    for (const host of ['', '*', '*.com', 'a b', 'evil\0.good', 'http://a.org', 'a.org/x', 'a.org:99999', '[::1]']) {
      assert.match(hostProblem(host) ?? '', /Write a name such as/, JSON.stringify(host));
    }
    for (const host of ['packages.example.com', '*.example.com', 'example.com:443', 'localhost', '127.0.0.1:8080']) {
      assert.equal(hostProblem(host), undefined);
    }
  });

  it('is what the machine says, whatever the person set', () => {
    assert.equal(effectiveSandboxMode('off'), 'off');
    assert.equal(effectiveSandboxMode('off', { enabled: true }), 'on');
    assert.equal(effectiveSandboxMode('required', { enabled: true }), 'required');
    assert.equal(effectiveSandboxMode('off', { enabled: false, required: true }), 'required');
    assert.equal(effectiveSandboxMode('on', { enabled: false }), 'off');
  });

  it('protects names that the gate protects, and the start-up files of a home that is the workspace', () => {
    const { files, folders } = protectedNamesOf('/home/me/project', '/home/me');
    for (const name of [...files, ...folders]) assert.ok(isProtectedPath(name, '/home/me'), name);
    assert.ok(!files.some((file) => file.endsWith('.bashrc')));
    assert.ok(protectedNamesOf('/home', '/home/me').files.includes('/home/me/.bashrc'));
  });

  it('knows where secrets are', () => {
    const places = secretPlaces({ home: '/home/me', denyRead: ['~/keys', '/srv/vault', '~other'] });
    for (const place of [
      '/home/me/.ssh',
      '/home/me/.config/gcloud',
      '/home/me/.netrc',
      '/home/me/keys',
      '/srv/vault',
    ]) {
      assert.ok(places.includes(place), place);
    }
    assert.ok(!places.includes('/home/meother'));
  });
});

describe('refusals in the output of a command', () => {
  const refusal = (output: string, exitCode = 1): string | undefined =>
    refusalIn({ output, exitCode, refused: [], secrets: ['/home/me/.ssh'] });

  it('are told from failures that have nothing to do with the sandbox', () => {
    for (const output of [
      '',
      'x\nexpected 1 to be 2',
      'cat: nothing.txt: No such file or directory',
      'rm: a: Permission denied',
    ]) {
      assert.equal(refusal(output), undefined, output);
    }
    assert.equal(refusal('ping: a.org: Name or service not known', 0), undefined);
  });

  it('are shown by the line that tells them', () => {
    assert.match(refusal('a\ntouch: /x: Read-only file system', 0) ?? '', /refused a write outside.*touch: \/x/);
    assert.match(refusal('Error: EROFS: read-only file system, open') ?? '', /EROFS/);
    assert.match(refusal('bash: .mcp.json: Permission denied') ?? '', /secret or protected name/);
    assert.match(refusal("cat: '/home/me/.ssh/id': No such file or directory") ?? '', /secret or protected name/);
    assert.match(refusal('npm error code ENOTFOUND') ?? '', /refused a connection/);
    assert.match(refusal('curl: (6) Could not resolve host: a.org', 6) ?? '', /refused a connection/);
    assert.match(refusal('unshare: Operation not permitted') ?? '', /refused this/);
    assert.ok(refusal(`${'x'.repeat(5_000)} Read-only file system`)!.length < 400);
  });
});

describe('protected places in a workspace', () => {
  const folder = temporaryFolders();

  it('are found at several levels, whatever the case, and not in what programs install', async () => {
    const files = [
      '.git/HEAD',
      'a/.VSCODE/x',
      'a/b/.npmrc',
      'a/b/c/.npmrc',
      'node_modules/a/.npmrc',
      'x.code-workspace',
      'src/a.ts',
    ];
    const root = await folder(Object.fromEntries(files.map((name) => [name, ''])));
    const found = (await protectedPlaces(root, '/home/me')).map((place) => path.relative(root, place));
    assert.deepEqual(found.toSorted(), ['.git', 'a/.VSCODE', 'a/b/.npmrc', 'x.code-workspace']);
    // The root's own place does not count.
    assert.deepEqual(await protectedPlaces(path.join(root, 'node_modules'), '/home/me'), [
      path.join(root, 'node_modules/a/.npmrc'),
    ]);
  });
});

describe('a sandbox that cannot start', function () {
  if (process.platform === 'win32') return;
  this.timeout(60_000);
  const folder = temporaryFolders();
  const runner = runners();
  const missing: SandboxMachine = { platform: 'linux', nodeVersion: '24.0.0', bubblewrap: '/nowhere/bwrap' };

  it('is said beside the result, which came without it', async () => {
    const root = await folder();
    const run = runner({ mode: 'on', workspace: [root], home: root }, missing);
    const result = await run('touch x; echo done');
    assert.equal(result.output, 'done\n');
    assert.match(result.unsandboxed ?? '', /cannot start.*bubblewrap is not installed. Install bubblewrap/);
    assert.ok(await exists(path.join(root, 'x')));
  });

  it('refuses every command where it is required, and one that asks to run outside as well', async () => {
    const root = await folder();
    const run = runner({ mode: 'required', workspace: [root], home: root }, missing);
    for (const rest of [{}, { sandboxed: false }]) {
      const result = await run('touch x', rest);
      assert.equal(result.ended, 'spawn_failed');
      assert.match(result.output, /was not run: it must run in a sandbox.*Install bubblewrap/);
    }
    assert.deepEqual(await readdir(root), []);
  });

  it('says what is wrong with the machine', async () => {
    const reason = async (machine: SandboxMachine): Promise<string> => {
      const found = await startSandbox({ hosts: false, workspace: [] }, machine);
      return typeof found === 'string' ? found : '';
    };
    assert.match(await reason({ platform: 'win32' }), /Linux and macOS only/);
    assert.match(
      await reason({ platform: 'linux', nodeVersion: '20.20.2' }),
      /needs Node 22.12 or later, and this is 20.20.2/,
    );
    if (process.platform !== 'linux') return;
    const broken = path.join(await folder(), 'bwrap');
    await writeFile(broken, '#!/bin/sh\necho "bwrap: setting up uid map: Permission denied" >&2; exit 1\n', {
      mode: 0o755,
    });
    assert.match(
      await reason({ nodeVersion: '24.0.0', bubblewrap: broken }),
      /does not start: bwrap: setting up uid map: Permission denied\. .*AppArmor/,
    );
  });
});

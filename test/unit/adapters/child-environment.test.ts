import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { childEnvironment } from '../../../src/adapters/child-environment.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

/** What makes a program run or load something else, move its settings, or that is a secret. */
const hostile = (
  'NODE_OPTIONS NODE_PATH NODE_REPL_EXTERNAL_MODULE LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES GIT_DIR GIT_WORK_TREE GIT_SSH_COMMAND ' +
  'GIT_EXTERNAL_DIFF GIT_CONFIG_GLOBAL GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0 GIT_EXEC_PATH GIT_ASKPASS GIT_TEMPLATE_DIR BASH_ENV ENV ' +
  'PROMPT_COMMAND PS4 SHELLOPTS BASHOPTS CDPATH IFS GLOBIGNORE BASH_FUNC_ls%% npm_config_script_shell npm_config_registry NPM_TOKEN YARN_RC_FILENAME ' +
  'PYTHONSTARTUP PYTHONPATH PYTHONHOME PERL5OPT PERL5LIB PERLLIB RUBYOPT RUBYLIB JAVA_TOOL_OPTIONS _JAVA_OPTIONS MAVEN_OPTS GOFLAGS CARGO_BUILD_RUSTC_WRAPPER ' +
  'RUSTC_WRAPPER EDITOR VISUAL BROWSER LESSOPEN SSH_ASKPASS ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN GITHUB_TOKEN ' +
  'GH_TOKEN OPENAI_API_KEY DATABASE_URL KUBECONFIG DOCKER_HOST VSCODE_IPC_HOOK VSCODE_GIT_IPC_HANDLE ELECTRON_RUN_AS_NODE CAPSTAN_HOME'
).split(' ');

describe('the environment of a child process', () => {
  const folderWith = temporaryFolders();

  it('holds nothing that makes programs run something else, and no secret: seen by a real one', async function () {
    if (process.platform === 'win32') return this.skip();
    const folder = await folderWith({ 'evil.sh': 'echo evil > "$(dirname "$0")/marker"\n' });
    const evil = path.join(folder, 'evil.sh');
    const from = {
      ...Object.fromEntries(hostile.map((name) => [name, evil])),
      PATH: process.env['PATH'],
      HOME: folder,
    };
    const run = promisify(execFile);
    const { stdout } = await run('/usr/bin/env', [], { env: childEnvironment(from) });
    const seen = new Set(stdout.split('\n').map((line) => line.split('=')[0]));
    assert.deepEqual(
      hostile.filter((name) => seen.has(name)),
      [],
    );
    assert.ok(seen.has('PATH') && seen.has('HOME'));
    // The values are what counts: nothing of it may have come in by another name.
    assert.ok(!stdout.includes(evil), stdout);
    return undefined;
  });

  it('sets what keeps programs from prompting, over what is there', () => {
    const made = childEnvironment({ PAGER: 'evil', GIT_PAGER: 'evil', GIT_EDITOR: 'evil', TERM: 'xterm' });
    assert.deepEqual(
      [made['PAGER'], made['GIT_PAGER'], made['GIT_EDITOR'], made['TERM']],
      ['cat', 'cat', 'true', 'dumb'],
    );
  });

  it('looks for programs only in places that do not depend on the folder', () => {
    const { delimiter } = path;
    const [first, second] = [path.resolve('/bin'), path.resolve('/usr/bin')];
    const made = childEnvironment({ PATH: ['.', first, '', 'node_modules/.bin', second, '..'].join(delimiter) });
    assert.equal(made['PATH'], `${first}${delimiter}${second}`);
  });

  it('takes names in any case, as Windows does', () => {
    assert.equal(childEnvironment({ Path: path.resolve('/x'), SystemRoot: 'W' })['SystemRoot'], 'W');
    assert.equal(childEnvironment({ node_options: 'x' })['node_options'], undefined);
  });
});

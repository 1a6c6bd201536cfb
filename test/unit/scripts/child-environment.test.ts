import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { cleanEnvironment, personalEnvironment } from '../../../scripts/lib/child-environment.ts';

const source = {
  PATH: '/bin',
  HOME: '/home/me',
  LC_ALL: 'C',
  EDITOR: 'vi',
  ANTHROPIC_API_KEY: 'a',
  ANTHROPIC_BASE_URL: 'b',
  GITHUB_TOKEN: 'c',
  DB_PASSWORD: 'd',
  npm_config_registry: 'e',
  NODE_OPTIONS: 'f',
};

describe('the environment of a child', () => {
  it('holds only what any program needs when it is for a test', () => {
    assert.deepEqual(cleanEnvironment({ HOME: '/tmp/x' }, source), { PATH: '/bin', LC_ALL: 'C', HOME: '/tmp/x' });
  });

  it('holds everything but keys when it is for the person', () => {
    assert.deepEqual(personalEnvironment({}, source), { PATH: '/bin', HOME: '/home/me', LC_ALL: 'C', EDITOR: 'vi' });
  });

  it('holds a key that is passed on explicitly', () => {
    assert.equal(personalEnvironment({ ANTHROPIC_API_KEY: 'a' }, source)['ANTHROPIC_API_KEY'], 'a');
  });
});

import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { chooseConnection, DEFAULT_BASE_URL, keyProblem } from '../../../src/host/connection.ts';

const choose = (stored: string | undefined, baseUrlSetting: string, env: Record<string, string> = {}) =>
  chooseConnection({ stored, baseUrlSetting, env });

describe('the connection', () => {
  it('is refused for an address that is none, naming where it stands', () => {
    for (const bad of ['example.com', 'file:///etc/passwd', 'javascript:alert(1)', 'http://']) {
      const connection = choose('sk-1', bad);
      assert.equal(connection.usable, false, bad);
      assert.ok(
        !connection.usable && connection.problem === 'address' && /capstan\.api\.baseUrl/.test(connection.reason),
      );
    }
    const fromEnv = choose('sk-1', '', { ANTHROPIC_BASE_URL: 'nowhere' });
    assert.ok(!fromEnv.usable && /ANTHROPIC_BASE_URL/.test(fromEnv.reason));
  });

  it('needs a key, unless the address is this very machine', () => {
    const remote = [
      '',
      'https://localhost.example.com',
      'http://127.0.0.1.example.com',
      'http://10.0.0.1',
      'http://0.0.0.0',
    ];
    for (const address of remote) {
      const connection = choose(undefined, address);
      assert.ok(!connection.usable && connection.problem === 'key', address);
    }
    for (const address of ['http://localhost:4000', 'http://127.0.0.1:1', 'http://127.1.2.3', 'http://[::1]:8080/v1']) {
      const connection = choose(undefined, address);
      assert.ok(connection.usable && connection.key === 'unneeded' && connection.credential.value !== '', address);
    }
  });

  it('takes the stored key before the environment, and a key there before a token', () => {
    const env = { ANTHROPIC_API_KEY: 'env-key', ANTHROPIC_AUTH_TOKEN: 'env-token' };
    const value = (connection: ReturnType<typeof choose>) =>
      connection.usable && [connection.credential.kind, connection.credential.value];
    assert.deepEqual(value(choose('stored', '', env)), ['apiKey', 'stored']);
    assert.deepEqual(value(choose('  ', '', env)), ['apiKey', 'env-key']);
    assert.deepEqual(value(choose(undefined, '', { ANTHROPIC_AUTH_TOKEN: 'env-token' })), ['authToken', 'env-token']);
    assert.deepEqual(value(choose('sk-ant-oat01-x', '')), ['authToken', 'sk-ant-oat01-x']);
  });

  it("takes the person's address before the environment's before Anthropic's", () => {
    const env = { ANTHROPIC_BASE_URL: 'https://env.example/' };
    const address = (connection: ReturnType<typeof choose>) => connection.usable && connection.baseUrl;
    assert.equal(address(choose('k', 'https://mine.example//', env)), 'https://mine.example');
    assert.equal(address(choose('k', ' ', env)), 'https://env.example');
    assert.equal(address(choose('k', '')), DEFAULT_BASE_URL);
  });
});

describe('a key', () => {
  it('is refused in words when it cannot be one', () => {
    for (const bad of ['', '  ', 'two words', 'line\nbreak', 'kéy', 'zero\u200bwidth'])
      assert.match(keyProblem(bad) ?? '', /\w/);
    assert.equal(keyProblem(' sk-ant-api03-AbC_d-9 '), undefined);
  });
});

import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { maskSecrets } from '../../../src/core/secrets/mask-secrets.ts';

// Put together here, so that no scanner of the repository takes them for real ones.
const random = 'aB3dE6fG9hJ2kL5mN8pQ1rS4tU7vW0xY3zA6bC';
const tokens: Record<string, string> = {
  Anthropic: `sk-ant-api03-${random}`,
  'another model': `sk-proj-${random}`,
  GitHub: `ghp_${random}`,
  'GitHub, of an app': `gho_${random}`,
  'GitHub, fine-grained': `github_pat_11AB_${random}`,
  GitLab: `glpat-${random.slice(0, 20)}`,
  Slack: `xoxb-1234567890-${random}`,
  'Amazon, the name of a key': ['AKIA', 'IOSFODNN7EXAMPL0'].join(''),
  Google: `AIza${random.slice(0, 35)}`,
  npm: `npm_${random.slice(0, 36)}`,
  Stripe: `sk_live_${random}`,
  'a JSON web token': `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${random}`,
};

describe('masked secrets', () => {
  for (const [name, token] of Object.entries(tokens)) {
    it(`of a known form: ${name}`, () => {
      for (const text of [token, `key ${token}.`, `"${token}"`, `KEY=${token}\n`, `{"text":"one\\n${token}"}`]) {
        const masked = maskSecrets(text);
        assert.ok(!masked.includes(token.slice(-12)), `${text} became ${masked}`);
        assert.ok(masked.includes('***'));
      }
    });
  }

  const assigned: [string, string][] = [
    ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'aws_secret_access_key = ***'],
    ['DB_PASSWORD="x9!kLm#2pQ"', 'DB_PASSWORD="***"'],
    ['{"clientSecret": "f8a7s6d5f4a3s2d1"}', '{"clientSecret": "***"}'],
    ['api-key: 7f3kd93jd83jd', 'api-key: ***'],
    ['Authorization: Bearer abcdefghijkl', 'Authorization: Bearer ***'],
    ['authorization: Basic dXNlcjpwYXNz', 'authorization: Basic ***'],
    ['curl -H "Bearer 4f9d8s7f6g5h"', 'curl -H "Bearer ***"'],
    ['postgres://me:hunter2@db.example.org/x', 'postgres://me:***@db.example.org/x'],
    ['https://:p%40ss@example.org', 'https://:***@example.org'],
    ['x-api-key=opaquevalue', 'x-api-key=***'],
  ];
  for (const [text, masked] of assigned) {
    it(`where they are given a name: ${text}`, () => assert.equal(maskSecrets(text), masked));
  }

  it('of a private key, whole, cut off or in one line', () => {
    const lines = Array.from({ length: 4 }, () => randomBytes(48).toString('base64'));
    const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} RSA PRIVATE KEY-----`);
    for (const glue of ['\n', '\r\n', '\\n']) {
      assert.equal(maskSecrets(`a${glue}${[begin, ...lines, 'ab==', end].join(glue)}${glue}b`), `a${glue}***${glue}b`);
      const cut = maskSecrets([begin, ...lines].join(glue));
      for (const line of lines) assert.ok(!cut.includes(line));
    }
  });

  it('that the caller knows, whatever they look like', () => {
    assert.equal(maskSecrets('say plainwords twice: plainwords', ['plainwords', '', 'a']), 'say *** twice: ***');
  });

  const plain = [
    'commit 4f5c2d0b9a7e6f8d1c3b5a7f9e2d4c6b8a0f1e3d',
    'id 123e4567-e89b-12d3-a456-426614174000',
    'sha512-9GoBhDzLCvLOdUqs1Of/wiB9SHTUWoNh6Tm0HLbNhzkFQyj8vhb9Bz7lhGFHBVRXcoFkhPnBEhLtT5aMVEZe4w==',
    `data:image/png;base64,${Buffer.from('not really a picture, but long enough to look like one').toString('base64')}`,
    'The password: it must be at least eight characters long.',
    'const token = process.env.API_TOKEN_2;',
    'password = getPassword(user)',
    'max_tokens: 1234567890',
    'tokenizer: sentencepiece',
    '<div class="sk-fading-circle sk-circle-container-large">',
    'Basic authentication and bearer authentication are described here.',
    'https://example.org:8080/@scope/name',
    'import { secretName } from "./secret-store.ts";',
    'git@github.com:someone/project.git',
    'token_type: bearer',
  ];
  for (const text of plain) it(`leave alone: ${text.slice(0, 60)}`, () => assert.equal(maskSecrets(text), text));

  it('leave hashes, UUIDs and base64 alone, whatever is in them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        const hash = createHash('sha1').update(bytes).digest('hex');
        const text = `${hash} ${randomUUID()} data:image/png;base64,${Buffer.from(bytes).toString('base64')} end`;
        assert.equal(maskSecrets(text), text);
      }),
    );
  });

  it('stay out of a text of any kind around them', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...Object.values(tokens)), fc.string(), (before, token, after) => {
        assert.ok(!maskSecrets(`${before} ${token} ${after}`).includes(token));
      }),
    );
  });

  it('are not found twice: masking what is masked changes nothing', () => {
    for (const [text] of assigned) assert.equal(maskSecrets(maskSecrets(text)), maskSecrets(text));
  });
});

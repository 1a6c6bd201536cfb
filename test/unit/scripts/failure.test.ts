import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { explainNpmFailure, explainSystemError } from '../../../scripts/lib/failure.mjs';

const explained = (output: string) => explainNpmFailure('Chromium', output).message;

describe('what a failed installation says', () => {
  const cases: [string, string, RegExp][] = [
    [
      'an offline machine',
      'npm error code EAI_AGAIN\nnpm error getaddrinfo EAI_AGAIN registry',
      /cannot be reached\. Check the network/,
    ],
    ['a refused connection', 'npm error code ECONNREFUSED', /cannot be reached/],
    ['a refusing registry', 'npm error code E403', /refused it\. Check `npm config get registry`/],
    ['a full disk', 'npm error code ENOSPC\nnpm error nospc write', /the disk is full\. Free some space/],
    [
      'a mirror that is behind',
      'npm error code ETARGET\nnpm error notarget No matching version',
      /A mirror may be behind/,
    ],
    [
      'a lock file out of step',
      'npm ci can only install packages when your package.json and package-lock.json are in sync',
      /Run `npm install`/,
    ],
    ['a folder of root', 'npm error code EACCES', /Make it writable/],
  ];
  for (const [name, output, expected] of cases) {
    it(`names the cause and the next step for ${name}`, () => assert.match(explained(output), expected));
  }

  it('shows the last words of npm for a cause it does not know', () => {
    assert.match(
      explained('npm error one\nnpm error two'),
      /its last words|last words were:\n {2}npm error one\n {2}npm error two/,
    );
  });
});

describe('what a failed system call says', () => {
  it('names the next step for a port that is taken', () => {
    const error = explainSystemError('start the editor', Object.assign(new Error('listen'), { code: 'EADDRINUSE' }));
    assert.match(
      (error as Error).message,
      /Could not start the editor: the port is taken\. Choose another with --port/,
    );
  });

  it('leaves an error alone that it does not know', () => {
    const error = new TypeError('a bug');
    assert.equal(explainSystemError('do it', error), error);
  });
});

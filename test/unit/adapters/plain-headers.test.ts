// Holds our headers against the platform's, whose place they take.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PlainHeaders } from '../../../src/adapters/plain-headers.ts';

type Either = Headers | PlainHeaders;

function both(act: (made: (from?: Record<string, string> | [string, string][]) => Either) => unknown): void {
  assert.deepEqual(
    act((from) => new PlainHeaders(from)),
    act((from) => new Headers(from)),
  );
}

describe('plain headers', () => {
  it('are made from records, pairs and other headers, names in small letters and sorted', () => {
    both((made) => [...made({ 'X-Key': 'a', Accept: 'b' })]);
    both((made) => [
      ...made([
        ['B', '1'],
        ['a', '2'],
        ['b', '3'],
      ]),
    ]);
    assert.deepEqual([...new PlainHeaders(new Headers({ A: '1' }))], [['a', '1']]);
    assert.deepEqual([...new Headers([...new PlainHeaders({ A: '1' })])], [['a', '1']]);
  });

  it('find, replace, append and delete whatever the case of a name', () => {
    both((made) => {
      const headers = made({ Accept: 'x' });
      headers.append('accept', 'y');
      headers.set('Retry-After', ' 3 ');
      headers.set('gone', '1');
      headers.delete('GONE');
      const seen: string[] = [];
      headers.forEach((value, name) => seen.push(`${name}=${value}`));
      return [seen, headers.get('ACCEPT'), headers.get('gone'), headers.has('retry-after'), [...headers.entries()]];
    });
  });
});

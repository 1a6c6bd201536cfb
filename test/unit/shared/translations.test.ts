import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { repositoryFolder } from '../../../scripts/lib/tooling-folder.mjs';
import { toldWords, type ToldWords } from '../../support/told-words.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(path.join(repositoryFolder, name), 'utf8')) as Readonly<Record<string, string>>;
const places = (text: string) => [...new Set(text.match(/\{\d+\}/g))].toSorted();

describe('the German translation', () => {
  const german = read('l10n/bundle.l10n.de.json');
  let told: ToldWords;
  before(async () => {
    told = await toldWords();
  });

  it('has every text that is said to a person, and no other', () => {
    assert.ok(told.texts.length > 300, `Only ${told.texts.length} texts were found.`);
    assert.deepEqual(
      told.texts.filter((text) => !(text in german)),
      [],
      'Add these to l10n/bundle.l10n.de.json.',
    );
    assert.deepEqual(
      Object.keys(german).filter((text) => !told.texts.includes(text)),
      [],
      'Nothing says these any more: take them out of l10n/bundle.l10n.de.json.',
    );
  });

  it('finds each text at its call', () => assert.deepEqual(told.unknown, []));

  it('fills in what the English text fills in, and ends as it does', () => {
    for (const [english, text] of Object.entries(german)) {
      assert.deepEqual(places(text), places(english), english);
      assert.equal(/[.…?:]$/.exec(text)?.[0], /[.…?:]$/.exec(english)?.[0], english);
      assert.notEqual(text.trim(), '', english);
    }
  });

  it('has every text of the manifest', () => {
    assert.deepEqual(
      Object.keys(read('package.nls.de.json')).toSorted(),
      Object.keys(read('package.nls.json')).toSorted(),
    );
  });
});

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { directionOf, t, useWords } from '../../../src/shared/l10n.ts';

describe('words for a person', () => {
  afterEach(() => useWords({}));

  it('are English without translations, with what they name filled in', () => {
    assert.equal(t('Read {0} of {1} files', 2, 'many'), 'Read 2 of many files');
    assert.equal(t('{0} and {0}', 'a'), 'a and a');
  });

  it('are translated by their English text, in the order of the other language', () => {
    useWords({ '{0} of {1}': 'von {1}: {0}' });
    assert.equal(t('{0} of {1}', 1, 9), 'von 9: 1');
    assert.equal(t('Not there'), 'Not there');
  });

  it('keep what looks like a place but is part of a value, and what nothing is given for', () => {
    assert.equal(t('Say {0}', '{1} $& {0}'), 'Say {1} $& {0}');
    assert.equal(t('Say {0} {1}', 'x'), 'Say x {1}');
  });

  it('come from whatever is given: what is no string is left out', () => {
    for (const bad of [undefined, null, 'x', 3, ['a']]) useWords(bad);
    useWords({ Stop: 3, Send: 'Senden', constructor: 'nein' });
    assert.deepEqual([t('Stop'), t('Send'), t('toString')], ['Stop', 'Senden', 'toString']);
  });
});

describe('the direction of a language', () => {
  it('is right to left for those that are written so, whatever the region', () => {
    for (const language of ['ar', 'ar-EG', 'AR', 'he', 'fa_IR', 'ur', 'ckb', 'ku-Arab', 'pa-Arab-PK'])
      assert.equal(directionOf(language), 'rtl', language);
    for (const language of ['en', 'de-AT', 'zh-cn', 'pseudo', 'arn', 'hex', 'fab', '', 'ku', 'tr'])
      assert.equal(directionOf(language), 'ltr', language);
  });
});

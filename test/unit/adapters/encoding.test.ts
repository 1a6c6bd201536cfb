import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, it } from 'mocha';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { decodeText, encodeText } from '../../../src/adapters/text-encoding.ts';
import { FileError } from '../../../src/core/ports.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const notText = (words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof FileError);
  assert.equal(error.reason, 'not_text');
  assert.match(error.message, words);
  return true;
};

const legacy = ['windows1252', 'windows1251', 'shiftjis', 'eucjp', 'gbk', 'gb18030', 'big5', 'euckr', 'koi8r', 'cp437'];
const encodings = [...legacy, 'utf8', 'utf8bom', 'utf16le', 'utf16be'];

describe('text encodings', () => {
  it('refuse what is no text, whatever it could be taken for', async () => {
    for (const [bytes, words] of [
      [[0x61, 0], /NUL bytes/],
      [[0x61, 0xe9, 0x01, 0x02], /not valid UTF-8, nor text in another encoding/],
      [[0xc3, 0xa9, 0xc3, 0xa9, 0x80, 0x0a], /not valid UTF-8/],
      [[0xc3, 0xa9, 0xe2, 0x82], /not valid UTF-8/],
      [[0xef, 0xbb, 0xbf, 0xff], /not valid UTF-8/],
      [[0xff, 0xfe, 0x61], /not valid UTF-16LE/],
      [[0xff, 0xfe, 0, 0, 0x61, 0, 0, 0], /not valid UTF-16LE/],
    ] as const) {
      await assert.rejects(decodeText(Uint8Array.from(bytes), 'a'), notText(words), String(bytes));
    }
    const pixels = Uint8Array.from({ length: 400 }, (_, index) => (index * 37) % 255 || 1);
    await assert.rejects(decodeText(pixels, 'a'), notText(/nor text in another encoding/));
  });

  it('are told from the text where no mark and no setting says them', async () => {
    for (const [encoding, text] of [
      ['windows-1252', 'café\n'],
      ['windows-1252', 'Über die Größe der Straße.\r\n“zitiert” – so\r\n'],
      ['windows-1251', 'Привет, мир. Это тестовый файл.\n'],
      ['koi8-r', 'Привет, мир. Это тестовый файл.\n'],
      ['shift_jis', 'こんにちは、世界。これは試験です。\n'],
      ['euc-jp', 'こんにちは、世界。これは試験です。\n'],
      ['gb18030', '你好，世界。这是一个测试文件。\n'],
      ['big5', '你好，世界。這是一個測試檔案。\n'],
      ['euc-kr', '안녕하세요 세계. 이것은 시험입니다.\n'],
    ] as const) {
      const decoded = await decodeText(iconv.encode(text, encoding), 'a');
      assert.deepEqual(decoded, { text, encoding, bom: false });
    }
    const late = `${'plain text\n'.repeat(20_000)}Привет, мир. Это тестовый файл.\n`;
    assert.ok((await decodeText(iconv.encode(late, 'windows-1251'), 'a')).text === late);
  });

  it('follow the setting where the bytes fit it, and a byte order mark before it', async () => {
    const short = iconv.encode('日本語\n', 'shiftjis');
    assert.deepEqual(await decodeText(short, 'a', 'shiftjis'), { text: '日本語\n', encoding: 'shiftjis', bom: false });
    assert.equal((await decodeText(Buffer.from('plain'), 'a', 'windows1252')).encoding, 'windows1252');
    assert.equal((await decodeText(Buffer.from('\ufeffgrün'), 'a', 'windows1252')).encoding, 'utf-8');
    assert.equal((await decodeText(Buffer.from('a\0b\0'), 'a', 'utf16le')).text, 'ab');
    assert.equal((await decodeText(Buffer.from('Ábel'), 'a', 'windows1252')).text, 'Ábel');
    assert.equal((await decodeText(Buffer.from('grün'), 'a', 'no such')).text, 'grün');
  });

  it('name the character that they cannot express, and write nothing', async () => {
    const like = { encoding: 'windows-1252', bom: false };
    await assert.rejects(
      encodeText('ü\nsee 🎉', like, '/a.txt'),
      notText(/^\/a.txt is in windows-1252, which cannot express “🎉” \(line 2\), so nothing was written/),
    );
    await assert.rejects(encodeText('a', { encoding: 'ebcdic-9', bom: false }, '/a'), notText(/cannot be written/));
    await assert.rejects(encodeText('\ud83c', undefined, '/a'), notText(/half of a character/));
  });

  it('give back any bytes that they took as text', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.array(fc.integer({ min: 0x20, max: 0xff }), { maxLength: 60 }).map((codes) => Uint8Array.from(codes)),
    );
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.option(fc.constantFrom(...encodings), { nil: undefined }),
        async (given, preferred) => {
          const decoded = await decodeText(given, 'a', preferred).catch(() => undefined);
          if (!decoded) return;
          assert.doesNotMatch(decoded.text, /\p{Surrogate}/u);
          assert.deepEqual(Buffer.from(await encodeText(decoded.text, decoded, 'a')), Buffer.from(given));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('give back any text that they can express', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.constantFrom(...encodings), async (text, encoding) => {
        const bytes = await encodeText(text, { encoding, bom: false }, 'a').catch(() => undefined);
        if (!bytes || text.includes('\0') || text.startsWith('\ufeff')) return;
        const decoded = await decodeText(bytes, 'a', encoding).catch(() => undefined);
        if (decoded?.encoding === encoding) assert.equal(decoded.text, text);
      }),
      { numRuns: 300 },
    );
  });
});

describe('files in other encodings', () => {
  const folder = temporaryFolders();

  it('change only where they are edited, byte for byte', async () => {
    const text = 'Über die Größe\r\nder Straße\nzuletzt';
    const root = await folder({ 'a.txt': iconv.encode(text, 'windows-1252') });
    const file = path.join(root, 'a.txt');
    const files = new NodeFileSystem();
    const read = await files.readText(file);
    assert.equal(read.text, text);
    const written = await files.writeText(file, text.replace('Straße', 'Brücke'), read);
    assert.equal(written.encoding, 'windows-1252');
    assert.deepEqual(await readFile(file), iconv.encode(text.replace('Straße', 'Brücke'), 'windows-1252'));
    await assert.rejects(files.writeText(file, 'Привет', written), notText(/cannot express “П” \(line 1\)/));
    assert.deepEqual(await readFile(file), iconv.encode(text.replace('Straße', 'Brücke'), 'windows-1252'));
  });

  it('are read and made in the encoding that the person wants for them', async () => {
    const root = await folder({ 'a.txt': iconv.encode('日本語\n', 'shiftjis') });
    const wanted: Record<string, string> = {
      'a.txt': 'shiftjis',
      'new.txt': 'shiftjis',
      'b.txt': 'utf8bom',
      'c.txt': 'utf16le',
    };
    const files = new NodeFileSystem({ encodingOf: (file) => wanted[path.basename(file)] });
    assert.equal((await files.readText(path.join(root, 'a.txt'))).text, '日本語\n');
    for (const name of ['new.txt', 'b.txt', 'c.txt']) {
      const written = await files.writeText(path.join(root, name), '語', undefined);
      assert.equal(written.text, '語');
      assert.deepEqual(await files.readText(path.join(root, name)), written);
    }
    assert.deepEqual(await readFile(path.join(root, 'new.txt')), iconv.encode('語', 'shiftjis'));
    assert.deepEqual(await readFile(path.join(root, 'b.txt')), Buffer.from('\ufeff語'));
    assert.deepEqual(await readFile(path.join(root, 'c.txt')), Buffer.from('\ufeff語', 'utf16le'));
  });
});

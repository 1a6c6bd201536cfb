import assert from 'node:assert/strict';
import path from 'node:path';
import { PDFDocument } from '@cantoo/pdf-lib';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { NodeFileSystem } from '../../../src/adapters/node-file-system.ts';
import { createPdfPages } from '../../../src/adapters/pdf-pages.ts';
import { fromBase64, toBase64 } from '../../../src/core/tools/files/base64.ts';
import { createFileState } from '../../../src/core/tools/files/file-state.ts';
import { imageSize } from '../../../src/core/tools/files/read-image.ts';
import { createReadTool } from '../../../src/core/tools/files/read-tool.ts';
import type { ToolResult } from '../../../src/core/tools/tool.ts';
import { ToolBench } from '../../support/memory/tool-bench.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAIAAAA2iEnWAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==';
const GIF = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
const WEBP = 'UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==';
const JPEG_HEAD = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0, 7, 0, 9, 1, 1, 0x11, 0];
const jpeg = Uint8Array.from([...JPEG_HEAD, 0xff, 0xd9]);

const png = (): Buffer => Buffer.from(PNG, 'base64');

function widePng(width: number): Buffer {
  const bytes = png();
  bytes.writeUInt32BE(width, 16);
  return bytes;
}

async function pdfOf(pages: number): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  for (let index = 0; index < pages; index += 1) document.addPage([100 + index, 100]);
  return document.save();
}

function block<Type extends string>(result: ToolResult, type: Type) {
  assert.ok(typeof result.content !== 'string');
  const found = result.content.find((candidate) => candidate.type === type);
  assert.ok(found, `a block ${type}`);
  return found as Extract<typeof found, { type: Type }>;
}

const folder = temporaryFolders();

async function benchWith(contents: Readonly<Record<string, string | Uint8Array>>): Promise<ToolBench> {
  const root = await folder(contents);
  const files = new NodeFileSystem();
  const read = createReadTool({ files, fileState: createFileState(), pdf: createPdfPages() });
  return new ToolBench({ files, root, tools: [read] });
}

const read = (file_path: string, rest: object = {}): [string, object] => ['Read', { file_path, ...rest }];

describe('Read of what is no text', () => {
  it('names the kind that it knows, whatever the name says', async () => {
    const bench = await benchWith({
      'a.txt': Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0]),
      program: Buffer.from('\x7fELF\0\0', 'latin1'),
      'photo.png': Uint8Array.from([0, 1, 2]),
      unknown: Uint8Array.from([0, 1, 2]),
      'icon.jpg': Buffer.from('BM\0\0\0', 'latin1'),
    });
    await assert.rejects(bench.call(...read('a.txt')), /a\.txt is a ZIP archive, .* not text/);
    await assert.rejects(bench.call(...read('program')), /is a program or library \(ELF\), not text/);
    await assert.rejects(bench.call(...read('photo.png')), /photo\.png is named like an image but is none.*NUL bytes/);
    await assert.rejects(bench.call(...read('unknown')), /is not a text file.*NUL bytes/);
    await assert.rejects(bench.call(...read('icon.jpg')), /is a BMP image/);
    await assert.rejects(bench.call(...read('unknown', { pages: '1' })), /is no PDF: leave pages out/);
  });

  it('says of a file in another encoding which one that is', async () => {
    const bench = await benchWith({ 'a.txt': Uint8Array.from([0x66, 0xfc, 0x72, 0x0a]) });
    assert.equal(
      await bench.text(...read('a.txt')),
      '[The file is in windows-1252, in which edits are written too.]\n1\tfür',
    );
    await assert.rejects(bench.call(...read('a.txt', { pages: '1' })), /is no PDF: use offset and limit/);
  });
});

describe('Read of an image', () => {
  it('refuses one that is damaged, too large or too wide', async () => {
    const bench = await benchWith({
      'cut.png': png().subarray(0, 40),
      'cut.jpg': Uint8Array.from(JPEG_HEAD),
      'cut.gif': Buffer.from(GIF, 'base64').subarray(0, 30),
      'cut.webp': Buffer.from(WEBP, 'base64').subarray(0, 20),
      'empty.png': widePng(0),
      'wide.png': widePng(8_001),
      'big.png': Buffer.concat([png(), Buffer.alloc(4 * 1024 * 1024)]),
    });
    for (const name of ['cut.png', 'cut.jpg', 'cut.gif', 'cut.webp', 'empty.png'])
      await assert.rejects(bench.call(...read(name)), /begins like an image .* damaged or cut short/, name);
    await assert.rejects(bench.call(...read('wide.png')), /8001 by 3 pixels; at most 8000/);
    await assert.rejects(bench.call(...read('big.png')), /an image of 4\.0 MB, more than can be shown.*smaller copy/);
  });

  it('shows it as what it is, not as what it is called', async () => {
    const images = {
      'a.png': png(),
      'b.png': Buffer.from(GIF, 'base64'),
      c: Buffer.from(WEBP, 'base64'),
      'd.txt': jpeg,
    };
    const bench = await benchWith(images);
    const types = { 'a.png': 'image/png', 'b.png': 'image/gif', c: 'image/webp', 'd.txt': 'image/jpeg' };
    for (const [name, bytes] of Object.entries(images)) {
      const { source } = block(await bench.call(...read(name)), 'image');
      assert.ok(source.type === 'base64');
      assert.equal(source.media_type, types[name as keyof typeof types]);
      assert.deepEqual(Buffer.from(source.data, 'base64'), Buffer.from(bytes));
    }
  });

  it('measures every kind', () => {
    assert.deepEqual(imageSize(png(), 'image/png'), { width: 2, height: 3 });
    assert.deepEqual(imageSize(Buffer.from(GIF, 'base64'), 'image/gif'), { width: 1, height: 1 });
    assert.deepEqual(imageSize(Buffer.from(WEBP, 'base64'), 'image/webp'), { width: 1, height: 1 });
    assert.deepEqual(imageSize(jpeg, 'image/jpeg'), { width: 9, height: 7 });
    const riff = (kind: string, rest: readonly number[]): Uint8Array =>
      Buffer.concat([Buffer.from(`RIFF    WEBP${kind}    `), Buffer.from(rest)]);
    const extended = riff('VP8X', [0, 0, 0, 0, 0x0f, 0x27, 0, 1, 0, 0]);
    assert.deepEqual(imageSize(extended, 'image/webp'), { width: 10_000, height: 2 });
    const lossy = riff('VP8 ', [0, 0, 0, 0x9d, 1, 0x2a, 5, 0, 6, 0]);
    assert.deepEqual(imageSize(lossy, 'image/webp'), { width: 5, height: 6 });
  });
});

describe('Read of a PDF', () => {
  it('refuses pages that are none, too many, or not there', async () => {
    const bench = await benchWith({ 'a.pdf': await pdfOf(30), 'bad.pdf': '%PDF-1.4 nothing else' });
    for (const pages of ['', 'x', '0', '3-2', '1,2', '-3', '1.5', '2 3'])
      await assert.rejects(bench.call(...read('a.pdf', { pages })), /pages must be one page \("3"\) or a range/, pages);
    await assert.rejects(bench.call(...read('a.pdf')), /has 30 pages; without pages .* up to 10/);
    await assert.rejects(bench.call(...read('a.pdf', { pages: '31' })), /has 30 pages; page 31 is behind its end/);
    await assert.rejects(bench.call(...read('a.pdf', { pages: '1-21' })), /asks for 21 pages; at most 20/);
    await assert.rejects(bench.call(...read('bad.pdf')), /begins like a PDF but is damaged/);
  });

  it('refuses one that needs a password', async () => {
    const document = await PDFDocument.create();
    document.addPage();
    document.encrypt({ userPassword: 'secret', ownerPassword: 'more' });
    const bench = await benchWith({ 'a.pdf': await document.save() });
    await assert.rejects(bench.call(...read('a.pdf')), /protected by a password.*copy without one/);
  });

  it('shows the pages that are asked for, or a short one whole', async () => {
    const short = await pdfOf(2);
    const bench = await benchWith({ 'a.pdf': await pdfOf(30), short });
    const widths = async (file: string, pages?: string): Promise<number[]> => {
      const result = await bench.call(...read(file, pages === undefined ? {} : { pages }));
      const { source } = block(result, 'document');
      assert.ok(source.type === 'base64' && source.media_type === 'application/pdf');
      const document = await PDFDocument.load(Buffer.from(source.data, 'base64'));
      return document.getPages().map((page) => page.getWidth() - 99);
    };
    assert.deepEqual(await widths('short'), [1, 2]);
    assert.deepEqual(await widths('a.pdf', '3'), [3]);
    assert.deepEqual(await widths('a.pdf', '2-4'), [2, 3, 4]);
    assert.deepEqual(await widths('a.pdf', '29-40'), [29, 30]);
    assert.equal((await widths('a.pdf', '5-')).length, 20);
    const { text } = block(await bench.call(...read('a.pdf', { pages: '2-4' })), 'text');
    assert.match(text, /^\[Pages 2 to 4 of 30 of the PDF .*a\.pdf\. Ask for more with pages/);
  });

  it('says so where there is nothing to take it apart', async () => {
    const root = await folder({ 'a.pdf': await pdfOf(1) });
    const bench = new ToolBench({ files: new NodeFileSystem(), root, tools: [] });
    const files = new NodeFileSystem();
    const tool = createReadTool({ files, fileState: createFileState() });
    const without = new ToolBench({ files, root: bench.root, tools: [tool] });
    await assert.rejects(
      without.call('Read', { file_path: path.join(root, 'a.pdf') }),
      /is a PDF, which cannot be shown/,
    );
  });
});

describe('base64', () => {
  it('is what Node makes of it, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
        const text = toBase64(bytes);
        assert.equal(text, Buffer.from(bytes).toString('base64'));
        assert.deepEqual(fromBase64(text), bytes);
        assert.deepEqual(fromBase64(`${text.slice(0, 4)}\n${text.slice(4)}`), bytes);
      }),
    );
    for (const text of ['a', 'a=b=', 'ab*d', 'é']) assert.equal(fromBase64(text), undefined);
  });
});

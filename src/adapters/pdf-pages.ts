// Pages of PDFs, with a library that is loaded at the first one.
import { PdfError, type PdfPages } from '../core/tools/files/read-pdf.ts';

export function createPdfPages(): PdfPages {
  return {
    count: async (bytes) => (await load(bytes)).getPageCount(),
    async extract(bytes, from, to) {
      const { PDFDocument } = await import('@cantoo/pdf-lib');
      const whole = await load(bytes);
      try {
        const part = await PDFDocument.create();
        const indices = Array.from({ length: to - from + 1 }, (_, index) => from - 1 + index);
        for (const page of await part.copyPages(whole, indices)) part.addPage(page);
        return await part.save();
      } catch {
        throw new PdfError('damaged');
      }
    },
  };
}

async function load(bytes: Uint8Array) {
  const { EncryptedPDFError, PDFDocument } = await import('@cantoo/pdf-lib');
  try {
    const loaded = await PDFDocument.load(bytes, { updateMetadata: false, throwOnInvalidObject: false });
    if (loaded.getPageCount() > 0) return loaded;
  } catch (error) {
    if (error instanceof EncryptedPDFError) throw new PdfError('encrypted');
  }
  throw new PdfError('damaged');
}

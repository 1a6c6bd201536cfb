// Names for files that are no text, by their first bytes.
import { hasText } from './read-image.ts';

/** Where the bytes begin, what they say, and what such a file is called in a sentence. */
const KINDS: readonly (readonly [at: number, text: string, name: string])[] = [
  [0, 'PK\u0003\u0004', 'a ZIP archive, or a format made of one (a document, a Java or Android archive)'],
  [0, 'PK\u0005\u0006', 'an empty ZIP archive'],
  [0, '\u001f\u008b', 'gzip-compressed data'],
  [0, 'BZh', 'bzip2-compressed data'],
  [0, '\u00fd7zXZ\0', 'xz-compressed data'],
  [0, '(\u00b5/\u00fd', 'zstd-compressed data'],
  [0, '7z\u00bc\u00af\u0027\u001c', 'a 7-Zip archive'],
  [0, 'Rar!\u001a', 'a RAR archive'],
  [257, 'ustar', 'a tar archive'],
  [0, '\u007fELF', 'a program or library (ELF)'],
  [0, '\0asm', 'a WebAssembly module'],
  [0, '\u00ca\u00fe\u00ba\u00be', 'a Java class or a macOS program'],
  [0, '\u00cf\u00fa\u00ed\u00fe', 'a macOS program'],
  [0, 'MZ', 'a Windows program or library'],
  [0, 'SQLite format 3\0', 'an SQLite database'],
  [0, 'BM', 'a BMP image'],
  [0, '\0\0\u0001\0', 'an icon (ICO)'],
  [0, 'II*\0', 'a TIFF image'],
  [0, 'MM\0*', 'a TIFF image'],
  [4, 'ftypavif', 'an AVIF image'],
  [4, 'ftypheic', 'a HEIC image'],
  [4, 'ftyp', 'a video or audio file (MP4)'],
  [0, '\u001aE\u00df\u00a3', 'a video (Matroska or WebM)'],
  [0, 'ID3', 'an MP3 audio file'],
  [0, 'OggS', 'an Ogg audio or video file'],
  [0, 'fLaC', 'a FLAC audio file'],
  [8, 'WAVE', 'a WAV audio file'],
  [0, 'wOFF', 'a font (WOFF)'],
  [0, 'wOF2', 'a font (WOFF2)'],
  [0, '\0\u0001\0\0\0', 'a font (TrueType)'],
  [0, 'OTTO', 'a font (OpenType)'],
  [0, '\u00d0\u00cf\u0011\u00e0', 'an old Microsoft Office document'],
];

/** With its article; undefined for what is not known. */
export function binaryKind(bytes: Uint8Array): string | undefined {
  return KINDS.find(([at, text]) => hasText(bytes, at, text))?.[2];
}

// Images for the model: told by their content, measured, and refused in words where the API would refuse them.
import type { ApiToolResultContent } from '../../messages/api.ts';
import { ToolError } from '../tool.ts';
import { base64Length, toBase64 } from './base64.ts';

export type ResultBlock = Exclude<ApiToolResultContent, string>[number];

export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What the API takes: characters of base64, pixels on a side. */
const MAX_BASE64_CHARS = 5 * 1024 * 1024;
const MAX_PIXELS = 8_000;

/** By the first bytes, whatever the file is called. */
export function imageType(bytes: Uint8Array): ImageType | undefined {
  if (hasText(bytes, 1, 'PNG\r\n\u001a\n')) return 'image/png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg';
  if (hasText(bytes, 0, 'GIF87a') || hasText(bytes, 0, 'GIF89a')) return 'image/gif';
  return hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'WEBP') ? 'image/webp' : undefined;
}

export function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

/**
 * A block for a tool's result. `name` is for the error. Throws `ToolError` for a damaged or too large image: one that the API refuses
 * would make every later request of the conversation fail too.
 */
export function imageBlock(bytes: Uint8Array, type: ImageType, name: string): ResultBlock {
  if (base64Length(bytes.length) > MAX_BASE64_CHARS) {
    const megabytes = (bytes.length / 1024 / 1024).toFixed(1);
    throw new ToolError(
      `${name} is an image of ${megabytes} MB, more than can be shown to you (3.7 MB). Make a smaller copy with a command, if an image tool is installed, and Read that.`,
    );
  }
  const size = isWhole(bytes, type) ? imageSize(bytes, type) : undefined;
  if (!size || size.width === 0 || size.height === 0) {
    throw new ToolError(`${name} begins like an image (${type}) but is damaged or cut short, so it is not shown.`);
  }
  if (Math.max(size.width, size.height) > MAX_PIXELS) {
    throw new ToolError(
      `${name} is ${size.width} by ${size.height} pixels; at most ${MAX_PIXELS} on a side can be shown to you. Make a smaller copy with a command, if an image tool is installed, and Read that.`,
    );
  }
  return { type: 'image', source: { type: 'base64', media_type: type, data: toBase64(bytes) } };
}

/** In pixels; undefined where the header is damaged. */
export function imageSize(bytes: Uint8Array, type: ImageType): Size | undefined {
  const little = (at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  const big = (at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  if (type === 'image/gif') return bytes.length < 10 ? undefined : { width: little(6), height: little(8) };
  if (type === 'image/jpeg') return jpegSize(bytes, big);
  if (type === 'image/webp') return webpSize(bytes, little);
  if (!hasText(bytes, 12, 'IHDR') || bytes.length < 24) return undefined;
  return { width: big(16) * 0x10000 + big(18), height: big(20) * 0x10000 + big(22) };
}

function jpegSize(bytes: Uint8Array, big: (at: number) => number): Size | undefined {
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    // The frame headers; between them lie tables that are numbered alike.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: big(at + 7), height: big(at + 5) };
    const standsAlone = marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    if (marker === 0xff) at += 1;
    else at += standsAlone ? 2 : 2 + Math.max(2, big(at + 2));
  }
  return undefined;
}

function webpSize(bytes: Uint8Array, little: (at: number) => number): Size | undefined {
  if (bytes.length < 30) return undefined;
  if (hasText(bytes, 12, 'VP8X')) {
    return { width: 1 + little(24) + (bytes[26]! << 16), height: 1 + little(27) + (bytes[29]! << 16) };
  }
  if (hasText(bytes, 12, 'VP8L')) {
    const packed = little(21) + little(23) * 0x10000;
    return { width: 1 + (packed & 0x3fff), height: 1 + ((packed >>> 14) & 0x3fff) };
  }
  if (!hasText(bytes, 12, 'VP8 ')) return undefined;
  return { width: little(26) & 0x3fff, height: little(28) & 0x3fff };
}

/** Whether the end is there: a download that broke off has a good header. */
function isWhole(bytes: Uint8Array, type: ImageType): boolean {
  if (type === 'image/png') return hasNear(bytes, 'IEND');
  if (type === 'image/jpeg') return hasNear(bytes, '\u00ff\u00d9');
  if (type === 'image/gif') return bytes.findLast((byte) => byte !== 0) === 0x3b;
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes.subarray(4, 8);
  return first + second * 0x100 + third * 0x10000 + fourth * 0x1000000 + 8 <= bytes.length;
}

/** In the last few kilobytes: cameras and editors append things. */
function hasNear(bytes: Uint8Array, text: string): boolean {
  for (let at = bytes.length - text.length; at >= Math.max(0, bytes.length - 65_536); at -= 1) {
    if (hasText(bytes, at, text)) return true;
  }
  return false;
}

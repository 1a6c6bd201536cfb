// Reads an open file to its end in as few steps as its size allows.
import type { FileHandle } from 'node:fs/promises';

/** `size`: what the system says it holds; it may hold more by now, or, like those that the system makes up, say nothing. */
export async function readWhole(handle: FileHandle, size: number): Promise<Uint8Array> {
  // Node's own way reads in pieces of half a megabyte, one after the other.
  const whole = Buffer.allocUnsafeSlow(size + 1);
  let filled = 0;
  while (filled < whole.length) {
    const { bytesRead } = await handle.read(whole, filled, whole.length - filled);
    filled += bytesRead;
    if (bytesRead === 0 || filled === size) return whole.subarray(0, filled);
  }
  return Buffer.concat([whole, await handle.readFile()]);
}

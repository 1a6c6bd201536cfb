// The names in a ZIP archive, from its central directory (APPNOTE 6.3, section 4.3.12).
const END_OF_DIRECTORY = 0x06054b50;
const ENTRY = 0x02014b50;

/** Throws when the bytes are no ZIP archive. */
export function zipNames(bytes: Buffer): string[] {
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Error('These bytes are no ZIP archive.');
  const names: string[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new Error('The archive is damaged.');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    names.push(bytes.toString('utf8', at + 46, at + 46 + nameLength!));
    at += 46 + nameLength! + extraLength! + commentLength!;
  }
  return names;
}

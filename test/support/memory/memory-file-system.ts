// A file system in memory with links, unsaved buffers and failures on demand, for the core's tests.
import { createHash } from 'node:crypto';
import path from 'node:path';
import { FileError, type FileStat, type FileSystem, type TextFile } from '../../../src/core/ports.ts';

const posix = path.posix;

export class MemoryFileSystem implements FileSystem {
  /** Text by canonical path. */
  readonly texts = new Map<string, string>();
  /** Targets by the path of the link; absolute, or relative to its folder. */
  readonly links = new Map<string, string>();
  /** Text of open editors with unsaved changes, by canonical path. */
  readonly unsaved = new Map<string, string>();
  /** Paths that cannot be resolved. */
  readonly unresolvable = new Set<string>();
  /** Runs before each write's check: the place to change a file behind a tool's back. */
  beforeWrite: ((file: string) => void) | undefined;
  private readonly folders = new Set<string>(['/']);

  constructor(texts: Readonly<Record<string, string>> = {}) {
    for (const [file, text] of Object.entries(texts)) this.put(file, text);
  }

  put(file: string, text: string): void {
    this.texts.set(file, text);
    this.addFolder(posix.dirname(file));
  }

  addFolder(folder: string): void {
    for (let at = folder; !this.folders.has(at); at = posix.dirname(at)) this.folders.add(at);
  }

  async stat(file: string): Promise<FileStat | undefined> {
    const place = this.follow(file);
    const text = this.texts.get(place);
    if (text !== undefined) return { kind: 'file', size: text.length };
    return this.folders.has(place) ? { kind: 'folder', size: 0 } : undefined;
  }

  async list(folder: string): Promise<readonly { name: string; kind: FileStat['kind'] }[]> {
    const place = this.follow(folder);
    if (!this.folders.has(place)) throw new FileError('not_found', `${folder} does not exist.`);
    const inside = (file: string): boolean => posix.dirname(file) === place && file !== place;
    return [
      ...[...this.texts.keys()].filter(inside).map((file) => ({ name: posix.basename(file), kind: 'file' as const })),
      ...[...this.folders].filter(inside).map((file) => ({ name: posix.basename(file), kind: 'folder' as const })),
    ];
  }

  async readBytes(file: string): Promise<Uint8Array> {
    return Buffer.from((await this.readText(file)).text);
  }

  async readText(file: string): Promise<TextFile> {
    const place = this.follow(file);
    const buffer = this.unsaved.get(place);
    const text = buffer ?? this.texts.get(place);
    if (text === undefined && this.folders.has(place)) throw new FileError('is_folder', `${file} is a folder.`);
    if (text === undefined) throw new FileError('not_found', `${file} does not exist.`);
    if (text.includes('\0')) throw new FileError('not_text', `${file} is not a text file.`);
    return asFile(text, buffer !== undefined);
  }

  async writeText(file: string, text: string, like: TextFile | undefined): Promise<TextFile> {
    this.beforeWrite?.(file);
    const place = this.follow(file);
    const now = await this.readText(place).catch(() => undefined);
    if (now?.hash !== like?.hash) throw new FileError('stale', `${file} was changed.`);
    if (now?.unsaved) this.unsaved.set(place, text);
    else this.put(place, text);
    return asFile(text, now?.unsaved ?? false);
  }

  async resolve(file: string): Promise<string | undefined> {
    return this.unresolvable.has(file) ? undefined : this.follow(file);
  }

  private follow(file: string): string {
    let done = '/';
    for (const name of posix.normalize(file).split('/').filter(Boolean)) {
      const place = posix.join(done, name);
      const target = this.links.get(place);
      done = target === undefined ? place : this.follow(posix.resolve(done, target));
    }
    return done;
  }
}

function asFile(text: string, unsaved: boolean): TextFile {
  const hash = createHash('sha256').update(text).digest('hex');
  return { text, encoding: 'utf-8', bom: false, hash, unsaved };
}

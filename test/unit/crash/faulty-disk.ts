// A disk that fails at the k-th step: opens real files whose writes, cuts and syncs are counted, and can be torn, refused or lost.
import { open, stat, truncate, type FileHandle } from 'node:fs/promises';

/**
 * What happens at the step: the power goes, with the step not begun (`off`), half done (`torn`), or with all that was not synced gone
 * (`lost`) or zeroed (`zeroed`); or the step fails once with an error of the system and the next ones work.
 */
export type Fault = 'off' | 'torn' | 'lost' | 'zeroed' | 'ENOSPC' | 'EIO';

export const powerFaults: readonly Fault[] = ['off', 'torn', 'lost', 'zeroed'];
export const errorFaults: readonly Fault[] = ['ENOSPC', 'EIO'];

export class FaultyDisk {
  /** Steps so far. */
  steps = 0;
  /** The power is gone: nothing that runs from here on has happened. */
  off = false;
  private readonly fault: Fault | undefined;
  private readonly failingStep: number;
  /** How long each file was when it was last synced. */
  private readonly synced = new Map<string, number>();

  /** Without a fault it only counts. `failingStep` counts from 1. */
  constructor(fault?: Fault, failingStep = 0) {
    this.fault = fault;
    this.failingStep = failingStep;
  }

  readonly open: typeof open = async (path, flags, mode) => {
    if (this.off) throw systemError('EIO');
    const handle = await open(path, flags, mode);
    return this.wrap(handle, String(path));
  };

  private wrap(handle: FileHandle, path: string): FileHandle {
    const step = this.step.bind(this);
    return new Proxy(handle, {
      get: (target, name) => {
        switch (name) {
          case 'write':
            return (bytes: Buffer, from: number, length: number, at: number) =>
              step(
                path,
                () => target.write(bytes, from, length, at),
                () => target.write(bytes, from, length >> 1, at),
              );
          case 'writeFile':
            return (text: string) =>
              step(
                path,
                () => target.writeFile(text),
                () => target.writeFile(text.slice(0, text.length >> 1)),
              );
          case 'truncate':
            return (length: number) => step(path, () => target.truncate(length));
          case 'sync':
            return () =>
              step(
                path,
                async () => {
                  await target.sync();
                  this.synced.set(path, (await target.stat()).size);
                },
                // A sync that fails may throw away what it could not put on disk.
                () => this.loseUnsynced(path, 'lost'),
              );
          default: {
            const value: unknown = Reflect.get(target, name);
            return typeof value === 'function' ? (value.bind(target) as unknown) : value;
          }
        }
      },
    });
  }

  private async step<Result>(
    path: string,
    work: () => Promise<Result>,
    half?: () => Promise<unknown>,
  ): Promise<Result> {
    if (this.off) throw systemError('EIO');
    if (++this.steps !== this.failingStep || this.fault === undefined) return work();
    if (this.fault === 'ENOSPC' || this.fault === 'EIO') {
      await half?.();
      throw systemError(this.fault);
    }
    this.off = true;
    if (this.fault === 'torn') await half?.();
    if (this.fault === 'lost' || this.fault === 'zeroed') {
      await work().catch(() => undefined);
      await this.loseUnsynced(path, this.fault);
    }
    throw systemError('EIO');
  }

  private async loseUnsynced(path: string, how: 'lost' | 'zeroed'): Promise<void> {
    const size = (await stat(path)).size;
    const kept = Math.min(this.synced.get(path) ?? 0, size);
    await truncate(path, kept);
    // Some file systems keep the length and fill it with nothing.
    if (how === 'zeroed') await truncate(path, size);
  }
}

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: the disk failed`), { code });
}

// A map that holds its newest values up to a size in all: what is older goes.

export interface SizedLimit<Value> {
  /** Most that the values come to, in the unit of `sizeOf`. The newest one stays even if it alone is larger. */
  readonly size: number;
  readonly sizeOf: (value: Value) => number;
  /** Default: any number of them. */
  readonly count?: number;
}

export class NewestBySize<Value> {
  private readonly values = new Map<string, { readonly value: Value; readonly size: number }>();
  private held = 0;
  private readonly limit: SizedLimit<Value>;

  constructor(limit: SizedLimit<Value>) {
    this.limit = limit;
  }

  get count(): number {
    return this.values.size;
  }

  /** What the values come to. */
  get size(): number {
    return this.held;
  }

  get(key: string): Value | undefined {
    return this.values.get(key)?.value;
  }

  /** Makes it the newest. */
  set(key: string, value: Value): void {
    this.delete(key);
    const size = this.limit.sizeOf(value);
    this.values.set(key, { value, size });
    this.held += size;
    const { count = Infinity } = this.limit;
    for (const oldest of this.values.keys()) {
      if (this.values.size === 1 || (this.held <= this.limit.size && this.values.size <= count)) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const found = this.values.get(key);
    if (!found) return;
    this.values.delete(key);
    this.held -= found.size;
  }
}

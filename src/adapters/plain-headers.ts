// The headers of a request or an answer without the global fetch, all of which comes with the global `Headers`: a fifth of a short run's
// start (docs/benchmarks.md). The bundles give the SDK these in their place.

/** As the standard's `Headers`, without its checks of names and values: Node's http client makes those when it sends. */
export class PlainHeaders {
  private readonly values = new Map<string, string>();

  constructor(from: NonNullable<RequestInit['headers']> | PlainHeaders = []) {
    for (const [name = '', value = ''] of Symbol.iterator in from ? from : Object.entries(from)) {
      this.append(name, value.toString());
    }
  }

  get(name: string): string | null {
    return this.values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.values.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    this.values.set(name.toLowerCase(), value.trim());
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${value}`);
  }

  delete(name: string): void {
    this.values.delete(name.toLowerCase());
  }

  forEach(visit: (value: string, name: string) => void): void {
    for (const [name, value] of this) visit(value, name);
  }

  /** Sorted by name, names in small letters. */
  *entries(): Generator<[string, string]> {
    yield* [...this.values].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries();
  }
}

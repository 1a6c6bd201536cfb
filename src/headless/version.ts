// The version of this build, from the package's manifest.
import { readFileSync } from 'node:fs';

/** "0.1.0". The manifest lies one folder up from the bundle, two from its chunks and from the sources. */
export function version(): string {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as Record<string, unknown>;
      if (manifest['name'] === 'capstan') return String(manifest['version']);
    } catch {
      // Not there: the next place.
    }
  }
  return 'unknown';
}

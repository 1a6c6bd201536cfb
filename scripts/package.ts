// `npm run package`: builds and packs out/capstan.vsix.
import { stat } from 'node:fs/promises';
import { reportFailure } from './lib/failure.mjs';
import { packageVsix } from './lib/package-vsix.ts';

try {
  const file = await packageVsix();
  console.log(`${file}: ${((await stat(file)).size / 1024).toFixed(0)} KB`);
} catch (error) {
  reportFailure(error);
}

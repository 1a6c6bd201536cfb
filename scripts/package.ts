// `npm run package [-- --target linux-x64|linux-arm64]`: builds and packs out/capstan.vsix, or the one for that system.
import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { DevFailure, reportFailure } from './lib/failure.mjs';
import { packageVsix } from './lib/package-vsix.ts';

try {
  const { values } = parseArgs({ options: { target: { type: 'string' } } });
  const targets = ['linux-x64', 'linux-arm64'] as const;
  const target = targets.find((one) => one === values.target);
  if (values.target !== undefined && !target) throw new DevFailure(`--target takes ${targets.join(' or ')}.`);
  const file = await packageVsix(target ? { target } : {});
  console.log(`${file}: ${((await stat(file)).size / 1024).toFixed(0)} KB`);
} catch (error) {
  reportFailure(error);
}

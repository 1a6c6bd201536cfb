// `npm run build`: builds what ships into dist/.
import { buildBundles } from './lib/build-bundles.ts';
import { reportFailure } from './lib/failure.mjs';

await buildBundles().catch(reportFailure);

// `node scripts/run.mjs prepare`: brings everything that tests need onto this machine, so that a run only tests.
import { reportFailure } from './lib/failure.mjs';
import { provisionBrowser } from './lib/provision-browser.ts';
import { provisionEditor } from './lib/provision-editor.ts';

try {
  const { origin } = await provisionBrowser();
  await provisionEditor('newest');
  await provisionEditor('oldest');
  console.log(`Ready: dependencies, Chromium (${origin}) and both editors.`);
} catch (error) {
  reportFailure(error);
}

// Starts the headless Chromium that tests and the demo look through.
import { chromium, type Browser } from 'playwright-core';
import { provisionBrowser } from './provision-browser.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
];

/** A headless Chromium with nothing in it. The caller closes it (`browser.close()` or `await using`). */
export async function launchBrowser(): Promise<Browser> {
  const { executable, environment } = await provisionBrowser();
  return chromium.launch({
    executablePath: executable,
    args: FLAGS,
    env: { ...process.env, ...environment },
    headless: true,
    // Whoever started the command decides when it ends; Playwright must not end it on its own.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

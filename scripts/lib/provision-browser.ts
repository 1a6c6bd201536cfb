// Finds a Chromium that starts on this machine, bringing one from npm where it can.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DevFailure } from './failure.mjs';
import { runNpm } from './npm.mjs';
import { withStep } from './progress.mjs';
import { toolingFolder } from './tooling-folder.mjs';
import { folderBytes, megabytes, provideWholeFolder } from './whole-folder.mjs';

export interface ProvisionedBrowser {
  /** The executable, absolute. */
  readonly executable: string;
  /** What to add to the environment so that it finds its libraries and fonts. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where it came from; pictures compare only within one origin. */
  readonly origin: 'CAPSTAN_CHROMIUM' | 'npm' | 'system';
}

const PACKAGE = '@sparticuz/chromium@153.0.0';

const SYSTEM_BROWSERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
};

/**
 * A Chromium that answered when started: the one CAPSTAN_CHROMIUM names, else the npm one (Linux on x64), else one
 * that is installed. Rejects with a DevFailure that says what to install when there is none.
 */
export async function provisionBrowser(): Promise<ProvisionedBrowser> {
  const named = process.env['CAPSTAN_CHROMIUM'];
  if (named) {
    if (starts(named)) return { executable: named, environment: {}, origin: 'CAPSTAN_CHROMIUM' };
    throw new DevFailure(`CAPSTAN_CHROMIUM names ${named}, which does not start. Correct it or leave it out.`);
  }
  const reasons: string[] = [];
  if (process.platform === 'linux' && process.arch === 'x64') {
    try {
      const found = await browserFromNpm();
      if (found) return found;
      reasons.push(`the one from ${PACKAGE} lacks system libraries`);
    } catch (error) {
      if (!(error instanceof DevFailure)) throw error;
      reasons.push(error.message);
    }
  }
  const installed = SYSTEM_BROWSERS[process.platform]?.map(onPath).find((file) => file && starts(file));
  if (installed) return { executable: installed, environment: {}, origin: 'system' };
  throw new DevFailure(
    `No Chromium starts on this machine${reasons.length > 0 ? ` (${reasons.join('; ')})` : ''}. ` +
      'Install one (on Debian or Ubuntu: `sudo apt-get install chromium`) or set CAPSTAN_CHROMIUM to a Chromium or Chrome, and run the command again.',
  );
}

async function browserFromNpm(): Promise<ProvisionedBrowser | undefined> {
  const folder = path.join(toolingFolder(), 'browser-153.0.0');
  await provideWholeFolder({
    folder,
    stamp: `${PACKAGE} recipe 1\n`,
    build: installBrowser,
    onWait: (holder) => process.stderr.write(`Waiting for process ${holder}, which is installing Chromium …\n`),
  });
  const executable = path.join(folder, 'chromium');
  const fonts = existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: path.join(folder, 'fonts') };
  // The package's own NSS and its kin serve only where the system has none.
  const libraries = { LD_LIBRARY_PATH: path.join(folder, 'al2023', 'lib') };
  for (const environment of [fonts, { ...fonts, ...libraries }]) {
    if (starts(executable, environment)) return { executable, environment, origin: 'npm' };
  }
  return undefined;
}

async function installBrowser(folder: string): Promise<void> {
  await withStep('Installing Chromium 153 for tests (about 70 MB to download)', async (step) => {
    await writeFile(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    await runNpm({ what: 'Chromium', args: ['install', PACKAGE], folder });
    step.update('unpacking');
    unpackBrowser(folder);
    await rm(path.join(folder, 'node_modules'), { recursive: true });
    await mkdir(path.join(folder, 'fonts', 'fonts'), { recursive: true });
    await writeFile(path.join(folder, 'fonts', 'fonts.conf'), FONTS_CONFIGURATION);
    step.done(`${megabytes(await folderBytes(folder))} on disk, kept for next time`);
  });
}

/** The package unpacks into the process's temporary folder, so a process with its own one does it. */
function unpackBrowser(folder: string): void {
  const script = `
    import { inflate } from '@sparticuz/chromium';
    const archives = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br'];
    await Promise.all(archives.map((name) => inflate('node_modules/@sparticuz/chromium/bin/' + name)));`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder },
    encoding: 'utf8',
  });
  if (status === 0) return;
  if (/ENOSPC/.test(stderr)) {
    throw new DevFailure('Could not unpack Chromium: the disk is full. Free about 300 MB and run the command again.');
  }
  throw new DevFailure(`Could not unpack Chromium. Run the command again; if it fails again:\n${stderr.trim()}`);
}

// The packaged configuration names the folders of another system.
const FONTS_CONFIGURATION = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

function onPath(name: string): string | undefined {
  if (path.isAbsolute(name)) return existsSync(name) ? name : undefined;
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

function starts(executable: string, environment: Readonly<Record<string, string>> = {}): boolean {
  const { status } = spawnSync(executable, ['--version'], {
    env: { ...process.env, ...environment },
    timeout: 20_000,
    stdio: 'ignore',
  });
  return status === 0;
}

// Opens an address in the person's browser, where there is one.
import { spawn } from 'node:child_process';

/** Never fails: without a desktop, or without an opener, nothing happens and the answer is false. */
export async function openAddress(address: string): Promise<boolean> {
  const command = opener();
  if (!command) return false;
  const [program, ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

function opener(): [string, ...string[]] | undefined {
  if (process.env['CI']) return undefined;
  if (process.platform === 'darwin') return ['open'];
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined;
}

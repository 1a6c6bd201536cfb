// Loaded into an extension host before its own code: says what the process holds when a signal asks, as it stands and after a collection.
const { renameSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const folder = process.env.CAPSTAN_HOST_PROBE;

if (folder && process.argv.includes('--type=extensionHost')) {
  const say = (name, value) => {
    const file = path.join(folder, name);
    // Whoever waits for it never finds half of it.
    writeFileSync(`${file}.new`, JSON.stringify(value));
    renameSync(`${file}.new`, file);
  };
  process.on('SIGUSR2', () => {
    const standing = process.memoryUsage();
    // The last resort also gives back what V8 keeps for speed; the second one frees what the first found.
    for (let time = 0; time < 2; time += 1) globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    setTimeout(() => say('memory', { standing, collected: process.memoryUsage() }), 500);
  });
  say('pid', process.pid);
}

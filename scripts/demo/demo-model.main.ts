/** Starts the demo model by hand: `node scripts/demo/demo-model.main.ts [--port N]` prints its address and runs until stopped. */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { startDemoModel } from './demo-model.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port takes a number from 0 to 65535, not "${values.port}".`);
  process.exit(2);
}
try {
  await using demo = await startDemoModel({ port });
  console.log(demo.url);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
} catch (error) {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  console.error(taken ? `Port ${port} is taken. Choose another with --port, or leave it out.` : error);
  process.exitCode = 1;
}

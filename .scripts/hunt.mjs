// @ts-check
/** `npm run hunt -- ...`: the command line from a clone, doing its own set-up, in the folder the user is in. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureBuilt, ensureDependencies, root } from './setup.mjs';

await ensureDependencies();
await ensureBuilt();

const child = spawn(process.execPath, [path.join(root, 'out', 'cli.cjs'), ...process.argv.slice(2)], {
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
  stdio: 'inherit',
});
// The terminal sends Ctrl+C to the child as well; this process waits for it to clean up.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => {
  process.exitCode = signal ? 1 : (code ?? 1);
});

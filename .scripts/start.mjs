// @ts-check
/**
 * `npm start`: installs, builds, and opens VS Code with the extension and the sample hunt. The desktop VS Code where
 * one is installed or can be downloaded; else the browser-hosted one, whose address is printed. Ends with Ctrl+C, or
 * when the desktop window is closed.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from './process.mjs';
import { ensureBuilt, ensureDependencies, root } from './setup.mjs';

await ensureDependencies();
await ensureBuilt();
const { describeHost, findHost } = await import('./vscodeHost/findHost.mjs');
const { openerOf, quietSettings, startServer } = await import('./vscodeHost/server.mjs');

const folder = path.join(root, 'media', 'samples', 'port-scan');
const notebook = path.join(folder, 'port-scan.hunt.md');

/** @param {string} executable */
async function openDesktop(executable) {
  const scratch = await mkdtemp(path.join(tmpdir(), 'hunt-start-'));
  const settings = path.join(scratch, 'User', 'settings.json');
  await mkdir(path.dirname(settings));
  await writeFile(settings, JSON.stringify(quietSettings, undefined, 2));
  const opener = openerOf(notebook);
  const args = [
    ...['--new-window', '--wait', '--disable-workspace-trust', '--skip-welcome', '--skip-release-notes'],
    // Chromium refuses to run as root in its sandbox.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    `--user-data-dir=${scratch}`,
    ...[root, ...opener.extensions].map((place) => `--extensionDevelopmentPath=${place}`),
    folder,
  ];
  try {
    await run(executable, args, { env: { ...process.env, ...opener.env } });
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** @returns {Promise<void>} */
async function openInBrowser() {
  const port = process.env['PORT'];
  const server = await startServer({
    linked: [root],
    notebook,
    ...(port === undefined ? {} : { port: Number(port) }),
  });
  console.log('\nOpen this address in a browser (Ctrl+C stops the server):\n');
  console.log(`  ${server.address({ folder })}\n`);
  /** @type {Promise<string>} */
  const stopped = new Promise((resolve) => {
    process.once('SIGINT', () => resolve('stopped'));
    process.once('SIGTERM', () => resolve('stopped'));
  });
  const reason = await Promise.race([stopped, server.ended]);
  await server.stop();
  if (reason !== 'stopped') throw new Error(`The VS Code server ended by itself with code ${reason}.`);
}

const host = await findHost({ prefer: 'installed' });
console.log(describeHost(host));
await (host.kind === 'desktop' ? openDesktop(host.executable) : openInBrowser());

// @ts-check
/** Runs out/test/vscode/index.cjs inside a VS Code. Its own process, so that the caller can read what it prints. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';
import { root } from '../setup.mjs';
import { describeHost, findHost } from './findHost.mjs';
import { startPageBridge } from './pageBridge.mjs';

/** The desktop window's page, over the DevTools protocol. @param {number} port */
function desktopPage(port) {
  /** @type {Promise<import('playwright-core').Page> | undefined} */
  let found;
  return async () => {
    found ??= import('playwright-core').then(async ({ chromium }) => {
      const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
      const pages = browser.contexts().flatMap((context) => context.pages());
      const page = pages.find((candidate) => candidate.url().includes('workbench'));
      if (page === undefined) throw new Error('The VS Code window has no page.');
      return page;
    });
    return found;
  };
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0));
    });
  });
}

const host = await findHost({ prefer: 'downloaded' });
console.log(describeHost(host));
const scratch = await mkdtemp(path.join(tmpdir(), 'hunt-vscode-tests-'));
const workspace = path.join(scratch, 'samples');
await cp(path.join(root, 'media', 'samples'), workspace, { recursive: true });

const debugPort = await freePort();
const bridge = host.kind === 'desktop' ? await startPageBridge(desktopPage(debugPort)) : undefined;
const launchArgs = [
  workspace,
  `--user-data-dir=${path.join(scratch, 'user-data')}`,
  `--extensions-dir=${path.join(scratch, 'extensions')}`,
  ...(bridge === undefined ? [] : [`--remote-debugging-port=${debugPort}`]),
];
try {
  await runTests({
    vscodeExecutablePath:
      host.kind === 'desktop' ? host.executable : fileURLToPath(new URL('code.mjs', import.meta.url)),
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, 'out', 'test', 'vscode', 'index.cjs'),
    launchArgs,
    extensionTestsEnv:
      bridge === undefined ? { TEST_LOG_PREFIX: '@@test ' } : { HUNT_PAGE_BRIDGE: bridge.url },
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  bridge?.close();
  await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
}

// @ts-check
/**
 * `npm run screenshot`: opens a copy of the sample hunt in the browser-hosted VS Code, presses Run All, waits for the
 * tables under the cells and writes media/screenshot.png.
 *
 *   --theme light|dark   (default dark)      --to FILE.png
 *   --at SELECTOR        scrolls to the first match in the outputs before the picture (default: the second table)
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureDependencies, root } from './setup.mjs';

await ensureDependencies();
await ensureBuilt();
const { chromium } = await import('playwright-core');
const { chromiumArguments, findChromium } = await import('./vscodeHost/chromium.mjs');
const { quietSettings, startServer } = await import('./vscodeHost/server.mjs');
const { visible } = await import('./vscodeHost/pageBridge.mjs');

const { values } = parseArgs({
  options: {
    theme: { type: 'string', default: 'dark' },
    to: { type: 'string', default: path.join(root, 'media', 'screenshot.png') },
    at: { type: 'string', default: '.hunt-grid' },
  },
});

const waitMs = 120_000;
const colorTheme = values.theme === 'light' ? 'Default Light Modern' : 'Default Dark Modern';

/** Settings that leave the picture to the notebook. */
const settings = {
  ...quietSettings,
  'workbench.colorTheme': colorTheme,
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'window.commandCenter': false,
  'explorer.openEditors.visible': 0,
  'outline.collapseItems': 'alwaysCollapse',
  'notebook.output.wordWrap': false,
};

/** @param {import('playwright-core').Page} page */
async function runAll(page) {
  await page.locator('.code-cell-row .monaco-editor').first().waitFor({ timeout: waitMs });
  const toolbar = page.locator('.notebook-toolbar-container');
  await toolbar.getByRole('button', { name: 'Run All' }).first().click();
  await page.locator('.code-cell-row .codicon-notebook-state-success').first().waitFor({ timeout: waitMs });
  const busy = page.locator('.codicon-notebook-state-executing, .codicon-notebook-state-pending');
  await busy.first().waitFor({ state: 'detached', timeout: waitMs });
}

const scratch = await mkdtemp(path.join(tmpdir(), 'hunt-screenshot-'));
const folder = path.join(scratch, 'port-scan');
await cp(path.join(root, 'media', 'samples', 'port-scan'), folder, { recursive: true });
const server = await startServer({ settings });
const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArguments });
try {
  const page = await browser.newPage({
    viewport: { width: 1600, height: 1000 },
    colorScheme: values.theme === 'light' ? 'light' : 'dark',
  });
  await page.goto(
    server.address({ folder, file: path.join(folder, 'port-scan.hunt.md'), developmentPaths: [root] }),
    { waitUntil: 'commit', timeout: waitMs },
  );
  await runAll(page);
  const table = await visible(page, { selector: values.at, timeoutMs: waitMs });
  await table.first().scrollIntoViewIfNeeded();
  await page.screenshot({ path: values.to });
  console.log(`Wrote ${values.to}`);
} catch (error) {
  const [page] = browser.contexts().flatMap((context) => context.pages());
  await page?.screenshot({ path: path.join(tmpdir(), 'hunt-screenshot-failed.png') });
  throw error;
} finally {
  await browser.close();
  await server.stop();
  await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
}

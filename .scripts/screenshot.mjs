// @ts-check
/**
 * `npm run screenshot`: opens a copy of the sample hunt in the browser-hosted VS Code, presses Run All, waits until every
 * cell has ended, scrolls and writes media/screenshot.png.
 *
 *   --theme light|dark   (default dark)      --to FILE.png
 *   --at TEXT            the code cell with this text stands near the top of the picture (default: the second find-scans)
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

const { values } = parseArgs({
  options: {
    theme: { type: 'string', default: 'dark' },
    to: { type: 'string', default: path.join(root, 'media', 'screenshot.png') },
    at: { type: 'string', default: 'exclude:' },
  },
});

const waitMs = 300_000;
const pollMs = 250;
/** For the grid to draw the rows in view, and for fading scroll bars to be gone. */
const settleMs = 2500;
/** Half of the width at which a README shows it, drawn with two pixels for each, so that the text stays sharp. */
const viewport = { width: 1100, height: 1050 };
/** Room above the chosen cell, for the prose that leads to it. */
const roomAbove = 104;
const edge = 12;
/** Cells above still grow while they are drawn, so a pixel cannot be hit. */
const nearEnough = 8;
/** Text of the sample's last code cell. */
const lastCell = 'map-ttps:';
const colorTheme = values.theme === 'light' ? 'Default Light Modern' : 'Default Dark Modern';

/** Settings that leave the picture to the notebook. */
const settings = {
  ...quietSettings,
  'workbench.colorTheme': colorTheme,
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'workbench.statusBar.visible': false,
  'workbench.tips.enabled': false,
  'window.commandCenter': false,
  'window.menuBarVisibility': 'hidden',
  'notebook.showCellStatusBar': 'visible',
};

/** @param {import('playwright-core').Page} page */
async function runAll(page) {
  await page.locator('.code-cell-row .monaco-editor').first().waitFor({ timeout: waitMs });
  const toolbar = page.locator('.notebook-toolbar-container');
  await page.keyboard.press('Control+B');
  await toolbar.getByRole('button', { name: 'Run All' }).first().click();
  // Cells run in order, so the last has ended when all have; only cells in view are in the page.
  const last = await scrollToCell(page, lastCell);
  await last.locator('.codicon-notebook-state-success').waitFor({ timeout: waitMs });
}

/**
 * Turns the wheel over the notebook until the cell stands where it should. Cells outside the view are not in the page, so
 * the cell is looked for on the way down (1) or up (-1).
 * @param {import('playwright-core').Page} page @param {string} text @param {1 | -1} [direction]
 * @returns {Promise<import('playwright-core').Locator>} the cell
 */
async function scrollToCell(page, text, direction = 1) {
  const notebook = await page.locator('.notebookOverlay .cell-list-container').first().boundingBox();
  if (notebook === null) throw new Error('The notebook has no place in the window.');
  // At the left edge, since a table under the pointer would take the wheel for itself.
  await page.mouse.move(notebook.x + edge, notebook.y + notebook.height / 2);
  const cell = page.locator('.code-cell-row', { hasText: text }).first();
  const deadline = Date.now() + waitMs;
  while (Date.now() < deadline) {
    const box = (await cell.isVisible()) ? await cell.boundingBox() : null;
    if (box !== null && Math.abs(box.y - notebook.y - roomAbove) < nearEnough) return cell;
    await page.mouse.wheel(
      0,
      box === null ? direction * notebook.height * 0.5 : box.y - notebook.y - roomAbove,
    );
    await page.waitForTimeout(pollMs);
  }
  throw new Error(`No code cell with the text ${text} came into view.`);
}

const scratch = await mkdtemp(path.join(tmpdir(), 'hunt-screenshot-'));
const folder = path.join(scratch, 'port-scan');
await cp(path.join(root, 'media', 'samples', 'port-scan'), folder, {
  recursive: true,
  filter: (source) => !source.endsWith('.hunt.results'),
});
const notebook = path.join(folder, 'port-scan.hunt.md');
const server = await startServer({ settings, linked: [root], notebook });
const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArguments });
try {
  const page = await browser.newPage({
    viewport,
    deviceScaleFactor: 2,
    colorScheme: values.theme === 'light' ? 'light' : 'dark',
  });
  await page.goto(server.address({ folder }), {
    waitUntil: 'commit',
    timeout: waitMs,
  });
  await runAll(page);
  await scrollToCell(page, values.at, -1);
  const outputs = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  await outputs.locator('.hunt-grid:visible').first().waitFor({ timeout: waitMs });
  await page.mouse.move(1, 1);
  await page.waitForTimeout(settleMs);
  await page.screenshot({ path: values.to });
  console.log(`Wrote ${values.to}`);
} catch (error) {
  const [page] = browser.contexts().flatMap((context) => context.pages());
  const picture = path.join(tmpdir(), 'hunt-screenshot-failed.png');
  await page?.screenshot({ path: picture });
  console.error(`The window is in ${picture}.`);
  throw error;
} finally {
  await browser.close();
  await server.stop();
  await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
}

/** A real headless Chromium with the bundled renderer in a small page that stands for the notebook's webview. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

const usualPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Returns the path of a Chromium; throws when there is none, since a skipped grid test tests nothing. */
function chromiumPath(): string {
  const path = [process.env['CHROMIUM_PATH'] ?? '', ...usualPaths].find((candidate) => existsSync(candidate));
  if (!path)
    throw new Error(
      'The grid tests need Chromium. `npm test` installs it; or set CHROMIUM_PATH to a Chromium, Chrome or Edge.',
    );
  return path;
}

export interface Harness {
  readonly browser: Browser;
  /** Opens a fresh page with the renderer activated as `window.hunt`. */
  open(): Promise<Page>;
  close(): Promise<void>;
}

const origin = 'http://localhost/';

/** Bundles the renderer as the build does and starts the browser. */
export async function openHarness(): Promise<Harness> {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('../../src/renderer/renderer.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    loader: { '.css': 'text' },
  });
  const script = bundle.outputFiles[0]?.text ?? '';
  const html = await readFile(new URL('harness.html', import.meta.url), 'utf8');
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  return {
    browser,
    async open() {
      const context = await browser.newContext({
        viewport: { width: 1100, height: 700 },
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      const page = await context.newPage();
      await page.route(`${origin}**`, (route) =>
        route.request().url().endsWith('renderer.js')
          ? route.fulfill({ body: script, contentType: 'text/javascript' })
          : route.fulfill({ body: html, contentType: 'text/html' }),
      );
      await page.goto(origin);
      await page.waitForSelector('body[data-ready]');
      return page;
    },
    close: () => browser.close(),
  };
}

#!/usr/bin/env node
// @ts-check
/**
 * Stands in for the `code` executable where there is no desktop VS Code: takes the arguments that runTests() of
 * @vscode/test-electron gives ([folder] --extensionDevelopmentPath= --extensionTestsPath= --user-data-dir=
 * --extensions-dir=), runs the suite in the VS Code server with Chromium as its window, and exits with the suite's
 * code: 124 when no result came in time. The suite marks its own lines with TEST_LOG_PREFIX; only those are printed,
 * unless HUNT_VSCODE_VERBOSE is set.
 */
import { format } from 'node:util';
import { chromiumArguments, findChromium } from './chromium.mjs';
import { startPageBridge } from './pageBridge.mjs';
import { startServer } from './server.mjs';

const timeoutMs = Number(process.env['HUNT_VSCODE_TIMEOUT_MS'] ?? 600_000);
const pageTimeoutMs = 120_000;
const prefix = process.env['TEST_LOG_PREFIX'] ?? '@@test ';

/** @param {string} name */
const valuesOf = (name) =>
  process.argv.filter((word) => word.startsWith(`--${name}=`)).map((word) => word.slice(name.length + 3));

/** What to undo at the end, last first. @type {(() => unknown)[]} */
const cleanups = [];
let isEnding = false;

/** @param {number} code */
async function end(code) {
  if (isEnding) return;
  isEnding = true;
  for (const cleanup of cleanups.reverse()) await Promise.resolve(cleanup()).catch(console.error);
  process.exit(code);
}
process.on('SIGINT', () => void end(130)).on('SIGTERM', () => void end(143));

/** Prints a line of the workbench's log if the suite wrote it. @param {string} type @param {unknown[]} values */
function print(type, values) {
  const line = format(...values);
  if (line.startsWith(prefix)) console.log(line.slice(prefix.length).replaceAll(`\n${prefix}`, '\n'));
  else if (process.env['HUNT_VSCODE_VERBOSE']) console.error(`[${type}] ${line}`);
}

/** @returns {Promise<number>} the suite's exit code */
async function runSuite() {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    args: chromiumArguments,
    handleSIGINT: false,
    handleSIGTERM: false,
  });
  cleanups.push(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  const bridge = await startPageBridge(() => Promise.resolve(page));
  cleanups.push(bridge.close);
  const server = await startServer({
    env: { ...process.env, HUNT_PAGE_BRIDGE: bridge.url, TEST_LOG_PREFIX: prefix },
    userData: valuesOf('user-data-dir')[0],
    extensions: valuesOf('extensions-dir')[0],
    isForTests: true,
  });
  cleanups.push(server.stop);

  await page.exposeFunction('codeAutomationLog', print);
  /** @type {Promise<number>} */
  const result = new Promise((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
  const folder = process.argv.slice(2).find((word) => !word.startsWith('-'));
  await page.goto(
    server.address({
      folder,
      developmentPaths: valuesOf('extensionDevelopmentPath'),
      testsPath: valuesOf('extensionTestsPath')[0],
    }),
    // The suite has its own time limits; a busy machine may take long to load the workbench.
    { waitUntil: 'commit', timeout: pageTimeoutMs },
  );
  /** @type {Promise<number>} */
  const tooLate = new Promise((resolve) => setTimeout(() => resolve(124), timeoutMs).unref());
  const died = server.ended.then((code) => {
    throw new Error(`The VS Code server ended with code ${code} during the tests.`);
  });
  const code = await Promise.race([result, tooLate, died]);
  if (code === 124) {
    await page.screenshot({ path: 'vscode-host-timeout.png' });
    console.error(`No result after ${timeoutMs} ms; the window is in vscode-host-timeout.png.`);
  }
  return code;
}

await runSuite().then(end, (/** @type {unknown} */ error) => {
  if (!isEnding) console.error(error);
  return end(1);
});

// @ts-check
/** Finds a Chromium that can be driven, or installs one. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstExecutable, onPath, run } from '../process.mjs';

/** Flags that a container without a GPU and with a small /dev/shm needs. */
export const chromiumArguments = ['--disable-gpu', '--disable-dev-shm-usage', '--no-sandbox'];

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

const usualPlaces = [
  '/usr/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ...['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) => {
    const folder = process.env[variable];
    if (folder === undefined) return [];
    return ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'].map(
      (file) => path.join(folder, file),
    );
  }),
];

/**
 * Returns the path of a Chromium: CHROMIUM_PATH, an installed one, else one installed now (Debian's package, then
 * playwright's own download). Rejects with the command to run where none can be had.
 * @returns {Promise<string>}
 */
export async function findChromium() {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') {
    const file = await firstExecutable([named]);
    if (file === undefined) throw new Error(`CHROMIUM_PATH names ${named}, which cannot be executed.`);
    return file;
  }
  return (
    (await installed()) ??
    (await installWithApt()) ??
    (await installWithPlaywright()) ??
    Promise.reject(missing())
  );
}

/** @returns {Promise<string | undefined>} */
async function installed() {
  for (const name of names) {
    const file = await onPath(name);
    if (file !== undefined) return file;
  }
  return (await firstExecutable(usualPlaces)) ?? playwrights();
}

/** The browser that playwright downloaded, if it did. */
async function playwrights() {
  const { chromium } = await import('playwright-core');
  return firstExecutable([chromium.executablePath()]);
}

/** @returns {Promise<string | undefined>} */
async function installWithApt() {
  if ((await onPath('apt-get')) === undefined) return undefined;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !(await hasPasswordlessSudo())) return undefined;
  console.error('Installing Chromium (apt-get) ...');
  const asRoot = isRoot ? [] : ['sudo', '-n'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    for (const step of [
      ['apt-get', 'update', '-q'],
      ['apt-get', 'install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
    ]) {
      const [command = '', ...args] = [...asRoot, ...step];
      await run(command, args, { env, output: 'stderr' });
    }
  } catch (error) {
    console.error(
      `apt-get could not install Chromium: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return installed();
}

async function hasPasswordlessSudo() {
  if ((await onPath('sudo')) === undefined) return false;
  return run('sudo', ['-n', 'true'], { output: 'stderr' }).then(
    () => true,
    () => false,
  );
}

/** @returns {Promise<string | undefined>} */
async function installWithPlaywright() {
  console.error('Downloading Chromium (playwright) ...');
  const cli = fileURLToPath(new URL('cli.js', import.meta.resolve('playwright-core/package.json')));
  try {
    await run(process.execPath, [cli, 'install', 'chromium'], { output: 'stderr' });
  } catch (error) {
    console.error(
      `playwright could not download it: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return playwrights();
}

function missing() {
  return new Error(
    'The browser-hosted VS Code needs Chromium, and none is installed. Install it with ' +
      '`sudo apt-get update && sudo apt-get install -y chromium` (or any Chrome or Edge), ' +
      'or set CHROMIUM_PATH to its executable.',
  );
}

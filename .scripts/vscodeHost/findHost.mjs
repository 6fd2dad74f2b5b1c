// @ts-check
/** Decides which VS Code runs: the desktop one, or the server of `code-server` with Chromium as its window. */
import path from 'node:path';
import { firstExecutable, onPath, runToCode } from '../process.mjs';
import { cacheFolder } from './cache.mjs';

/** How long the download service may take to answer before it counts as out of reach. */
const probeTimeoutMs = 5000;

/**
 * @typedef {{ kind: 'desktop', executable: string, version: string }} DesktopHost
 * @typedef {{ kind: 'browser', because: string }} BrowserHost
 */

/**
 * Returns the host to use. Tests prefer the downloaded VS Code, whose version is known; a person prefers the one that
 * is installed. HUNT_VSCODE_HOST=desktop|browser forces the choice.
 * @param {{ prefer: 'downloaded' | 'installed' }} options
 * @returns {Promise<DesktopHost | BrowserHost>}
 */
export async function findHost({ prefer }) {
  const forced = process.env['HUNT_VSCODE_HOST'];
  if (forced === 'browser') return { kind: 'browser', because: 'HUNT_VSCODE_HOST=browser' };
  /** @type {string[]} */
  const obstacles = [];
  if (!hasDisplay()) obstacles.push('there is no display');
  else {
    const ways = prefer === 'installed' ? [findInstalled, download] : [download, findInstalled];
    for (const way of ways) {
      const found = await way();
      if ('executable' in found) return { kind: 'desktop', ...found };
      obstacles.push(found.because);
    }
  }
  if (forced === 'desktop') throw new Error(`No desktop VS Code: ${obstacles.join('; ')}.`);
  return { kind: 'browser', because: obstacles.join('; ') };
}

/** One line that says which host runs. @param {DesktopHost | BrowserHost} host */
export function describeHost(host) {
  return host.kind === 'desktop'
    ? `VS Code host: desktop VS Code ${host.version} (${host.executable})`
    : `VS Code host: VS Code server of code-server, in Chromium (no desktop VS Code: ${host.because})`;
}

/** Whether a window can be shown. Under xvfb-run there is a DISPLAY; without any, the browser-hosted VS Code needs none. */
function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/** @typedef {{ executable: string, version: string } | { because: string }} Found */

/** @returns {Promise<Found>} */
async function download() {
  const { downloadAndUnzipVSCode, SilentReporter } = await import('@vscode/test-electron');
  const { fetchStableVersions } = await import('@vscode/test-electron/out/download.js');
  try {
    const [version] = await fetchStableVersions(true, probeTimeoutMs);
    if (version === undefined) return { because: 'the download service names no version' };
    console.error(`Downloading VS Code ${version}, unless it is cached ...`);
    const executable = await downloadAndUnzipVSCode({
      version,
      cachePath: path.join(cacheFolder, 'vscode-desktop'),
      reporter: new SilentReporter(),
    });
    return (await canStart(executable))
      ? { executable, version }
      : { because: 'the downloaded one cannot start here (missing system libraries)' };
  } catch (error) {
    return { because: `it cannot be downloaded (${error instanceof Error ? error.message : String(error)})` };
  }
}

/** @returns {Promise<Found>} */
async function findInstalled() {
  const executable = await findCode();
  if (executable === undefined) return { because: 'none is installed' };
  return { executable, version: 'installed' };
}

/** The executable of an installed VS Code: on PATH, or in the usual place of each system. */
async function findCode() {
  const { LOCALAPPDATA = '', PROGRAMFILES = '' } = process.env;
  const windows = [path.join(LOCALAPPDATA, 'Programs'), PROGRAMFILES].map((folder) =>
    path.join(folder, 'Microsoft VS Code', 'Code.exe'),
  );
  const places = {
    darwin: ['/Applications/Visual Studio Code.app/Contents/MacOS/Electron'],
    win32: windows,
    linux: ['/usr/share/code/code', '/opt/visual-studio-code/code', '/snap/code/current/usr/share/code/code'],
  };
  const platform = process.platform;
  const usual = platform === 'darwin' || platform === 'win32' ? places[platform] : places.linux;
  return (await firstExecutable(usual)) ?? (platform === 'win32' ? undefined : onPath('code'));
}

/** Whether the executable's libraries are all there: it runs an empty script as Node. @param {string} executable */
async function canStart(executable) {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const { code } = await runToCode(executable, ['-e', '0'], { env, output: 'stderr' }).catch(() => ({
    code: 1,
  }));
  return code === 0;
}

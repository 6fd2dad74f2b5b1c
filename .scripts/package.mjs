// @ts-check
/**
 * `npm run package`: makes hunt-notebooks-<target>-<version>.vsix for this machine, or for `--target TARGET`
 * (repeatable) or `--all`. Each holds its platform's DuckDB, the only package that cannot be bundled. The extension is
 * laid out in a scratch folder, so that nothing else of the work tree gets in.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { npm, run } from './process.mjs';
import { ensureDependencies, root } from './setup.mjs';

const targets = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];

/** What ships, besides the manifest and DuckDB. */
const shipped = ['README.md', 'CHANGELOG.md', 'LICENSE', 'media'];
const bundles = [
  'extension.cjs',
  'kqlWorker.cjs',
  'evtxWorker.cjs',
  'geoShapes.cjs',
  'geoCells.cjs',
  'geoBuffers.cjs',
  'azureKusto.cjs',
  'azureLogs.cjs',
  'renderer.js',
];

await ensureDependencies();
await run(process.execPath, ['.scripts/build.mjs'], { cwd: root });
const { createVSIX } = await import('@vscode/vsce');

const { values } = parseArgs({
  options: { target: { type: 'string', multiple: true }, all: { type: 'boolean', default: false } },
});
const chosen = values.all ? targets : (values.target ?? [`${process.platform}-${process.arch}`]);

/** Results of a hunt that was run in the work tree stay there. @param {string} file */
const isShipped = (file) => !file.endsWith('.hunt.results');

/** @param {string} file @returns {Promise<Record<string, unknown>>} */
async function readJson(file) {
  /** @type {unknown} */
  const value = JSON.parse(await readFile(file, 'utf8'));
  if (typeof value !== 'object' || value === null) throw new Error(`${file} holds no object.`);
  return { ...value };
}

/**
 * The manifest with DuckDB as its only dependency, at the version that was tested.
 * @returns {Promise<Record<string, unknown>>}
 */
async function manifest() {
  const whole = await readJson(path.join(root, 'package.json'));
  const duckdb = await readJson(path.join(root, 'node_modules', '@duckdb', 'node-api', 'package.json'));
  const { scripts: _scripts, devDependencies: _tools, bin: _bin, type: _type, ...rest } = whole;
  return { ...rest, dependencies: { '@duckdb/node-api': duckdb['version'] } };
}

/** @param {string} target */
async function packageFor(target) {
  if (!targets.includes(target))
    throw new Error(`Unknown target ${target}; known are ${targets.join(', ')}.`);
  const [os = '', cpu = ''] = target.split('-');
  const folder = await mkdtemp(path.join(tmpdir(), 'hunt-package-'));
  try {
    const packageJson = await manifest();
    await writeFile(path.join(folder, 'package.json'), JSON.stringify(packageJson, undefined, 2));
    for (const entry of shipped)
      await cp(path.join(root, entry), path.join(folder, entry), { recursive: true, filter: isShipped });
    for (const file of bundles) await cp(path.join(root, 'out', file), path.join(folder, 'out', file));
    const install = ['install', '--ignore-scripts', `--os=${os}`, `--cpu=${cpu}`, '--no-audit', '--no-fund'];
    const { command, args, shell } = npm(...install);
    await run(command, args, { cwd: folder, shell, output: 'stderr' });
    const packagePath = path.join(root, `hunt-notebooks-${target}-${String(packageJson['version'])}.vsix`);
    await createVSIX({
      cwd: folder,
      target,
      packagePath,
      rewriteRelativeLinks: false,
      allowMissingRepository: true,
    });
    console.log(packagePath);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

for (const target of chosen) await packageFor(target);

// @ts-check
/** Builds the bundles in out/: the extension, its workers, the renderer and the CLI. `--watch` keeps building. */
import { chmod, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { context } from 'esbuild';

const isWatching = process.argv.includes('--watch');

/** Runs in Node: the extension host or the CLI. DuckDB is native and stays a package of its own. */
/** @type {import('esbuild').BuildOptions} */
const node = {
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  external: ['vscode', '@duckdb/node-api'],
  define: { 'import.meta.dirname': '__dirname' },
};

/** What needs large libraries: bundles of their own, read when a query or a connection first needs one. */
const apart = [
  'src/kql/functions/js/geoShapes.ts',
  'src/kql/functions/js/geoCells.ts',
  'src/kql/functions/js/geoBuffers.ts',
  'src/engine/remote/clients/azureKusto.ts',
  'src/engine/remote/clients/azureLogs.ts',
  'src/cli/azureIdentity.ts',
];

/** @type {import('esbuild').Plugin} */
const keptApart = {
  name: 'kept-apart',
  setup(build) {
    const names = apart.map((file) => basename(file, '.ts')).join('|');
    build.onResolve({ filter: new RegExp(`/(?:${names})\\.ts$`) }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: `./${basename(path, '.ts')}.cjs`, external: true } : undefined,
    );
  },
};

/** Microsoft's Kusto client brings Microsoft's sign-in library, which it needs only where it signs in by itself. */
/** @type {import('esbuild').Plugin} */
const withoutSignIn = {
  name: 'without-sign-in',
  setup(build) {
    build.onResolve({ filter: /^@azure\/identity$/ }, ({ importer, path }) =>
      importer.includes('azure-kusto-data') ? { path, namespace: 'unused' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** Programs beside the bundles that are kept apart; `import()` of those becomes `require`, which every host has. */
const program = { ...node, plugins: [keptApart], supported: { 'dynamic-import': false } };

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  {
    ...program,
    entryPoints: {
      extension: 'src/extension/extension.ts',
      kqlWorker: 'src/engine/local/kqlWorker.ts',
      evtxWorker: 'src/data/evtx/evtxWorker.ts',
    },
  },
  {
    ...node,
    plugins: [withoutSignIn],
    entryPoints: apart.map((file) => ({ in: file, out: basename(file, '.ts') })),
  },
  {
    ...program,
    entryPoints: { cli: 'src/cli/main.ts' },
    banner: { js: '#!/usr/bin/env node' },
  },
  {
    entryPoints: { renderer: 'src/renderer/renderer.ts' },
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    loader: { '.css': 'text' },
  },
  {
    ...node,
    entryPoints: { 'test/vscode/index': 'test/vscode/index.ts' },
    // mocha's parallel runner, which a bundle cannot hold and the suites do not use.
    logOverride: { 'require-resolve-not-external': 'silent' },
  },
];

await rm('out', { recursive: true, force: true });
for (const bundle of bundles) {
  const build = await context({
    bundle: true,
    outdir: 'out',
    sourcemap: true,
    logLevel: 'warning',
    ...bundle,
  });
  if (isWatching) await build.watch();
  else {
    await build.rebuild();
    await build.dispose();
  }
}
if (!isWatching) await chmod('out/cli.cjs', 0o755);

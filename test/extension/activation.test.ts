/** What VS Code pays when the extension starts: only what a notebook needs before its first cell runs. */
import assert from 'node:assert/strict';
import { build, type Metafile } from 'esbuild';

const entry = 'src/extension/extension.ts';

/** Files and packages that the entry imports without waiting for a first use. */
function loadedAtStart({ inputs }: Metafile): ReadonlySet<string> {
  const reached = new Set([entry]);
  for (const file of reached) {
    for (const { path, kind } of inputs[file]?.imports ?? [])
      if (kind !== 'dynamic-import') reached.add(path);
  }
  return reached;
}

describe('the start of the extension', () => {
  it('loads neither DuckDB nor the Kusto library nor what writes reports', async () => {
    const { metafile } = await build({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      external: ['vscode', '@duckdb/node-api'],
      metafile: true,
      write: false,
      logLevel: 'silent',
      outdir: 'out',
    });
    const loaded = [...loadedAtStart(metafile)];
    assert.ok(loaded.includes('src/extension/notebook/openHunt.ts'), 'the search follows imports');
    const heavy =
      /@duckdb|@kusto|markdown-it|docx|echarts|src\/report\/report\.ts|src\/notebook\/session\.ts/;
    assert.deepEqual(
      loaded.filter((path) => heavy.test(path)),
      [],
    );
  });
});

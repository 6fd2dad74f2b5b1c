import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the hunt process', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hunt-cli-test-'));
    await build({
      entryPoints: [join(root, 'src/cli/main.ts')],
      outfile: join(folder, 'cli.cjs'),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      external: ['vscode', '@duckdb/node-api'],
      define: { 'import.meta.dirname': '__dirname' },
      logLevel: 'error',
    });
    // DuckDB is native and stays a package: the bundle finds it beside itself, as in an installation.
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const start = (...args: string[]) =>
    spawn(process.execPath, [join(folder, 'cli.cjs'), ...args], { cwd: folder, stdio: 'pipe' });
  const ended = (child: ReturnType<typeof start>) =>
    new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      let out = '';
      let err = '';
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
      child.on('close', (code) => resolve({ code, out, err }));
    });

  it('answers a query through its bundle', async () => {
    const child = start('query', '--json', 'print x = strcat("a", "b")');
    child.stdin.end();
    const { code, out, err } = await ended(child);
    assert.equal(err, '');
    assert.equal(code, 0);
    assert.equal(out, '{"columns":[{"name":"x","type":"string"}],"rows":[["ab"]]}\n');
  });

  it('ends quietly when its reader has seen enough', async () => {
    const child = start('query', '--json', 'range x from 1 to 3000000 step 1');
    child.stdin.end();
    child.stdout.once('data', () => child.stdout.destroy());
    const { code, err } = await ended(child);
    assert.equal(err, '');
    assert.equal(code, 0);
  });

  it('interrupts a running query on Ctrl+C', async function () {
    if (process.platform === 'win32') {
      console.log('    Skipped: Windows cannot send SIGINT to a child.');
      this.skip();
    }
    const child = start('query', '--batch');
    child.stdin.write('{"id":1,"query":"print 1"}\n');
    child.stdout.once('data', () => {
      child.stdin.write(
        '{"id":2,"query":"range a from 1 to 3000000 step 1 | extend k = 1 | join kind=inner (range b from 1 to 3000000 step 1 | extend k = 1) on k | summarize sum(a * b)"}\n',
      );
      setTimeout(() => child.kill('SIGINT'), 500);
    });
    const { code } = await ended(child);
    assert.equal(code, 130);
  });
});

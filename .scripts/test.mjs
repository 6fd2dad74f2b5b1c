// @ts-check
/**
 * `npm test`: installs, builds, checks and tests everything, the VS Code suites included; stops at the first stage that
 * fails. `--unit`, `--corpus`, `--conformance` or `--vscode` runs that part alone. The last line has the totals of all
 * mocha runs.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { CommandError, run } from './process.mjs';
import { ensureDependencies, root } from './setup.mjs';
import { mochaCounts, sum } from './mochaCounts.mjs';

/** @param {...string} args */
const node = (...args) => run(process.execPath, args, { cwd: root });
/** @param {string} packageName @param {string} file @param {...string} args */
const tool = (packageName, file, ...args) => node(`node_modules/${packageName}/${file}`, ...args);

/** @type {import('./mochaCounts.mjs').Counts[]} */
const counted = [];

/**
 * Runs something that ends in mocha's summary and counts its tests, also when it fails.
 * @param {...string} args
 */
async function mocha(...args) {
  /** @type {Error | undefined} */
  let failure;
  const output = await run(process.execPath, args, { cwd: root, output: 'tee' }).catch(
    (/** @type {unknown} */ error) => {
      failure = error instanceof Error ? error : new Error(String(error));
      return error instanceof CommandError ? error.stdout : '';
    },
  );
  const counts = mochaCounts(output);
  if (counts !== undefined) counted.push(counts);
  if (failure !== undefined) throw failure;
  if (counts === undefined || counts.passed + counts.failed === 0)
    throw new Error('No test reported a result.');
  if (counts.failed > 0) throw new Error(`${counts.failed} tests failed.`);
}

const mochaFile = 'node_modules/mocha/bin/mocha.js';
/** Test files share nothing, so they run side by side; each process holds a language library and databases of its own. */
const inParallel = ['--parallel', '--jobs', String(Math.min(4, Math.max(2, availableParallelism())))];

/** Started first, longest first, so that no process is left alone with one of them at the end. */
const longest = [
  'test/steps/findScans.test.ts',
  'test/kql/injection.test.ts',
  'test/renderer/grid.test.ts',
  'test/sample/sample.test.ts',
  'test/notebook/session.test.ts',
  'test/steps/correlateProcesses.test.ts',
  'test/cli/process.test.ts',
  'test/cli/notebook.test.ts',
  'test/cli/cache.test.ts',
  'test/kql/errors.test.ts',
];

/** Published collections, not cases of our own: a stage of their own, for their time. */
const corpora = ['test/sigma/corpus.test.ts'];

function unitTests() {
  const apart = ['test/conformance/', 'test/vscode/'];
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((file) => `test/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.test.ts') && !apart.some((folder) => file.startsWith(folder)));
  const gone = [...longest, ...corpora].filter((file) => !files.includes(file));
  if (gone.length > 0)
    throw new Error(`.scripts/test.mjs names test files that do not exist: ${gone.join(', ')}`);
  const named = new Set([...longest, ...corpora]);
  return [...longest, ...files.filter((file) => !named.has(file)).sort()];
}

/** @type {{ name: string, parts: string[], run: () => Promise<unknown> }[]} */
const stages = [
  { name: 'install', parts: ['unit', 'corpus', 'conformance', 'vscode'], run: ensureDependencies },
  { name: 'build', parts: ['unit', 'vscode'], run: () => node('.scripts/build.mjs') },
  { name: 'types', parts: [], run: () => tool('typescript', 'bin/tsc', '-p', '.') },
  { name: 'types (renderer)', parts: [], run: () => tool('typescript', 'bin/tsc', '-p', 'src/renderer') },
  {
    name: 'lint',
    parts: [],
    run: () => tool('eslint', 'bin/eslint.js', '-c', '.eslint.config.mjs', '.', '--max-warnings', '0'),
  },
  { name: 'format', parts: [], run: () => tool('prettier', 'bin/prettier.cjs', '--check', '.') },
  {
    name: 'unit tests',
    parts: ['unit'],
    run: () => mocha(mochaFile, ...unitTests(), ...inParallel),
  },
  {
    name: 'corpus tests',
    parts: ['corpus'],
    run: () => mocha(mochaFile, ...corpora),
  },
  {
    name: 'conformance tests',
    parts: ['conformance'],
    run: () => mocha(mochaFile, 'test/conformance/*.test.ts'),
  },
  { name: 'VS Code tests', parts: ['vscode'], run: () => mocha('.scripts/vscodeHost/runSuites.mjs') },
];

const asked = process.argv.slice(2).map((flag) => flag.replace(/^--/, ''));
const unknown = asked.find((part) => !stages.some(({ parts }) => parts.includes(part)));
if (unknown !== undefined) {
  console.error(`Unknown flag --${unknown}; known are --unit, --corpus, --conformance and --vscode.`);
  process.exit(2);
}

for (const stage of stages) {
  if (asked.length > 0 && !asked.some((part) => stage.parts.includes(part))) continue;
  console.log(`\n== ${stage.name}`);
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  try {
    await stage.run();
    console.log(`== ${stage.name}: ok, ${seconds()} s`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.log(`== ${stage.name}: FAILED, ${seconds()} s`);
    process.exitCode = 1;
    break;
  }
}

const { passed, failed, skipped } = sum(counted);
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);

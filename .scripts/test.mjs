// @ts-check
/**
 * `npm test`: installs, builds, checks and tests everything, the VS Code suites included; stops at the first stage that
 * fails. `--unit`, `--conformance` or `--vscode` runs that part alone. The last line has the totals of all mocha runs.
 */
import { availableParallelism } from 'node:os';
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

/** @type {{ name: string, parts: string[], run: () => Promise<unknown> }[]} */
const stages = [
  { name: 'install', parts: ['unit', 'conformance', 'vscode'], run: ensureDependencies },
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
    run: () => mocha(mochaFile, 'test/**/*.test.ts', '--ignore', 'test/conformance/*.test.ts', ...inParallel),
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
  console.error(`Unknown flag --${unknown}; known are --unit, --conformance and --vscode.`);
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

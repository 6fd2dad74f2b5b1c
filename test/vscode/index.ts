/** Entry of the suites that run inside VS Code: `run()` is called by the extension host and rejects when a test fails. */
import { format } from 'node:util';
import Mocha from 'mocha';
import { suites } from './suites.ts';

/** Marks mocha's lines for a launcher that reads them from the window's console, among other lines. */
const logPrefix = process.env.TEST_LOG_PREFIX;

/** Generous: a test that hangs must fail, and one on a busy machine must not. */
const testTimeoutMs = 240_000;

export async function run(): Promise<void> {
  if (logPrefix !== undefined && logPrefix !== '') printThroughConsole(logPrefix);
  const mocha = new Mocha({
    ui: 'bdd',
    reporter: 'spec',
    timeout: testTimeoutMs,
    color: false,
    grep: process.env.HUNT_TEST_GREP,
  });
  mocha.suite.emit(Mocha.Suite.constants.EVENT_FILE_PRE_REQUIRE, globalThis, '', mocha);
  for (const suite of suites) suite();
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} of the tests inside VS Code failed.`);
}

function printThroughConsole(prefix: string): void {
  Object.assign(Mocha.reporters.Base, {
    consoleLog: (...parts: unknown[]) =>
      console.log(
        '%s',
        format(...parts)
          .split('\n')
          .map((line) => prefix + line)
          .join('\n'),
      ),
  });
}

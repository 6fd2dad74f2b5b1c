// @ts-check
/** Starting and stopping other programs. */
import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';

/** How to call npm: by the running npm's own script where there is one, since Windows cannot spawn `npm.cmd`. */
export function npm(/** @type {string[]} */ ...args) {
  const script = process.env['npm_execpath'];
  return script?.endsWith('.js')
    ? { command: process.execPath, args: [script, ...args], shell: false }
    : { command: 'npm', args, shell: process.platform === 'win32' };
}

/**
 * Runs a command to its end; rejects when it cannot start or does not exit with 0. `output` names where its stdout
 * goes: `inherit`, `stderr` or `tee` (shown and returned).
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean, output?: 'inherit' | 'stderr' | 'tee' }} [options]
 * @returns {Promise<string>} what the command printed on stdout; empty unless `output` is `tee`
 */
export async function run(command, args, options = {}) {
  const { code, stdout } = await runToCode(command, args, options);
  if (code !== 0)
    throw new CommandError(`\`${[command, ...args].join(' ')}\` ended with code ${code}.`, stdout);
  return stdout;
}

/** A command that did not exit with 0, with what it had printed. */
export class CommandError extends Error {
  /** @param {string} message @param {string} stdout */
  constructor(message, stdout) {
    super(message);
    this.name = 'CommandError';
    this.stdout = stdout;
  }
}

/**
 * Like {@link run}, but returns the exit code (128 when a signal ended it).
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean, output?: 'inherit' | 'stderr' | 'tee' }} [options]
 * @returns {Promise<{ code: number, stdout: string }>}
 */
export function runToCode(command, args, { cwd, env, shell = false, output = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const stdout = output === 'tee' ? 'pipe' : output === 'stderr' ? 2 : 'inherit';
    const child = spawn(command, [...args], { cwd, env, shell, stdio: ['ignore', stdout, 'inherit'] });
    const release = passSignals(child);
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
      text += chunk;
      process.stdout.write(chunk);
    });
    child.once('error', (error) => {
      release();
      reject(error);
    });
    child.once('close', (code) => {
      release();
      resolve({ code: code ?? 128, stdout: text });
    });
  });
}

/**
 * Sends this process's SIGINT and SIGTERM on to a child, so that stopping a script stops what it started.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void} undoes it
 */
function passSignals(child) {
  const onInterrupt = () => child.kill('SIGINT');
  const onTerminate = () => child.kill('SIGTERM');
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  return () => process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
}

/**
 * Ends a child started with `detached: true` and all that it started; resolves when it is gone.
 * @param {import('node:child_process').ChildProcess} child
 */
export async function stopTree(child) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const pid = child.pid;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  signalTree(pid, 'SIGTERM');
  const timer = setTimeout(() => signalTree(pid, 'SIGKILL'), 5000);
  await gone;
  clearTimeout(timer);
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function signalTree(pid, signal) {
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // The group ended between the check and the signal.
  }
}

/**
 * The first executable of that name on PATH.
 * @param {string} name
 * @returns {Promise<string | undefined>}
 */
export async function onPath(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return firstExecutable(
    folders.flatMap((folder) => endings.map((ending) => path.join(folder, name + ending))),
  );
}

/**
 * The first of the files that can be executed.
 * @param {readonly string[]} files
 * @returns {Promise<string | undefined>}
 */
export async function firstExecutable(files) {
  for (const file of files) {
    const isExecutable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return file;
  }
  return undefined;
}

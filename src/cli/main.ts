/** `hunt`: the process around the command line. */
import './fileThreads.ts'; // before any other module uses a thread
import type { LoadServices } from '../data/loadServices.ts';
import type { Io } from './io.ts';
import { exitCodes } from './io.ts';
import { hunt } from './cli.ts';
import { userLoads } from './userLoads.ts';

const stop = new AbortController();
let wasInterrupted = false;

// The first Ctrl+C interrupts the running query and cleans up; the second ends at once.
process.on('SIGINT', () => {
  if (wasInterrupted) process.exit(exitCodes.interrupted);
  wasInterrupted = true;
  stop.abort();
  process.stdin.destroy();
});
process.on('SIGTERM', () => {
  stop.abort();
  process.stdin.destroy();
});

// A reader such as `head` that has seen enough is no failure.
let isReaderGone = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  isReaderGone = true;
  stop.abort();
  process.stdin.destroy();
});
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

let loads: LoadServices | undefined;
const io: Io = {
  stdin: process.stdin,
  isStdinTty: process.stdin.isTTY,
  stdout: process.stdout,
  stderr: process.stderr,
  // Read when a command asks, which then tells of a wrong variable.
  get loads() {
    return (loads ??= userLoads(process.env));
  },
  folder: process.cwd(),
  signal: stop.signal,
};

void hunt(process.argv.slice(2), io).then((code) => {
  process.exitCode = isReaderGone ? exitCodes.ok : code;
});

/** The command line: finds the command, and turns what goes wrong into a message and an exit code. */
import { cacheCommand } from './cache.ts';
import type { ExitCode, Io } from './io.ts';
import { exitCodes } from './io.ts';
import { queryCommand } from './query.ts';
import { reportCommand } from './report.ts';
import { runCommand } from './run.ts';
import { serveCommand } from './serve.ts';
import type { CommandName } from './usage.ts';
import { commandHelp, commandNames, generalHelp, UsageError } from './usage.ts';
import { version } from './version.ts';

const commands: Record<CommandName, (args: readonly string[], io: Io) => Promise<ExitCode>> = {
  run: runCommand,
  report: reportCommand,
  query: queryCommand,
  serve: serveCommand,
  cache: cacheCommand,
};

/** Runs `hunt` with its arguments and returns the exit code; never rejects. */
export async function hunt(args: readonly string[], io: Io): Promise<ExitCode> {
  const [first, ...rest] = args;
  const name = commandNames.find((known) => known === first);
  try {
    if (name === undefined) return withoutCommand(first, io);
    if (asksForHelp(rest)) {
      io.stdout.write(commandHelp[name]);
      return exitCodes.ok;
    }
    return await commands[name](rest, io);
  } catch (error) {
    return failure(error, name, io);
  }
}

function withoutCommand(first: string | undefined, io: Io): ExitCode {
  if (first === '--help' || first === '-h' || first === 'help') {
    io.stdout.write(generalHelp);
    return exitCodes.ok;
  }
  if (first === '--version') {
    io.stdout.write(`${version}\n`);
    return exitCodes.ok;
  }
  if (first === undefined)
    throw new UsageError('There is no command.', `Commands: ${commandNames.join(', ')}.`);
  throw new UsageError(`'${first}' is not a command.`, `Commands: ${commandNames.join(', ')}.`);
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? args.length : end).some((arg) => arg === '--help' || arg === '-h');
}

function failure(error: unknown, name: CommandName | undefined, io: Io): ExitCode {
  if (io.signal.aborted) return exitCodes.interrupted;
  const help = name === undefined ? 'hunt --help' : `hunt ${name} --help`;
  if (error instanceof UsageError) {
    io.stderr.write(`hunt: ${error.message}\n${error.next}\nSee ${help}.\n`);
    return exitCodes.usage;
  }
  if (isParseArgsError(error)) {
    io.stderr.write(`hunt: ${error.message}\nSee ${help}.\n`);
    return exitCodes.usage;
  }
  io.stderr.write(`hunt: ${error instanceof Error ? error.message : String(error)}\n`);
  return exitCodes.failed;
}

function isParseArgsError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

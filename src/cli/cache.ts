/** `hunt cache`: tells what is kept of loaded files and downloads, and clears it. */
import { parseArgs } from 'node:util';
import { sizeText } from '../data/sizeText.ts';
import type { ExitCode, Io } from './io.ts';
import { exitCodes, write } from './io.ts';
import { UsageError } from './usage.ts';
import { visibleLine } from './visible.ts';

const options = { clear: { type: 'boolean', default: false } } as const;

/** Runs the command. Throws `UsageError`, and `TypeError` of parseArgs, on a wrong command line. */
export async function cacheCommand(args: readonly string[], io: Io): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (positionals.length > 0)
    throw new UsageError(`hunt cache takes no '${positionals[0] ?? ''}'.`, 'Leave it out.');
  const store = io.loads?.store;
  if (store === undefined) throw new Error('There is no cache here.');
  const { entries, bytes } = values.clear ? await store.clear() : await store.size();
  const what = `${entries} ${entries === 1 ? 'file' : 'files'}, ${sizeText(bytes)}`;
  const told = values.clear ? `Removed ${what}, from` : `${what} in`;
  await write(io.stdout, `${told} ${visibleLine(store.folder)}\n`, io.signal);
  return exitCodes.ok;
}

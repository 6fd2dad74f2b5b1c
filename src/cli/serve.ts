/** `hunt serve`: a folder of logs for any Kusto client on this machine, until it is stopped. */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { DataError } from '../data/dataError.ts';
import { ServeError } from '../serve/data/databases.ts';
import { startServer, type KustoServer } from '../serve/server.ts';
import type { ExitCode, Io } from './io.ts';
import { exitCodes, write } from './io.ts';
import { loadOptions } from './loadOptions.ts';
import { UsageError } from './usage.ts';
import { version } from './version.ts';
import { visibleLine } from './visible.ts';

const options = {
  load: { type: 'string', multiple: true },
  port: { type: 'string' },
  token: { type: 'string' },
  'allow-write': { type: 'string', default: 'no' },
  json: { type: 'boolean', default: false },
} as const;

/** Where the token comes from when it is not to stand in the list of processes. */
const tokenVariable = 'HUNT_SERVE_TOKEN';

/** Runs the command until the signal fires. Throws `UsageError`, and `TypeError` of parseArgs, on a wrong command line. */
export async function serveCommand(args: readonly string[], io: Io): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (values['allow-write'] !== 'no') {
    throw new UsageError('hunt serve only reads.', 'Leave out --allow-write, or write --allow-write no.');
  }
  const given = values.token ?? process.env[tokenVariable];
  const server = await started({
    paths: positionals,
    loads: loadOptions(values.load),
    workingFolder: io.folder,
    port: portOf(values.port),
    version,
    ...(given !== undefined && given !== '' && { token: given }),
    ...(io.loads !== undefined && { cache: io.loads.cache }),
    onNotice: (notice) => io.stderr.write(`${visibleLine(notice)}\n`),
  });
  try {
    await write(io.stdout, announcement(server, values.json, given === undefined || given === ''), io.signal);
    if (!io.signal.aborted) await once(io.signal, 'abort');
  } finally {
    await server.close();
  }
  return exitCodes.ok;
}

async function started(request: Parameters<typeof startServer>[0]): Promise<KustoServer> {
  try {
    return await startServer(request);
  } catch (error) {
    if (!(error instanceof ServeError || error instanceof DataError)) throw error;
    throw new UsageError(error.message, 'Write hunt serve FOLDER.');
  }
}

/** The token is shown where nobody has it yet, and nowhere else. */
function announcement({ url, token, databases }: KustoServer, isJson: boolean, isNewToken: boolean): string {
  if (isJson) return `${JSON.stringify({ url, databases, ...(isNewToken && { token }) })}\n`;
  const [first = '', ...others] = databases;
  const more = others.length === 0 ? '' : `; also ${others.join(', ')}`;
  return [
    `Serving Kusto queries at ${url}`,
    `Database: ${visibleLine(first + more)}`,
    isNewToken ? `Token: ${token}` : 'Token: the one given',
    'Stop with Ctrl+C.',
    '',
  ].join('\n');
}

function portOf(text: string | undefined): number {
  const port = Number(text ?? 0);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && text !== '') return port;
  throw new UsageError(
    `'${text ?? ''}' is no port.`,
    'Write --port with a number up to 65535; 0 takes a free one.',
  );
}

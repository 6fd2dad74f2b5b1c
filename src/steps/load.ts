/** The `load` step: log files into tables. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { DataError } from '../data/dataError.ts';
import { isGlob, matchingFiles } from '../data/glob.ts';
import { remoteFilesFor } from '../data/loadServices.ts';
import { loadTable } from '../data/loadTable.ts';
import type { LoadedTable } from '../data/loadedTable.ts';
import { formats } from '../data/readers/registry.ts';
import { rejectsTable } from '../data/rejects.ts';
import { isRemote, shownUrl } from '../data/remoteFiles/remoteUrl.ts';
import { logsInFolder } from '../data/resolvePaths.ts';
import { tableNameFromFile } from '../data/tableName.ts';
import { StepError, type ActionContext, type ActionStep } from './step.ts';

const path = z
  .string()
  .min(1)
  .describe(
    'A file, a pattern such as `logs/*.csv`, a folder, or an `https://` address; relative to the notebook.',
  );

const files = z.union([path, z.array(path).min(1)]).describe('One file or pattern, or a list of them.');

const source = z
  .strictObject({
    path: files,
    format: z.enum(formats).optional().describe('Format of the files where their ending does not say it.'),
    delimiter: z
      .string()
      .length(1)
      .optional()
      .describe('Separator of the values of a CSV file; found out when absent.'),
  })
  .describe('Files with how to read them.');

const tables = z
  .record(z.string().min(1), z.union([files, source]))
  .refine((map) => Object.keys(map).length > 0, 'Name at least one table and its file.')
  .describe('Table names, each with its files.');

const loadArguments = z.union([files, tables]).describe('Files to load, or table names with their files.');

export type LoadArguments = z.infer<typeof loadArguments>;

/** One table to load, and where its parts stand in the step's arguments. */
interface TableFiles {
  readonly table?: string;
  readonly paths: readonly string[];
  readonly format?: string;
  readonly delimiter?: string;
  /** Path of the argument with the files; the index of a file follows when `isList`. */
  readonly at: readonly (string | number)[];
  readonly isList: boolean;
}

export const loadStep: ActionStep<LoadArguments> = {
  kind: 'action',
  verb: 'load',
  summary: 'Load log files into tables.',
  arguments: loadArguments,
  docs: `# load

Reads log files into tables that the cells below can query.

\`\`\`yaml
load: logs/DeviceNetworkEvents.csv.gz   # the table is called DeviceNetworkEvents; logs/*.csv loads a table a file
\`\`\`

\`\`\`yaml
load:
  Network: logs/net-*.csv               # all files that match, columns united by name; a folder means all logs in it
  Feed: https://example.com/ips.csv     # asks before it contacts the host
  Logons: [dc1.ndjson, dc2.ndjson.gz]
  Proxy: { path: proxy.log, format: csv, delimiter: "|" }
\`\`\`

- **Formats**: ${formats.join(', ')}; text formats also packed as \`.gz\` or \`.zst\`, and
  all as members of \`.zip\` archives (\`logs.zip/*.csv\`). Where the ending says nothing (\`.log\`, \`.txt\`), the content
  tells the format. Paths are relative to the notebook; a file outside the workspace is read only after you allow it.
- **Types** are found over the whole file. Tables that Microsoft Defender XDR publishes get their published types.
- **Rows that cannot be read** are never dropped in silence: they are counted, reported with file and line, and kept in
  the table \`<name>_rejects\` (\`file\`, \`line\`, \`reason\`, \`raw\`).
- The SHA-256 of every file goes into the provenance of each result.
`,
  run: async (args, context) => {
    const requested = (
      await Promise.all(tableFiles(args).map((one) => eachFile(one, context.folder)))
    ).flat();
    refuseTwins(requested);
    const loaded: LoadedTable[] = [];
    for (const request of requested) loaded.push(await loadOne(request, context));
    return { loaded, notices: loaded.flatMap(loadNotices) };
  },
};

/** Without names, every file is a table of its own; under a name, all files are one table. */
function tableFiles(args: LoadArguments): TableFiles[] {
  if (typeof args === 'string') return [{ paths: [args], at: [], isList: false }];
  if (Array.isArray(args)) {
    return args.map((file, index) => ({ paths: [file], at: [index], isList: false }));
  }
  return Object.entries(args).map(([table, value]): TableFiles => {
    if (typeof value === 'string') return { table, paths: [value], at: [table], isList: false };
    if (Array.isArray(value)) return { table, paths: value, at: [table], isList: true };
    const { path: named, format, delimiter } = value;
    const isList = typeof named !== 'string';
    return { table, paths: isList ? named : [named], format, delimiter, at: [table, 'path'], isList };
  });
}

/** A pattern or a folder without a table name stands for each file that it means. */
async function eachFile(request: TableFiles, folder: string): Promise<TableFiles[]> {
  const [named] = request.paths;
  if (request.table !== undefined || named === undefined || isRemote(named)) return [request];
  const found =
    (await logsInFolder(resolve(folder, named))) ?? (isGlob(named) ? await matchingFiles(named, folder) : []);
  return found.length === 0 ? [request] : found.map((file) => ({ ...request, paths: [file] }));
}

function refuseTwins(requested: readonly TableFiles[]): void {
  const taken = new Set<string>();
  for (const { table, paths, at } of requested) {
    const name = located(at, () => table ?? tableNameFromFile(shownPath(paths[0] ?? '')));
    if (taken.has(name.toLowerCase())) {
      throw new StepError(
        `Two of these would become the table '${name}'. Give each a name: \`load: { Name: path }\`.`,
        at,
        'duplicate-table',
      );
    }
    taken.add(name.toLowerCase());
  }
}

function shownPath(path: string): string {
  return isRemote(path) ? shownUrl(path) : path;
}

function located<T>(at: readonly (string | number)[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof DataError ? new StepError(error.message, at, error.code) : error;
  }
}

async function loadOne(request: TableFiles, context: ActionContext): Promise<LoadedTable> {
  const { folder, allowPath, allowUrl, loads, signal, onProgress } = context;
  const { table, paths, format, delimiter, at, isList } = request;
  try {
    return await loadTable(context.engine, {
      table,
      paths,
      format,
      delimiter,
      folder,
      allowPath,
      cache: loads?.cache,
      remote: remoteFilesFor(loads, allowUrl),
      signal,
      onProgress,
    });
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const index = error.pathIndex;
    const place = index === undefined ? at.slice(0, 1) : isList ? [...at, index] : at;
    throw new StepError(error.message, place, error.code);
  }
}

/** What the hunter should know of a loaded table. */
export function loadNotices({ name, rejects, notices }: LoadedTable): readonly string[] {
  if (rejects.count === 0) return notices;
  const [first] = rejects.first;
  const example = first ? ` The first: ${first.file}, line ${first.line}: ${first.reason}` : '';
  const counted = rejects.count === 1 ? '1 row' : `${rejects.count} rows`;
  return [
    ...notices,
    `${counted} of ${name} could not be read and stand in the table ${rejectsTable(name)}.${example}`,
  ];
}

/** `process-tree`: what started a process, what it started, and what it did. */
import { kqlName } from '../kql/kqlText.ts';
import type { Schema, TableSchema } from '../kql/types.ts';
import { processTreeArguments } from './processTree/arguments.ts';
import type { ProcessTreeArguments } from './processTree/arguments.ts';
import { processTreeDocs } from './processTree/docs.ts';
import { treeQuery } from './processTree/query.ts';
import type { EventTable } from './processTree/query.ts';
import { requireColumn, requireTable } from './shared/tableColumns.ts';
import type { CompileContext, DetectionStep } from './step.ts';

export const processTreeStep: DetectionStep<ProcessTreeArguments> = {
  kind: 'detection',
  verb: 'process-tree',
  summary: 'Show what started a process, what it started and what it did',
  docs: processTreeDocs,
  arguments: processTreeArguments,
  compile,
};

const times = ['ProcessCreationTime', 'Timestamp', 'TimeGenerated'];
const devices = ['DeviceName', 'Computer', 'DvcHostname'];

function compile(args: ProcessTreeArguments, { schema }: CompileContext): string {
  const of = requireTable(schema, args.of, ['of']);
  const processes = requireTable(schema, args.in, ['in']);
  const column = (table: TableSchema, purpose: string, usual: readonly string[], at: string): string =>
    requireColumn(table, {
      purpose,
      usual,
      path: [],
      tablePath: [at],
      ...(usual === times && { types: ['datetime' as const] }),
    }).name;
  const id = 'the id of the process';
  column(of, id, ['ProcessId'], 'of');
  column(processes, id, ['ProcessId'], 'in');
  column(processes, 'the id of what started it', ['InitiatingProcessId'], 'in');
  const time = column(of, 'when the process was seen', times, 'of');
  const has = (name: string): boolean => processes.columns.some((each) => each.name === name);
  const isRanked = of.columns.some(({ name }) => name === 'Rank');
  return treeQuery({
    of: {
      table: of.name,
      device: column(of, 'the device of the process', devices, 'of'),
      time,
      order: isRanked ? `Rank asc, ${kqlName(time)} asc` : `${kqlName(time)} asc`,
    },
    rank: args.rank,
    processes: {
      table: processes.name,
      time: column(processes, 'when the process started', ['Timestamp', 'TimeGenerated'], 'in'),
      device: column(processes, 'the device of the process', devices, 'in'),
      has,
    },
    up: args.up,
    down: args.down,
    events: eventTables(schema),
    most: args.events,
  });
}

/** How events of the tables read, by the columns that they need. */
const deeds = [
  {
    kind: 'network',
    table: 'DeviceNetworkEvents',
    columns: ['ActionType', 'RemoteIP', 'RemotePort'],
    text: 'strcat(ActionType, " ", RemoteIP, ":", tostring(RemotePort))',
  },
  {
    kind: 'file',
    table: 'DeviceFileEvents',
    columns: ['ActionType', 'FolderPath'],
    text: 'strcat(ActionType, " ", FolderPath)',
  },
  {
    kind: 'registry',
    table: 'DeviceRegistryEvents',
    columns: ['ActionType', 'RegistryKey', 'RegistryValueName'],
    text: 'strcat(ActionType, " ", RegistryKey, iff(isempty(RegistryValueName), "", strcat(" ", RegistryValueName)))',
  },
  {
    kind: 'logon',
    table: 'DeviceLogonEvents',
    columns: ['ActionType', 'AccountName', 'LogonType'],
    text: 'strcat(ActionType, " ", AccountName, " ", LogonType)',
  },
] as const;

/** Those tables of the session that say which process did it. */
function eventTables({ tables }: Schema): EventTable[] {
  return deeds.flatMap(({ kind, table: name, columns, text }): EventTable[] => {
    const table = tables.find((candidate) => candidate.name === name);
    const find = (wanted: string) => table?.columns.find((column) => column.name === wanted);
    const needed = ['DeviceName', 'InitiatingProcessId', ...columns];
    const time = find('Timestamp') ?? find('TimeGenerated');
    const created = find('InitiatingProcessCreationTime');
    if (!needed.every(find) || time?.type !== 'datetime' || created?.type !== 'datetime') return [];
    return [{ kind, table: name, text, time: time.name, device: 'DeviceName' }];
  });
}

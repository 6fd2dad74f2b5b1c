/** `correlate-processes`: which process was behind it. */
import { correlateProcessesArguments } from './correlateProcesses/arguments.ts';
import type { CorrelateProcessesArguments } from './correlateProcesses/arguments.ts';
import { correlateProcessesDocs } from './correlateProcesses/docs.ts';
import {
  connectionTexts,
  correlationQuery,
  eventScope,
  startedThen,
  processTexts,
} from './correlateProcesses/query.ts';
import type { CorrelationQuery } from './correlateProcesses/query.ts';
import { deedTables, eventTables } from './processTree/eventTables.ts';
import { treeQuery } from './processTree/query.ts';
import { durationMs } from './shared/duration.ts';
import { lookedAtQuery } from './shared/lookedAt.ts';
import { findColumn, requireColumn, requireTable } from './shared/tableColumns.ts';
import { StepError } from './step.ts';
import type { CompileContext, DetectionStep, Under } from './step.ts';
import { kqlName, kqlString } from '../kql/kqlText.ts';
import type { Schema, TableSchema } from '../kql/types.ts';

export const correlateProcessesStep: DetectionStep<CorrelateProcessesArguments> = {
  kind: 'detection',
  verb: 'correlate-processes',
  summary: 'Rank the processes behind a scan or any event with a device and a time',
  docs: correlateProcessesDocs,
  arguments: correlateProcessesArguments,
  reads: ({ network, process, events }) => [
    ...(network === undefined ? [defaultNetwork] : []),
    ...(process === null || events === 0 ? [] : deedTables),
  ],
  compile: (args, context) => correlationQuery(queryOf(args, context)),
  looked,
  under,
  finding: () => ({ title: 'Processes behind the activity', severityColumn: 'Severity' }),
};

const defaultNetwork = 'DeviceNetworkEvents';
const times = ['Timestamp', 'TimeGenerated'];
const devices = ['DeviceName', 'Computer', 'DvcHostname'];

function queryOf(args: CorrelateProcessesArguments, { schema }: CompileContext): CorrelationQuery {
  const withinMs = durationMs(args.within);
  if (withinMs === undefined) throw new StepError(`"${args.within}" is no duration.`, ['within']);
  return {
    with: eventColumns(args, schema),
    processes: processColumns(requireTable(schema, args.processes, ['processes'])),
    network: connectionColumns(args, schema),
    withinMs,
    top: args.top,
  };
}

/** A log of other devices, or of another time, has no process to rank. */
function looked(args: CorrelateProcessesArguments, context: CompileContext): string {
  const query = queryOf(args, context);
  const { with: events, processes, withinMs } = query;
  const device = `tolower(tostring(${kqlName(processes.device)}))`;
  const [isThere, isNear] = [`set_has_element(_Devices, ${device})`, startedThen(query)];
  const tables = lookedAtQuery([
    {
      table: events.table,
      time: kqlName(events.time),
      device: kqlName(events.device),
      needs: [events.device, events.time],
    },
    {
      table: processes.table,
      time: kqlName(processes.time),
      device: kqlName(processes.device),
      needs: ['FileName', 'ProcessCommandLine'],
      taken: { what: `started on a device of \`${events.table}\``, where: isThere },
      must: [
        { hold: isThere, else: `it has no process of a device that ${events.table} names` },
        {
          hold: isNear,
          else: `no process started within ${args.within} of the time from the first to the last row of ${events.table}`,
        },
      ],
    },
  ]);
  return `${eventScope(events, withinMs)}\n${tables}`;
}

function under(args: CorrelateProcessesArguments, context: CompileContext): Under | undefined {
  const { process } = args;
  if (process === null) return undefined;
  const query = queryOf(args, context);
  const { processes } = query;
  const { columns } = requireTable(context.schema, args.processes, ['processes']);
  const has = (name: string): boolean => columns.some((column) => column.name === name);
  const missing = ['ProcessId', 'InitiatingProcessId'].find((name) => !has(name));
  if (missing !== undefined) {
    const text = `There is no tree of the processes: ${processes.table} has no column "${missing}".`;
    return { kind: 'notice', text };
  }
  const isChosen = typeof process === 'number' ? [] : [`ProcessId == ${process.id}`];
  if (typeof process !== 'number' && process.device !== undefined)
    isChosen.push(`DeviceName =~ ${kqlString(process.device)}`);
  const ranking = `let _Ranking = () {\n${correlationQuery(query)}\n};`;
  const tree = treeQuery({
    of: {
      rows: ['_Ranking()', ...isChosen.map((condition) => `| where ${condition}`)].join(' '),
      device: 'DeviceName',
      seen: 'Timestamp',
      order: 'Score desc, EventStart asc, Rank asc',
      isStart: true,
    },
    rank: typeof process === 'number' ? process : 1,
    processes: { table: processes.table, time: processes.time, device: processes.device, has },
    up: args.up,
    down: args.down,
    events: eventTables(context.schema),
    most: args.events,
  });
  const which = typeof process === 'number' ? `at place ${process}` : `with the id ${process.id}`;
  const whenEmpty = `There is no tree: the ranking has no process ${which} of which an id and a time of creation are known.`;
  return { kind: 'query', kql: `${ranking}\n${tree}`, whenEmpty };
}

function eventColumns(args: CorrelateProcessesArguments, schema: Schema): CorrelationQuery['with'] {
  const table = requireTable(schema, args.with, ['with']);
  const request = (
    column: keyof CorrelateProcessesArguments['columns'],
    purpose: string,
    usual: readonly string[],
  ) => ({
    purpose,
    usual,
    named: args.columns[column],
    path: ['columns', column],
    tablePath: ['with'],
  });
  const usualTimes = ['FirstSeen', ...times, 'StartTime', 'FirstConnection', 'Time'];
  const onlyTime = table.columns.filter(({ type }) => type === 'datetime').map(({ name }) => name);
  return {
    table: table.name,
    device: requireColumn(
      table,
      request('device', 'the device that it happened on', [
        ...devices,
        'Device',
        'Host',
        'HostName',
        'Hostname',
      ]),
    ).name,
    time: requireColumn(table, {
      ...request('time', 'the time that it happened at', [
        ...usualTimes,
        ...(onlyTime.length === 1 ? onlyTime : []),
      ]),
      types: ['datetime'],
    }).name,
    end: findColumn(table, {
      ...request('end', 'the end of the activity', ['LastSeen', 'EndTime']),
      types: ['datetime'],
    })?.name,
    source: findColumn(table, {
      ...request('source', 'the source address', ['Source', 'LocalIP']),
      types: ['string'],
    })?.name,
  };
}

function processColumns(table: TableSchema): CorrelationQuery['processes'] {
  const path = ['processes'];
  const required = (purpose: string, usual: readonly string[]) =>
    requireColumn(table, { purpose, usual, path: [], tablePath: path }).name;
  required('the program that started', ['FileName']);
  required('how it was started', ['ProcessCommandLine']);
  return {
    ...placeAndTime(table, path),
    columns: present(table, [...processTexts, 'ProcessId']),
  };
}

function connectionColumns(args: CorrelateProcessesArguments, schema: Schema): CorrelationQuery['network'] {
  if (args.network === null) return undefined;
  const isThere = schema.tables.some(({ name }) => name === defaultNetwork);
  if (args.network === undefined && !isThere) return undefined;
  const table = requireTable(schema, args.network ?? defaultNetwork, ['network']);
  const columns = present(table, [
    ...connectionTexts,
    'InitiatingProcessId',
    'InitiatingProcessCreationTime',
  ]);
  if (columns.InitiatingProcessFileName === undefined) {
    if (args.network === undefined) return undefined;
    const opener = {
      purpose: 'the program that opened the connection',
      usual: ['InitiatingProcessFileName'],
    };
    requireColumn(table, { ...opener, path: [], tablePath: ['network'] });
  }
  const optional = (name: string): string | undefined =>
    table.columns.find((column) => column.name === name)?.name;
  return {
    ...placeAndTime(table, ['network']),
    source: optional('LocalIP'),
    action: optional('ActionType'),
    columns,
  };
}

function placeAndTime(table: TableSchema, tablePath: readonly string[]) {
  const time = {
    purpose: 'the time of the event',
    usual: times,
    types: ['datetime' as const],
    path: [],
    tablePath,
  };
  const device = { purpose: 'the device of the event', usual: devices, path: [], tablePath };
  return {
    table: table.name,
    time: requireColumn(table, time).name,
    device: requireColumn(table, device).name,
  };
}

/** Those of the names that are columns of the table. */
function present<Name extends string>(
  table: TableSchema,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    if (table.columns.some((column) => column.name === name)) found[name] = name;
  }
  return found;
}

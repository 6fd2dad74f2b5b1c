/** `correlate-processes`: which process was behind it. */
import { correlateProcessesArguments } from './correlateProcesses/arguments.ts';
import type { CorrelateProcessesArguments } from './correlateProcesses/arguments.ts';
import { correlateProcessesDocs } from './correlateProcesses/docs.ts';
import { correlationQuery, connectionTexts, processTexts } from './correlateProcesses/query.ts';
import type { CorrelationQuery } from './correlateProcesses/query.ts';
import { durationMs } from './shared/duration.ts';
import { findColumn, requireColumn, requireTable } from './shared/tableColumns.ts';
import { StepError } from './step.ts';
import type { CompileContext, DetectionStep } from './step.ts';
import type { Schema, TableSchema } from '../kql/types.ts';

export const correlateProcessesStep: DetectionStep<CorrelateProcessesArguments> = {
  kind: 'detection',
  verb: 'correlate-processes',
  summary: 'Rank the processes behind a scan or any event with a device and a time',
  docs: correlateProcessesDocs,
  arguments: correlateProcessesArguments,
  compile,
  finding: () => ({ title: 'Processes behind the activity', severityColumn: 'Severity' }),
};

const defaultNetwork = 'DeviceNetworkEvents';
const times = ['Timestamp', 'TimeGenerated'];
const devices = ['DeviceName', 'Computer', 'DvcHostname'];

function compile(args: CorrelateProcessesArguments, { schema }: CompileContext): string {
  const withinMs = durationMs(args.within);
  if (withinMs === undefined) throw new StepError(`"${args.within}" is no duration.`, ['within']);
  return correlationQuery({
    with: eventColumns(args, schema),
    processes: processColumns(requireTable(schema, args.processes, ['processes'])),
    network: connectionColumns(args, schema),
    withinMs,
    top: args.top,
  });
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

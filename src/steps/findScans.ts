/** `find-scans`: sources that try many ports, many hosts, or both. */
import { findScansArguments } from './findScans/arguments.ts';
import type { FindScansArguments } from './findScans/arguments.ts';
import { findScansDocs } from './findScans/docs.ts';
import { scanQuery } from './findScans/query.ts';
import { durationMs } from './shared/duration.ts';
import { findColumn, requireColumn, requireTable } from './shared/tableColumns.ts';
import { StepError } from './step.ts';
import type { CompileContext, DetectionStep } from './step.ts';

export const findScansStep: DetectionStep<FindScansArguments> = {
  kind: 'detection',
  verb: 'find-scans',
  summary: 'Find port scans and sweeps in the network log',
  docs: findScansDocs,
  arguments: findScansArguments,
  compile,
  finding: () => ({ title: 'Network scans', severityColumn: 'Severity' }),
};

function compile(args: FindScansArguments, { schema }: CompileContext): string {
  const table = requireTable(schema, args.in, ['in']);
  const windowMs = durationMs(args.window);
  if (windowMs === undefined) throw new StepError(`"${args.window}" is no duration.`, ['window']);

  const request = (
    column: Exclude<keyof FindScansArguments['columns'], 'action'>,
    purpose: string,
    usual: readonly string[],
  ) => ({
    purpose,
    usual,
    named: args.columns[column],
    path: ['columns', column],
    tablePath: ['in'],
  });
  const required = (...parts: Parameters<typeof request>): string =>
    requireColumn(table, request(...parts)).name;
  const time = requireColumn(table, {
    ...request('time', 'the time of the connection', ['Timestamp', 'TimeGenerated']),
    types: ['datetime'],
  });
  const action =
    args.columns.action === null
      ? undefined
      : requireColumn(table, {
          purpose: 'what became of the connection; null when the log does not say',
          usual: ['ActionType'],
          named: args.columns.action,
          path: ['columns', 'action'],
          tablePath: ['in'],
        });
  return scanQuery({
    table: table.name,
    columns: {
      time: time.name,
      source: required('source', 'the address that connects', ['LocalIP']),
      destination: required('destination', 'the address that is connected to', ['RemoteIP']),
      port: required('port', 'the port that is connected to', ['RemotePort']),
      device: findColumn(table, request('device', 'the device that connects', ['DeviceName']))?.name,
      action: action?.name,
    },
    windowMs,
    exclude: args.exclude,
    thresholds: args.thresholds,
    minimum: args.minimum,
    attempts: args.attempts,
    failed: args.failed,
  });
}

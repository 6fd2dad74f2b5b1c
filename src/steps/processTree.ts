/** `process-tree`: what started a process, what it started, and what it did. */
import { kqlName } from '../kql/kqlText.ts';
import type { TableSchema } from '../kql/types.ts';
import { processTreeArguments } from './processTree/arguments.ts';
import type { ProcessTreeArguments } from './processTree/arguments.ts';
import { processTreeDocs } from './processTree/docs.ts';
import { deedTables, eventTables } from './processTree/eventTables.ts';
import { treeQuery } from './processTree/query.ts';
import { lookedAtQuery } from './shared/lookedAt.ts';
import { requireColumn, requireTable } from './shared/tableColumns.ts';
import type { CompileContext, DetectionStep } from './step.ts';

export const processTreeStep: DetectionStep<ProcessTreeArguments> = {
  kind: 'detection',
  verb: 'process-tree',
  summary: 'Show what started a process, what it started and what it did',
  docs: processTreeDocs,
  arguments: processTreeArguments,
  reads: ({ events }) => (events === 0 ? [] : deedTables),
  compile,
  looked,
};

const times = ['ProcessCreationTime', 'Timestamp', 'TimeGenerated'];
const devices = ['DeviceName', 'Computer', 'DvcHostname'];

interface Tables {
  readonly of: { readonly table: TableSchema; readonly device: string; readonly time: string };
  readonly processes: { readonly table: TableSchema; readonly device: string; readonly time: string };
}

function tablesOf(args: ProcessTreeArguments, { schema }: CompileContext): Tables {
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
  return {
    of: {
      table: of,
      device: column(of, 'the device of the process', devices, 'of'),
      time: column(of, 'when the process was seen', times, 'of'),
    },
    processes: {
      table: processes,
      device: column(processes, 'the device of the process', devices, 'in'),
      time: column(processes, 'when the process started', ['Timestamp', 'TimeGenerated'], 'in'),
    },
  };
}

function compile(args: ProcessTreeArguments, context: CompileContext): string {
  const { of, processes } = tablesOf(args, context);
  const time = kqlName(of.time);
  const isRanked = of.table.columns.some(({ name }) => name === 'Rank');
  return treeQuery({
    of: {
      rows: kqlName(of.table.name),
      device: of.device,
      seen: time,
      order: isRanked ? `Rank asc, ${time} asc` : `${time} asc`,
      isStart: false,
    },
    rank: args.rank,
    processes: {
      table: processes.table.name,
      time: processes.time,
      device: processes.device,
      has: (name) => processes.table.columns.some((each) => each.name === name),
    },
    up: args.up,
    down: args.down,
    events: eventTables(context.schema),
    most: args.events,
  });
}

/** The row that was asked for may not be there, or the log may not tell of its process. */
function looked(args: ProcessTreeArguments, context: CompileContext): string {
  const { of, processes } = tablesOf(args, context);
  return lookedAtQuery([
    {
      table: of.table.name,
      time: kqlName(of.time),
      device: kqlName(of.device),
      needs: ['ProcessId', of.device, of.time],
    },
    {
      table: processes.table.name,
      time: kqlName(processes.time),
      device: kqlName(processes.device),
      needs: ['ProcessId', 'InitiatingProcessId'],
      taken: {
        what: `of an id that \`${of.table.name}\` names`,
        where: `set_has_element(toscalar(${kqlName(of.table.name)} | summarize make_set(tostring(ProcessId))), tostring(ProcessId))`,
      },
    },
  ]);
}

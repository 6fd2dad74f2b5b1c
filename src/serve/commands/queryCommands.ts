/** Commands about running queries: Microsoft Learn, ".show queries command" and ".cancel query command". */
import { formatTimespan } from '../../kql/time/ticks.ts';
import type { JsonValue } from '../../kql/types.ts';
import { kustoTime } from '../activity.ts';
import type { QueryRecord } from '../runningQueries.ts';
import { columnsOf, type Command } from './command.ts';

const queryColumns = columnsOf({
  ClientActivityId: 'string',
  Text: 'string',
  Database: 'string',
  StartedOn: 'datetime',
  LastUpdatedOn: 'datetime',
  Duration: 'timespan',
  State: 'string',
  RootActivityId: 'guid',
  User: 'string',
  FailureReason: 'string',
  TotalCpu: 'timespan',
  CacheStatistics: 'dynamic',
  Application: 'string',
  MemoryPeak: 'long',
  ScannedExtentsStatistics: 'dynamic',
  Principal: 'string',
  ClientRequestProperties: 'dynamic',
  ResultSetStatistics: 'dynamic',
  WorkloadGroup: 'string',
});

const ticksPerMs = 10_000;

function rowOf(record: QueryRecord): JsonValue[] {
  const { activity, text, database, user, application, state, failureReason } = record;
  const end = record.endedAt ?? new Date();
  const durationMs = end.getTime() - activity.startedAt.getTime();
  return [
    activity.clientRequestId,
    text,
    database,
    kustoTime(activity.startedAt),
    kustoTime(end),
    formatTimespan(BigInt(durationMs * ticksPerMs)),
    state,
    activity.activityId,
    user,
    failureReason,
    null,
    null,
    application,
    null,
    null,
    '',
    null,
    null,
    'default',
  ];
}

const cancelColumns = columnsOf({
  ClientRequestId: 'string',
  ReasonPhrase: 'string',
  RunningQueryCanceled: 'bool',
});

function cancel(syntax: string): Command {
  return {
    syntax,
    run: ([id = '', reason = ''], { queries }) => {
      const isCancelled = queries.cancel(id, reason) > 0;
      return { columns: cancelColumns, rows: [[id, reason, isCancelled]] };
    },
  };
}

export const queryCommands: readonly Command[] = [
  {
    syntax: '.show queries',
    run: (_names, { queries }) => ({ columns: queryColumns, rows: queries.all().map(rowOf) }),
  },
  {
    syntax: '.show running queries [by user NAME]',
    run: (_names, { queries }) => ({ columns: queryColumns, rows: queries.running().map(rowOf) }),
  },
  cancel('.cancel query NAME'),
  cancel('.cancel query NAME with ( reason = NAME )'),
];

/** What is told of a query at its end: how it went, what the hunter should know, and figures. */
import type { ServiceError } from '../serviceError.ts';
import type { Reply } from './reply.ts';

/** A row of the status table. Level: 2 error, 3 warning, 4 information, 6 figures. */
export interface StatusRow {
  readonly level: 2 | 3 | 4 | 6;
  readonly levelName: string;
  readonly statusCode: number;
  readonly statusName: string;
  readonly eventType: number;
  readonly eventName: string;
  /** For people; version 1 shows it. */
  readonly text: string;
  /** JSON text; version 2 shows it. */
  readonly payload: string;
}

/** 0x80DA0003 and 0x80004005 as the signed numbers that the service sends. */
const statusCodes = { resultSetTooLarge: -2133196797, failed: -2147467259 } as const;

/** Returns the rows in the order in which the service sends them; `failure` says why rows are missing, if they are. */
export function statusRows(reply: Reply, failure: ServiceError | undefined): readonly StatusRow[] {
  const { notices, activity, tables } = reply;
  const ok = { statusCode: 0, statusName: 'S_OK (0)' } as const;
  const info = { level: 4, levelName: 'Info', ...ok, eventType: 4, eventName: 'QueryInfo' } as const;
  const warning = { level: 3, levelName: 'Warning', ...ok, eventType: 2, eventName: 'QueryWarning' } as const;
  const stats = {
    level: 6,
    levelName: 'Stats',
    ...ok,
    eventType: 0,
    eventName: 'QueryResourceConsumption',
  } as const;
  const figures = JSON.stringify({
    ExecutionTime: (Date.now() - activity.startedAt.getTime()) / 1000,
    dataset_statistics: tables.map(({ rowCount }) => ({ table_row_count: rowCount })),
  });
  return [
    failure ? failureRow(failure) : { ...info, ...said('Query completed successfully') },
    ...notices.map((notice) => ({ ...warning, ...said(notice) })),
    { ...stats, text: figures, payload: figures },
  ];
}

function failureRow(failure: ServiceError): StatusRow {
  const isLimit = failure.kind === 'limitsExceeded';
  const statusCode = isLimit ? statusCodes.resultSetTooLarge : statusCodes.failed;
  const what = isLimit ? 'Query result set too large (E_QUERY_RESULT_SET_TOO_LARGE).' : 'Query failed.';
  return {
    level: 2,
    levelName: 'Error',
    statusCode,
    statusName: `${what} (${statusCode})`,
    eventType: 1,
    eventName: isLimit ? 'QueryLimitsExceeded' : 'QueryFailed',
    ...said(failure.message),
  };
}

function said(text: string): Pick<StatusRow, 'text' | 'payload'> {
  return { text, payload: JSON.stringify({ Count: 1, Text: text }) };
}

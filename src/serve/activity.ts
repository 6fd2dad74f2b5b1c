/** What names a request and its reply, for the logs of both sides. */
import { randomUUID } from 'node:crypto';
import { formatDatetime, ticksFromEpochMilliseconds } from '../kql/time/ticks.ts';

export interface Activity {
  /** The client's name for the request, or one made here. */
  readonly clientRequestId: string;
  /** Ours; unique for each reply. */
  readonly activityId: string;
  readonly startedAt: Date;
}

/** Longer ids are cut: they are echoed, and kept with the query. */
const maxIdLength = 256;

/** Returns the activity of a request with this client id, of which only what a header can hold is kept. */
export function newActivity(clientRequestId: string | undefined): Activity {
  const id = (clientRequestId ?? '').replace(/[^\x20-\x7e]/g, '?').slice(0, maxIdLength);
  return {
    clientRequestId: id.trim() === '' ? `unspecified;${randomUUID()}` : id,
    activityId: randomUUID(),
    startedAt: new Date(),
  };
}

/** Returns the moment as Kusto writes datetimes. */
export function kustoTime(moment: Date): string {
  return formatDatetime(ticksFromEpochMilliseconds(moment.getTime()));
}

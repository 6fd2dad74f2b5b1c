/** What a reply is made of, whichever version of the protocol writes it. */
import type { Activity } from '../activity.ts';
import type { RequestProperties } from '../request/properties.ts';
import { ServiceError } from '../serviceError.ts';
import type { Output } from './output.ts';
import type { ReplyTable } from './replyTable.ts';
import { RowBudget } from './rowBudget.ts';

export interface Reply {
  readonly tables: readonly ReplyTable[];
  readonly properties: RequestProperties;
  readonly activity: Activity;
  /** What the engine wants the hunter to know about the query. */
  readonly notices: readonly string[];
  /** Stops the reading of rows. */
  readonly signal: AbortSignal;
  /** Returns why the signal fired: the client is told where it still listens. */
  readonly stopError: () => ServiceError;
}

/** Writes a reply to the end. Rejects when the client is gone. */
export type ReplyWriter = (output: Output, reply: Reply) => Promise<void>;

/** Returns the limits of the reply's rows, all tables together. */
export function rowBudget({ properties }: Reply): RowBudget {
  return new RowBudget(properties.maxRecords, properties.maxBytes);
}

/** Writes the table's rows with `write`, page by page; returns why they are not all there, if they are not. */
export async function eachPage(
  table: ReplyTable,
  reply: Reply,
  budget: RowBudget,
  write: (rows: readonly string[]) => Promise<void>,
): Promise<ServiceError | undefined> {
  const pages = budget.rowsOf(table, reply.signal);
  while (true) {
    const page = await pages.next().catch((error: unknown) => failureOf(error, reply));
    if (page instanceof ServiceError) return page;
    if (page.done === true) return budget.exceeded;
    await write(page.value);
  }
}

/** Writing fails only for a client that is gone; reading, for what the client must be told. */
function failureOf(error: unknown, reply: Reply): ServiceError {
  if (reply.signal.aborted) return reply.stopError();
  const reason = error instanceof Error ? error.message : String(error);
  return new ServiceError('internal', `Rows are missing: ${reason}`);
}

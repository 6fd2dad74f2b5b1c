/** Frames of `/v2/rest/query`: Microsoft Learn, "Query V2 HTTP response". */
import type { Column, JsonValue } from '../../kql/types.ts';
import { kustoTime } from '../activity.ts';
import { oneApiError, type ServiceError } from '../serviceError.ts';
import type { Output } from './output.ts';
import { eachPage, rowBudget, type Reply } from './reply.ts';
import type { ReplyTable } from './replyTable.ts';
import type { RowBudget } from './rowBudget.ts';
import { statusRows } from './statusRows.ts';
import { visualization } from './visualization.ts';

const propertyColumns: readonly Column[] = [
  { name: 'TableId', type: 'int' },
  { name: 'Key', type: 'string' },
  { name: 'Value', type: 'dynamic' },
];

const statusColumns: readonly Column[] = [
  { name: 'Timestamp', type: 'datetime' },
  { name: 'ClientRequestId', type: 'string' },
  { name: 'ActivityId', type: 'guid' },
  { name: 'SubActivityId', type: 'guid' },
  { name: 'ParentActivityId', type: 'guid' },
  { name: 'Level', type: 'int' },
  { name: 'LevelName', type: 'string' },
  { name: 'StatusCode', type: 'int' },
  { name: 'StatusCodeName', type: 'string' },
  { name: 'EventType', type: 'int' },
  { name: 'EventTypeName', type: 'string' },
  { name: 'Payload', type: 'string' },
];

const placements = {
  in_data: 'InData',
  end_of_table: 'EndOfTable',
  end_of_dataset: 'EndOfDataSet',
} as const;

/** What writes the frames of one reply. */
interface Frames {
  readonly output: Output;
  readonly reply: Reply;
  readonly budget: RowBudget;
  /** What stands between frames. */
  readonly next: string;
}

/** Writes the reply as an array of frames. */
export async function writeV2(output: Output, reply: Reply): Promise<void> {
  const { properties } = reply;
  const next = properties.hasNewlines ? '\n,' : ',';
  const frames: Frames = { output, reply, budget: rowBudget(reply), next };
  const header = {
    FrameType: 'DataSetHeader',
    IsProgressive: properties.isProgressive,
    Version: 'v2.0',
    IsFragmented: properties.isFragmented,
    ErrorReportingPlacement: placements[properties.errorPlacement],
  };
  await output.write(`[${JSON.stringify(header)}${next}${extendedProperties(reply)}`);
  const failure = await writeTables(frames);
  const error = failure === undefined ? '' : reportedError(failure, reply);
  if (error === '') await output.write(next + completionInformation(reply, failure));
  const outcome =
    error === ''
      ? '"HasErrors":false,"Cancelled":false'
      : `"HasErrors":true,"Cancelled":${failure?.kind === 'cancelled'},"OneApiErrors":[${error}]`;
  const end = properties.hasNewlines ? '\n]\n' : ']';
  output.end(`${next}{"FrameType":"DataSetCompletion",${outcome}}${end}`);
}

async function writeTables(frames: Frames): Promise<ServiceError | undefined> {
  const { tables, properties } = frames.reply;
  const write = properties.isFragmented ? writeFragments : writeWhole;
  for (const [index, table] of tables.entries()) {
    const failure = await write(frames, table, index + 1);
    if (failure) return failure;
  }
  return undefined;
}

/** One frame for the table. */
async function writeWhole(
  { output, reply, budget, next }: Frames,
  table: ReplyTable,
  id: number,
): Promise<ServiceError | undefined> {
  await output.write(`${next}{"FrameType":"DataTable",${primaryHead(table, id)},"Rows":[`);
  let comma = '';
  const failure = await eachPage(table, reply, budget, async (rows) => {
    await output.write(comma + rows.join(','));
    comma = ',';
  });
  const error = failure ? errorAmongRows(failure, reply) : '';
  await output.write(`${error && comma}${error}]}`);
  return failure;
}

/** A frame for each page of the table, between its header and its completion. */
async function writeFragments(
  { output, reply, budget, next }: Frames,
  table: ReplyTable,
  id: number,
): Promise<ServiceError | undefined> {
  await output.write(`${next}{"FrameType":"TableHeader",${primaryHead(table, id)}}`);
  const fragment = (rows: string) =>
    `${next}{"FrameType":"TableFragment","TableFragmentType":"DataAppend","TableId":${id},"Rows":[${rows}]}`;
  let written = 0;
  const failure = await eachPage(table, reply, budget, async (rows) => {
    written += rows.length;
    const percent = ((written / table.rowCount) * 100).toFixed(1);
    const progress = `${next}{"FrameType":"TableProgress","TableId":${id},"TableProgress":${percent}}`;
    await output.write(fragment(rows.join(',')) + (reply.properties.isProgressive ? progress : ''));
  });
  const among = failure ? errorAmongRows(failure, reply) : '';
  const isAtEnd = reply.properties.errorPlacement === 'end_of_table';
  const error = failure && isAtEnd ? reportedError(failure, reply) : '';
  const completion =
    `{"FrameType":"TableCompletion","TableId":${id},"RowCount":${written}` +
    `${error && `,"OneApiErrors":[${error}]`}}`;
  await output.write(`${among && fragment(among)}${next}${completion}`);
  return failure;
}

/** What stands among the rows where they are cut, if errors are placed there. */
function errorAmongRows(failure: ServiceError, reply: Reply): string {
  const error = reply.properties.errorPlacement === 'in_data' ? reportedError(failure, reply) : '';
  return error && `{"OneApiErrors":[${error}]}`;
}

/** The document of the failure; empty where the client wants it in the status table only. */
function reportedError(failure: ServiceError, reply: Reply): string {
  const isDeferred = reply.properties.defersPartialFailures && failure.kind === 'limitsExceeded';
  return isDeferred ? '' : JSON.stringify(oneApiError(failure, reply.activity));
}

function extendedProperties({ tables }: Reply): string {
  const rows = tables.map(({ render }, index) => [index + 1, 'Visualization', visualization(render)]);
  return smallTable(0, 'QueryProperties', '@ExtendedProperties', propertyColumns, rows);
}

function completionInformation(reply: Reply, failure: ServiceError | undefined): string {
  const at = kustoTime(new Date());
  const { clientRequestId, activityId } = reply.activity;
  const rows = statusRows(reply, failure).map((row): JsonValue[] => [
    at,
    clientRequestId,
    activityId,
    activityId,
    activityId,
    row.level,
    row.levelName,
    row.statusCode,
    row.statusName,
    row.eventType,
    row.eventName,
    row.payload,
  ]);
  const name = 'QueryCompletionInformation';
  return smallTable(reply.tables.length + 1, name, name, statusColumns, rows);
}

function primaryHead({ columns }: ReplyTable, id: number): string {
  return `"TableId":${id},"TableKind":"PrimaryResult","TableName":"PrimaryResult","Columns":${columnList(columns)}`;
}

function smallTable(
  id: number,
  kind: string,
  name: string,
  columns: readonly Column[],
  rows: readonly (readonly JsonValue[])[],
): string {
  return (
    `{"FrameType":"DataTable","TableId":${id},"TableKind":"${kind}","TableName":"${name}",` +
    `"Columns":${columnList(columns)},"Rows":${JSON.stringify(rows)}}`
  );
}

function columnList(columns: readonly Column[]): string {
  return JSON.stringify(columns.map(({ name, type }) => ({ ColumnName: name, ColumnType: type })));
}

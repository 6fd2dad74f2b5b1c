/** Tables of `/v1/rest/query` and `/v1/rest/mgmt`: Microsoft Learn, "Query/management HTTP response". */
import { randomUUID } from 'node:crypto';
import type { Column, JsonValue } from '../../kql/types.ts';
import { kustoTime } from '../activity.ts';
import { dotNetTypes } from '../dotNetTypes.ts';
import type { Output } from './output.ts';
import type { ServiceError } from '../serviceError.ts';
import { eachPage, rowBudget, type Reply } from './reply.ts';
import { statusRows } from './statusRows.ts';
import { visualization } from './visualization.ts';

const propertyColumns: readonly Column[] = [{ name: 'Value', type: 'string' }];

const statusColumns: readonly Column[] = [
  { name: 'Timestamp', type: 'datetime' },
  { name: 'Severity', type: 'int' },
  { name: 'SeverityName', type: 'string' },
  { name: 'StatusCode', type: 'int' },
  { name: 'StatusDescription', type: 'string' },
  { name: 'Count', type: 'int' },
  { name: 'RequestId', type: 'guid' },
  { name: 'ActivityId', type: 'guid' },
  { name: 'SubActivityId', type: 'guid' },
  { name: 'ClientActivityId', type: 'string' },
];

const contentColumns: readonly Column[] = [
  { name: 'Ordinal', type: 'long' },
  { name: 'Kind', type: 'string' },
  { name: 'Name', type: 'string' },
  { name: 'Id', type: 'string' },
  { name: 'PrettyName', type: 'string' },
];

/** Writes the tables of a query, then those about them. */
export async function writeV1Query(output: Output, reply: Reply): Promise<void> {
  const failure = await writeTables(output, reply);
  const { activityId, clientRequestId } = reply.activity;
  const at = kustoTime(new Date());
  const status = statusRows(reply, failure).map((row): JsonValue[] => [
    at,
    row.level,
    row.levelName,
    row.statusCode,
    row.text,
    1,
    activityId,
    activityId,
    activityId,
    clientRequestId,
  ]);
  const visuals = reply.tables.map(({ render }) => [visualization(render)]);
  const about = [
    ...reply.tables.map(() => ['QueryResult', 'PrimaryResult', randomUUID()] as const),
    ['QueryProperties', '@ExtendedProperties', randomUUID()] as const,
    ['QueryStatus', 'QueryStatus', '00000000-0000-0000-0000-000000000000'] as const,
  ];
  const contents = about.map(([kind, name, id], index) => [index, kind, name, id, '']);
  const number = reply.tables.length;
  const tables = [
    smallTable(number, propertyColumns, visuals),
    smallTable(number + 1, statusColumns, status),
    smallTable(number + 2, contentColumns, contents),
  ];
  output.end(`${number > 0 ? ',' : ''}${tables.join(',')}]${exceptions(failure)}}`);
}

/** Writes the one table of a command. */
export async function writeV1Command(output: Output, reply: Reply): Promise<void> {
  const failure = await writeTables(output, reply);
  output.end(`]${exceptions(failure)}}`);
}

function exceptions(failure: ServiceError | undefined): string {
  return failure ? `,"Exceptions":${JSON.stringify([failure.message])}` : '';
}

/** Writes the reply's own tables; returns why they are cut, if they are. */
async function writeTables(output: Output, reply: Reply): Promise<ServiceError | undefined> {
  await output.write('{"Tables":[');
  const budget = rowBudget(reply);
  for (const [index, table] of reply.tables.entries()) {
    await output.write(`${index > 0 ? ',' : ''}${tableHead(index, table.columns)},"Rows":[`);
    let comma = '';
    const failure = await eachPage(table, reply, budget, async (rows) => {
      await output.write(comma + rows.join(','));
      comma = ',';
    });
    const error = failure ? `${comma}{"Exceptions":${JSON.stringify([failure.message])}}` : '';
    await output.write(`${error}]}`);
    if (failure) return failure;
  }
  return undefined;
}

function smallTable(
  number: number,
  columns: readonly Column[],
  rows: readonly (readonly JsonValue[])[],
): string {
  return `${tableHead(number, columns)},"Rows":${JSON.stringify(rows)}}`;
}

function tableHead(number: number, columns: readonly Column[]): string {
  const list = columns.map(({ name, type }) => ({
    ColumnName: name,
    DataType: dotNetTypes[type],
    ColumnType: type,
  }));
  return `{"TableName":"Table_${number}","Columns":${JSON.stringify(list)}`;
}

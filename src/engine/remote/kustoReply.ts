/** Kusto's replies: frames of v2 (queries), tables of v1 (commands), and schemas. */
import { z } from 'zod';
import type { FunctionSchema, ScalarType, Schema, TableSchema } from '../../kql/types.ts';
import { columnTypeOf } from './columnTypes.ts';
import { ReplyError } from './jsonRows.ts';
import type { ReplyFrame, ServiceError } from './service.ts';
import { serviceErrorOf } from './serviceErrors.ts';

const columns = z.array(
  z.looseObject({
    ColumnName: z.string().nullable(),
    ColumnType: z.string().nullish(),
    DataType: z.string().nullish(),
  }),
);

const failures = z.array(z.unknown()).optional();

const frame = z.looseObject({
  FrameType: z.string(),
  TableKind: z.string().optional(),
  Columns: columns.optional(),
  Rows: z.array(z.unknown()).nullish(),
  HasErrors: z.boolean().optional(),
  OneApiErrors: failures,
});

type Frame = z.infer<typeof frame>;

const rowErrors = z.looseObject({ OneApiErrors: failures });

/** Reads the frames of a query's reply. Throws {@link ReplyError} where they are none, or do not end. */
export function readFrames(json: unknown, firstRows: readonly (readonly string[])[]): ReplyFrame {
  const parsed = z.array(frame).safeParse(json);
  if (!parsed.success) {
    const error = serviceErrorOf(json);
    if (error !== undefined) return { tables: [], errors: [error], notices: [] };
    throw new ReplyError('malformed');
  }
  const frames = parsed.data;
  const completion = frames.find(({ FrameType }) => FrameType === 'DataSetCompletion');
  if (completion === undefined) throw new ReplyError('cut');
  const tables: ReplyFrame['tables'][number][] = [];
  const errors: ServiceError[] = [];
  const notices: string[] = [];
  let array = -1;
  for (const table of frames) {
    if (!Array.isArray(table.Rows)) continue;
    array++;
    const own = table.Rows.flatMap((item) => errorsOf(rowErrors.safeParse(item).data?.OneApiErrors));
    errors.push(...own);
    if (table.TableKind === 'PrimaryResult') {
      tables.push({ columns: landed(table), array, ...(own.length > 0 && { errors: own }) });
    }
    if (table.TableKind === 'QueryCompletionInformation') {
      const told = completionRows(table, firstRows[array] ?? []);
      errors.push(...told.errors);
      notices.push(...told.notices);
    }
  }
  if (completion.HasErrors === true) {
    const told = errorsOf(completion.OneApiErrors);
    errors.push(
      ...(told.length > 0 ? told : [{ code: 'remote-error', message: 'The service gave no reason.' }]),
    );
  }
  return { tables, errors, notices };
}

function landed({ Columns = [] }: Pick<Frame, 'Columns'>): ReplyFrame['tables'][number]['columns'] {
  return Columns.map(({ ColumnName, ColumnType, DataType }, source) => ({
    name: ColumnName ?? `Column${source + 1}`,
    type: columnTypeOf(ColumnType ?? DataType ?? ''),
    source,
  }));
}

function errorsOf(items: readonly unknown[] = []): readonly ServiceError[] {
  return items.flatMap((item) => serviceErrorOf(item) ?? []);
}

/** Levels of the completion information that are errors and warnings, by Kusto's numbers. */
const errorLevel = 2;
const warningLevel = 3;

function completionRows(
  { Columns = [] }: Pick<Frame, 'Columns'>,
  rows: readonly string[],
): { readonly errors: readonly ServiceError[]; readonly notices: readonly string[] } {
  const place = (name: string): number => Columns.findIndex(({ ColumnName }) => ColumnName === name);
  const level = place('Level') >= 0 ? place('Level') : place('Severity');
  const payload = place('Payload') >= 0 ? place('Payload') : place('StatusDescription');
  const errors: ServiceError[] = [];
  const notices: string[] = [];
  for (const text of rows) {
    const row = z.array(z.unknown()).safeParse(parsedOrNothing(text)).data ?? [];
    const severity = row[level];
    const message = payloadText(row[payload]);
    if (typeof severity !== 'number' || message === undefined) continue;
    if (severity <= errorLevel) errors.push({ code: 'remote-error', message });
    else if (severity === warningLevel) notices.push(message);
  }
  return { errors, notices };
}

function payloadText(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  try {
    const said = z.looseObject({ Text: z.string() }).safeParse(JSON.parse(value));
    return said.success ? said.data.Text : value;
  } catch {
    return value;
  }
}

const schemaColumn = z.looseObject({
  Name: z.string(),
  CslType: z.string().optional(),
  Type: z.string().optional(),
});

const schemaTable = z.looseObject({ Name: z.string(), OrderedColumns: z.array(schemaColumn).optional() });

const schemaFunction = z.looseObject({
  Name: z.string(),
  Body: z.string().nullish(),
  InputParameters: z
    .array(
      z.looseObject({
        Name: z.string(),
        CslType: z.string().nullish(),
        CslDefaultValue: z.string().nullish(),
        Columns: z.array(schemaColumn).nullish(),
      }),
    )
    .nullish(),
});

const members = <T extends z.ZodType>(item: T) => z.record(z.string(), item).nullish();

const databases = z.looseObject({
  Databases: z.record(
    z.string(),
    z.looseObject({
      Tables: members(schemaTable),
      MaterializedViews: members(schemaTable),
      Functions: members(schemaFunction),
    }),
  ),
});

const commandReply = z.looseObject({
  Tables: z.array(z.looseObject({ Rows: z.array(z.array(z.unknown())) })).min(1),
});

/** Returns the schema in the reply of `.show database schema as json`. Throws {@link ReplyError} where there is none. */
export function readDatabaseSchema(reply: unknown): Schema {
  const cell = commandReply.safeParse(reply).data?.Tables[0]?.Rows[0]?.[0];
  const parsed = databases.safeParse(typeof cell === 'string' ? parsedOrNothing(cell) : cell);
  if (!parsed.success) throw new ReplyError('malformed');
  const tables: TableSchema[] = [];
  const functions: FunctionSchema[] = [];
  for (const database of Object.values(parsed.data.Databases)) {
    for (const views of [database.Tables, database.MaterializedViews]) {
      for (const { Name, OrderedColumns = [] } of Object.values(views ?? {})) {
        tables.push({
          name: Name,
          columns: OrderedColumns.map((column) => ({ name: column.Name, type: typeOf(column) })),
        });
      }
    }
    for (const { Name, Body, InputParameters } of Object.values(database.Functions ?? {})) {
      const parameters = (InputParameters ?? []).map(parameterText).join(', ');
      functions.push({ name: Name, parameters: `(${parameters})`, body: Body ?? '{}' });
    }
  }
  return { tables, functions };
}

function parsedOrNothing(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function typeOf({ CslType, Type }: z.infer<typeof schemaColumn>): ScalarType {
  return columnTypeOf(CslType ?? Type ?? '');
}

type Parameter = NonNullable<z.infer<typeof schemaFunction>['InputParameters']>[number];

function parameterText({ Name, CslType, CslDefaultValue, Columns }: Parameter): string {
  if (Columns !== null && Columns !== undefined) {
    const list = Columns.map((column) => `${column.Name}:${typeOf(column)}`).join(', ');
    return `${Name}:(${list === '' ? '*' : list})`;
  }
  const fallback = CslDefaultValue === null || CslDefaultValue === undefined ? '' : `=${CslDefaultValue}`;
  return `${Name}:${CslType ?? 'string'}${fallback}`;
}

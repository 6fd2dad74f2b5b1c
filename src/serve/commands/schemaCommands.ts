/** Commands that show schemas: Microsoft Learn, ".show database schema command" and ".show table schema command". */
import { kqlName } from '../../kql/kqlText.ts';
import type { Column, JsonValue, TableSchema } from '../../kql/types.ts';
import type { Database } from '../data/database.ts';
import { schemaType } from '../dotNetTypes.ts';
import { ServiceError } from '../serviceError.ts';
import { columnsOf, type Command, type CommandContext, type CommandRows } from './command.ts';

const flatColumns = columnsOf({
  DatabaseName: 'string',
  TableName: 'string',
  ColumnName: 'string',
  ColumnType: 'string',
  IsDefaultTable: 'bool',
  IsDefaultColumn: 'bool',
  PrettyName: 'string',
  Version: 'string',
  Folder: 'string',
  DocString: 'string',
});

/** Every column of every table, after a row for each table and one for the database. */
async function flatSchema(databases: readonly Database[], signal: AbortSignal): Promise<CommandRows> {
  const rows: JsonValue[][] = [];
  for (const database of databases) {
    const line = (table: string, column: string, type: string, version = '') =>
      rows.push([database.name, table, column, type, false, false, '', version, '', '']);
    line('', '', '', 'v1.0');
    for (const table of await database.schemas(signal)) {
      line(table.name, '', '');
      for (const column of table.columns) line(table.name, column.name, schemaType(column.type));
    }
  }
  return { columns: flatColumns, rows };
}

async function jsonSchema(databases: readonly Database[], signal: AbortSignal): Promise<CommandRows> {
  const documents: [string, JsonValue][] = [];
  for (const database of databases) {
    const tables = (await database.schemas(signal)).map(
      (table) => [table.name, tableDocument(table)] as const,
    );
    documents.push([
      database.name,
      {
        Name: database.name,
        Tables: Object.fromEntries(tables),
        ExternalTables: {},
        MaterializedViews: {},
        EntityGroups: {},
        MajorVersion: 1,
        MinorVersion: 0,
        Functions: {},
        DatabaseAccessMode: 'ReadOnly',
        PrettyName: '',
      },
    ]);
  }
  return {
    columns: columnsOf({ DatabaseSchema: 'string' }),
    rows: [[JSON.stringify({ Databases: Object.fromEntries(documents) })]],
  };
}

async function scriptSchema(database: Database, signal: AbortSignal): Promise<CommandRows> {
  const schemas = await database.schemas(signal);
  return {
    columns: columnsOf({ DatabaseSchemaScript: 'string' }),
    rows: schemas.map(({ name, columns }) => [
      `.create-merge table ${kqlName(name)} (${cslColumns(columns, ', ', kqlName)})`,
    ]),
  };
}

function tableDocument({ name, columns }: TableSchema): JsonValue {
  return {
    Name: name,
    Folder: '',
    DocString: '',
    OrderedColumns: columns.map((column) => ({
      Name: column.name,
      Type: schemaType(column.type),
      CslType: column.type,
      DocString: '',
    })),
  };
}

/** Returns columns as the service writes them: `a:string,b:long`. */
export function cslColumns(
  columns: readonly Column[],
  separator = ',',
  write = (name: string) => name,
): string {
  return columns.map(({ name, type }) => `${write(name)}:${type}`).join(separator);
}

const tableColumns = columnsOf({
  TableName: 'string',
  Schema: 'string',
  DatabaseName: 'string',
  Folder: 'string',
  DocString: 'string',
});

function tableCommand(syntax: string, schemaText: (table: TableSchema) => string): Command {
  return {
    syntax,
    run: async ([name = ''], { database, signal }) => {
      const table = await schemaOf(database, name, signal);
      return { columns: tableColumns, rows: [[table.name, schemaText(table), database.name, '', '']] };
    },
  };
}

/** Returns the table's schema. Throws {@link ServiceError} when there is none. */
export async function schemaOf(database: Database, name: string, signal: AbortSignal): Promise<TableSchema> {
  const { schema, failure } = await database.schema(name, signal);
  if (schema) return schema;
  if (failure !== undefined) throw new ServiceError('failed', `${name} could not be loaded: ${failure}`);
  const known = (await database.tableNames()).slice(0, 20).join(', ');
  throw new ServiceError(
    'unknownEntity',
    `Entity ID '${name}' of kind 'Table' was not found in the database '${database.name}'. Tables here: ${known}.`,
  );
}

const all = ({ databases }: CommandContext) => databases.all;

export const schemaCommands: readonly Command[] = [
  {
    syntax: '.show [cluster] [databases] schema [details] [if_later_than NAME]',
    run: (_names, context) => flatSchema(all(context), context.signal),
  },
  {
    syntax: '.show [cluster] [databases] schema [if_later_than NAME] as json [with (OPTIONS)]',
    run: (_names, context) => jsonSchema(all(context), context.signal),
  },
  {
    syntax: '.show databases (NAMES) schema [details]',
    run: (names, { databases, signal }) =>
      flatSchema(
        names.map((name) => databases.get(name)),
        signal,
      ),
  },
  {
    syntax: '.show databases (NAMES) schema as json [with (OPTIONS)]',
    run: (names, { databases, signal }) =>
      jsonSchema(
        names.map((name) => databases.get(name)),
        signal,
      ),
  },
  {
    syntax: '.show database schema [details]',
    run: (_names, { database, signal }) => flatSchema([database], signal),
  },
  {
    syntax: '.show database schema as json [with (OPTIONS)]',
    run: (_names, { database, signal }) => jsonSchema([database], signal),
  },
  {
    syntax: '.show database schema as csl script',
    run: (_names, { database, signal }) => scriptSchema(database, signal),
  },
  {
    syntax: '.show database NAME schema [details] [if_later_than NAME]',
    run: ([name], { databases, signal }) => flatSchema([databases.get(name)], signal),
  },
  {
    syntax: '.show database NAME schema [if_later_than NAME] as json [with (OPTIONS)]',
    run: ([name], { databases, signal }) => jsonSchema([databases.get(name)], signal),
  },
  {
    syntax: '.show database NAME schema as csl script',
    run: ([name], { databases, signal }) => scriptSchema(databases.get(name), signal),
  },
  tableCommand('.show table NAME schema as json', (table) => JSON.stringify(tableDocument(table))),
  tableCommand('.show table NAME schema [as csl]', ({ columns }) => cslColumns(columns)),
  tableCommand('.show table NAME cslschema', ({ columns }) => cslColumns(columns)),
];

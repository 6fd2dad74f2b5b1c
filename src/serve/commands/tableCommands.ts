/** Commands that list tables: Microsoft Learn, ".show tables command". */
import type { JsonValue } from '../../kql/types.ts';
import type { Database } from '../data/database.ts';
import { schemaType } from '../dotNetTypes.ts';
import { columnsOf, type Command, type CommandRows } from './command.ts';
import { schemaOf } from './schemaCommands.ts';

const listColumns = columnsOf({
  TableName: 'string',
  DatabaseName: 'string',
  Folder: 'string',
  DocString: 'string',
});

const detailColumns = [
  ...listColumns,
  ...columnsOf({
    TotalExtents: 'long',
    TotalExtentSize: 'real',
    TotalOriginalSize: 'real',
    TotalRowCount: 'long',
    HotExtents: 'long',
    HotExtentSize: 'real',
    HotOriginalSize: 'real',
    HotRowCount: 'long',
  }),
];

const columnColumns = columnsOf({
  AttributeName: 'string',
  AttributeType: 'string',
  ExtentsCount: 'long',
  CompressionRatio: 'real',
  ExtentSize: 'real',
  OriginalDataSize: 'real',
});

function listed(names: readonly string[], database: Database): CommandRows {
  return { columns: listColumns, rows: names.map((name) => [name, database.name, '', '']) };
}

/** Names of the tables that were asked for and are there; all when none were asked for. */
async function present(database: Database, asked: readonly string[]): Promise<readonly string[]> {
  const names = await database.tableNames();
  return asked.length === 0 ? names : names.filter((name) => asked.includes(name));
}

/** Row counts are counted: the tables are loaded for it. Sizes are not known. */
async function details(
  names: readonly string[],
  database: Database,
  signal: AbortSignal,
): Promise<CommandRows> {
  const rows: JsonValue[][] = [];
  for (const name of names) {
    const count = await database.rowCount(name, signal);
    rows.push([name, database.name, '', '', 1, null, null, count, 1, null, null, count]);
  }
  return { columns: detailColumns, rows };
}

export const tableCommands: readonly Command[] = [
  {
    syntax: '.show tables',
    run: async (_names, { database }) => listed(await present(database, []), database),
  },
  {
    syntax: '.show tables (NAMES)',
    run: async (names, { database }) => listed(await present(database, names), database),
  },
  {
    syntax: '.show tables details',
    run: async (_names, { database, signal }) => {
      const schemas = await database.schemas(signal);
      return details(
        schemas.map(({ name }) => name),
        database,
        signal,
      );
    },
  },
  {
    syntax: '.show tables (NAMES) details',
    run: async (names, { database, signal }) => details(await present(database, names), database, signal),
  },
  {
    syntax: '.show table NAME details',
    run: async ([name = ''], { database, signal }) => {
      await schemaOf(database, name, signal);
      return details([name], database, signal);
    },
  },
  {
    syntax: '.show table NAME',
    run: async ([name = ''], { database, signal }) => {
      const { columns } = await schemaOf(database, name, signal);
      const rows = columns.map((column): JsonValue[] => [
        column.name,
        schemaType(column.type),
        1,
        null,
        null,
        null,
      ]);
      return { columns: columnColumns, rows };
    },
  },
];

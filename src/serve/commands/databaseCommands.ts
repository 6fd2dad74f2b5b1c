/** Commands that list databases: Microsoft Learn, ".show databases command". */
import type { JsonValue } from '../../kql/types.ts';
import type { Database } from '../data/database.ts';
import { columnsOf, type Command, type CommandContext, type CommandRows } from './command.ts';

const listColumns = columnsOf({
  DatabaseName: 'string',
  PersistentStorage: 'string',
  Version: 'string',
  IsCurrent: 'bool',
  DatabaseAccessMode: 'string',
  PrettyName: 'string',
  ReservedSlot1: 'bool',
  DatabaseId: 'guid',
  InTransitionTo: 'string',
  SuspensionState: 'string',
});

/** Databases have no ids here. */
const noId = '00000000-0000-0000-0000-000000000000';

function rowsOf(databases: readonly Database[], current: Database): CommandRows {
  const rows = databases.map((database): JsonValue[] => [
    database.name,
    '',
    'v1.0',
    database === current,
    'ReadOnly',
    '',
    null,
    noId,
    '',
    '',
  ]);
  return { columns: listColumns, rows };
}

const list = (_names: readonly string[], { databases, database }: CommandContext): CommandRows =>
  rowsOf(databases.all, database);

const some = (names: readonly string[], { databases, database }: CommandContext): CommandRows =>
  rowsOf(
    names.map((name) => databases.get(name)),
    database,
  );

export const databaseCommands: readonly Command[] = [
  { syntax: '.show [cluster] databases [details/identity/policies/datastats]', run: list },
  { syntax: '.show [cluster] databases (NAMES)', run: some },
  {
    syntax: '.show database [details/identity/policies/datastats]',
    run: (_names, { database }) => rowsOf([database], database),
  },
  { syntax: '.show database NAME [details/identity/policies/datastats]', run: some },
];

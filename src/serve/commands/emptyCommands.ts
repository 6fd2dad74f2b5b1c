/** Lists of what a folder of logs does not have, with the columns that clients look for: Microsoft Learn, by their names. */
import { ServiceError } from '../serviceError.ts';
import type { ScalarType } from '../../kql/types.ts';
import { columnsOf, type Command, type CommandContext } from './command.ts';
import { schemaOf } from './schemaCommands.ts';

function empty(syntax: string, columns: Readonly<Record<string, ScalarType>>): Command {
  return { syntax, run: () => ({ columns: columnsOf(columns), rows: [] }) };
}

const functionColumns = {
  Name: 'string',
  Parameters: 'string',
  Body: 'string',
  Folder: 'string',
  DocString: 'string',
} as const;

/** Asks for one of what there is none of. */
function missing(syntax: string, kind: string): Command {
  return {
    syntax,
    run: ([name = ''], { database }) => {
      throw new ServiceError(
        'unknownEntity',
        `Entity ID '${name}' of kind '${kind}' was not found in the database '${database.name}', which has tables only.`,
      );
    },
  };
}

const policyColumns = columnsOf({
  PolicyName: 'string',
  EntityName: 'string',
  Policy: 'string',
  ChildEntities: 'string',
  EntityType: 'string',
});

/** No policy is set anywhere, which the service tells by the text `null`. */
function policy(
  syntax: string,
  entityType: string,
  entity: (names: readonly string[], context: CommandContext) => Promise<string> | string,
): Command {
  return {
    syntax,
    run: async (names, context) => {
      const name = names.at(-1) ?? '';
      return {
        columns: policyColumns,
        rows: [[name, await entity(names, context), 'null', '', entityType]],
      };
    },
  };
}

export const emptyCommands: readonly Command[] = [
  empty('.show functions', functionColumns),
  missing('.show function NAME', 'Function'),
  empty('.show materialized-views', {
    Name: 'string',
    SourceTable: 'string',
    Query: 'string',
    MaterializedTo: 'datetime',
    LastRun: 'datetime',
    LastRunResult: 'string',
    IsHealthy: 'bool',
    IsEnabled: 'bool',
    Folder: 'string',
    DocString: 'string',
    AutoUpdateSchema: 'bool',
    EffectiveDateTime: 'datetime',
    Lookback: 'timespan',
    LookbackColumn: 'string',
  }),
  missing('.show materialized-view NAME', 'MaterializedView'),
  empty('.show external tables', {
    TableName: 'string',
    TableType: 'string',
    Folder: 'string',
    DocString: 'string',
    Properties: 'string',
    ConnectionStrings: 'dynamic',
    Partitions: 'dynamic',
    PathFormat: 'string',
  }),
  missing('.show external table NAME', 'ExternalTable'),
  empty('.show entity_groups', { Name: 'string', Entities: 'string' }),
  empty('.show continuous-exports', { Name: 'string', ExternalTableName: 'string', Query: 'string' }),
  empty('.show operations', {
    OperationId: 'guid',
    Operation: 'string',
    NodeId: 'string',
    StartedOn: 'datetime',
    LastUpdatedOn: 'datetime',
    Duration: 'timespan',
    State: 'string',
    Status: 'string',
    RootActivityId: 'guid',
    ShouldRetry: 'bool',
    Database: 'string',
    Principal: 'string',
    User: 'string',
    AdminEpochStartTime: 'datetime',
  }),
  policy('.show table NAME policy NAME', 'Table', async ([name = ''], { database, signal }) => {
    const table = await schemaOf(database, name, signal);
    return `[${database.name}].[${table.name}]`;
  }),
  policy('.show database policy NAME', 'Database', (_names, { database }) => `[${database.name}]`),
  policy(
    '.show database NAME policy NAME',
    'Database',
    ([name], { databases }) => `[${databases.get(name).name}]`,
  ),
  policy('.show cluster policy NAME', 'Cluster', () => ''),
];

/**
 * Commands about the service as a whole, which clients send before all others: Microsoft Learn, ".show cluster",
 * ".show databases entities", ".show capacity", ".show principal roles" and ".show database principals". Columns are those
 * of the service, since clients read them by name; what a server on one machine does not have is empty, not invented.
 */
import type { JsonValue } from '../../kql/types.ts';
import { kustoTime } from '../activity.ts';
import { queriesAtOnce } from '../data/turns.ts';
import { columnsOf, type Command, type CommandContext, type CommandRows } from './command.ts';
import { cslColumns } from './schemaCommands.ts';

const versionColumns = columnsOf({
  BuildVersion: 'string',
  BuildTime: 'datetime',
  ServiceType: 'string',
  ProductVersion: 'string',
  ServiceOffering: 'string',
});

const clusterColumns = columnsOf({
  NodeId: 'string',
  Address: 'string',
  Name: 'string',
  StartTime: 'datetime',
  IsAdmin: 'bool',
  MachineTotalMemory: 'long',
  MachineAvailableMemory: 'long',
  ProcessorCount: 'int',
  EnvironmentDescription: 'string',
});

/** One node, of whose machine nothing is told. */
function cluster(_names: readonly string[], { startedAt }: CommandContext): CommandRows {
  const row = ['hunt', '127.0.0.1', 'hunt', kustoTime(startedAt), true, null, null, null, ''];
  return { columns: clusterColumns, rows: [row] };
}

const entityColumns = columnsOf({
  DatabaseName: 'string',
  EntityType: 'string',
  EntityName: 'string',
  DocString: 'string',
  Folder: 'string',
  CslInputSchema: 'string',
  Content: 'string',
  CslOutputSchema: 'string',
  Properties: 'dynamic',
});

async function entities(
  _names: readonly string[],
  { databases, signal }: CommandContext,
): Promise<CommandRows> {
  const rows: JsonValue[][] = [];
  for (const database of databases.all) {
    for (const { name, columns } of await database.schemas(signal)) {
      rows.push([database.name, 'Table', name, '', '', '', '', cslColumns(columns, ', '), {}]);
    }
  }
  return { columns: entityColumns, rows };
}

const capacityColumns = columnsOf({
  Resource: 'string',
  Total: 'long',
  Consumed: 'long',
  Remaining: 'long',
  Origin: 'string',
});

function capacity(_names: readonly string[], { queries }: CommandContext): CommandRows {
  const total = queriesAtOnce(process.env);
  const consumed = Math.min(total, queries.running().length);
  return { columns: capacityColumns, rows: [['Queries', total, consumed, total - consumed, '']] };
}

const roleColumns = columnsOf({
  Scope: 'string',
  DisplayName: 'string',
  AADObjectID: 'string',
  Role: 'string',
});

const principalColumns = columnsOf({
  Role: 'string',
  PrincipalType: 'string',
  PrincipalDisplayName: 'string',
  PrincipalObjectId: 'string',
  PrincipalFQN: 'string',
  Notes: 'string',
});

/** Whoever has the token reads everything. */
const whoever = 'holder of the token';

function principals(database: string): CommandRows {
  return { columns: principalColumns, rows: [[`Database ${database} Viewer`, '', whoever, '', '', '']] };
}

export const clusterCommands: readonly Command[] = [
  {
    syntax: '.show version',
    run: (_names, { version }) => ({
      columns: versionColumns,
      rows: [[version, null, 'Engine', `hunt ${version}`, '{"Type":"HuntNotebooks"}']],
    }),
  },
  { syntax: '.show cluster [details]', run: cluster },
  { syntax: '.show databases entities [with (OPTIONS)]', run: entities },
  { syntax: '.show capacity', run: capacity },
  {
    syntax: '.show principal roles',
    run: (_names, { databases }) => ({
      columns: roleColumns,
      rows: databases.all.map(({ name }) => [`Database ${name}`, whoever, '', 'Viewer']),
    }),
  },
  {
    syntax: '.show database principals',
    run: (_names, { database }) => principals(database.name),
  },
  {
    syntax: '.show database NAME principals',
    run: ([name], { databases }) => principals(databases.get(name).name),
  },
];

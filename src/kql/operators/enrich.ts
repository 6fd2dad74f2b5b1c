/** Defender's enrichments: rows looked up in the table loaded for them. */
import { schemaTable, select } from '../context.ts';
import type { Context } from '../context.ts';
import { tableFunctions } from '../enrichments.ts';
import type { Enrichment } from '../enrichments.ts';
import type { SqlExpression } from '../expression.ts';
import { castTo } from '../expressions/cast.ts';
import { argumentsOf } from '../expressions/functionCall.ts';
import { nullConstant } from '../expressions/literals.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { errorAt } from '../queryError.ts';
import { columnExpression, keepAll } from '../relation.ts';
import type { Relation, RelationColumn } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { stored } from './operator.ts';

/** Returns the input with the columns that an enrichment adds. */
export function enrich(
  node: SyntaxNode,
  enrichment: Enrichment,
  input: Relation,
  context: Context,
): Relation {
  const name = nameOf(node.child('Name'));
  const args = argumentsOf(node).map((arg) =>
    arg.kind === 'SimpleNamedExpression' ? arg.child('Expression') : arg,
  );
  const key = keyColumn(args[0], enrichment, input, context);
  const added = enrichment.columns.filter((column) => input.columns.every((own) => own.name !== column.name));
  const table = loadedTable(enrichment.table, context, node);
  const lookup =
    table === undefined || key === undefined
      ? undefined
      : lookups[name]?.(key, table, args[1], input, context);
  if (lookup === undefined) {
    context.shared.notices.add(
      `${name}() asks Microsoft's cloud; the columns that it adds are empty here. Load a table '${enrichment.table}' to fill them.`,
    );
    const columns = [
      ...keepAll(input.columns),
      ...added.map(({ name: column, type }) => ({ name: column, value: nullConstant(type) })),
    ];
    return select(context, 'invoke', input.source, columns, { isSorted: input.isSorted });
  }
  context.shared.notices.add(
    `${name}() is answered from the table '${enrichment.table}', not from Microsoft's cloud.`,
  );
  const columns = [
    ...input.columns.map((column) => ({
      name: column.name,
      value: { sql: `i.${column.sql}`, type: column.type },
    })),
    ...added.map(({ name: column, type }) => {
      const found = lookup.columns.find((candidate) => candidate.name === column);
      if (found === undefined) return { name: column, value: nullConstant(type) };
      const { sql } = castTo({ sql: `p.${found.sql}`, type: found.type }, type);
      return { name: column, value: { sql: type === 'string' ? `coalesce(${sql}, '')` : sql, type } };
    }),
  ];
  return select(context, 'invoke', `${input.source} AS i ${lookup.join}`, columns, { isSorted: false });
}

/** A join of the input `i` with what was found, `p`. */
interface Lookup {
  readonly join: string;
  readonly columns: readonly RelationColumn[];
}

type LookupOf = (
  key: RelationColumn,
  table: Relation,
  option: SyntaxNode | undefined,
  input: Relation,
  context: Context,
) => Lookup | undefined;

const lookups: Readonly<Record<string, LookupOf>> = {
  FileProfile: fileProfile,
  DeviceFromIP: deviceFromAddress,
  SeenBy: (key, table, _option, _input, context) =>
    firstMatch(key, columnNamed(table, 'DeviceId'), table, context),
};

/** By the hash that the column's name says it holds. The limit of rows is the cloud's; a table needs none. */
function fileProfile(...[key, table, , , context]: Parameters<LookupOf>): Lookup | undefined {
  const hash = ['SHA256', 'MD5'].find((kind) => key.name.endsWith(kind)) ?? 'SHA1';
  return firstMatch(key, columnNamed(table, hash), table, context);
}

function firstMatch(
  key: RelationColumn,
  own: RelationColumn | undefined,
  table: Relation,
  context: Context,
): Lookup | undefined {
  if (own === undefined) return undefined;
  const lookedUp = (sql: string, type: RelationColumn['type']): string =>
    `lower(${castTo({ sql, type }, 'string').sql})`;
  const rows = context.tables.add(
    'profiles',
    `SELECT DISTINCT ON ("$key") *, ${lookedUp(own.sql, own.type)} AS "$key" FROM ${table.source} WHERE "$key" <> ''`,
  );
  return {
    join: `LEFT JOIN ${rows} AS p ON p."$key" = ${lookedUp(`i.${key.sql}`, key.type)}`,
    columns: table.columns,
  };
}

/** The device that had the address last, before the second argument where there is one. */
function deviceFromAddress(
  ...[key, table, option, input, context]: Parameters<LookupOf>
): Lookup | undefined {
  const addresses = addressRows(table, context);
  if (addresses === undefined) return undefined;
  const address = castTo({ sql: `i.${key.sql}`, type: key.type }, 'string').sql;
  const columns: readonly RelationColumn[] = [
    { name: 'IP', type: 'string', sql: '"IPAddress"' },
    { name: 'DeviceId', type: 'string', sql: '"DeviceId"' },
  ];
  if (option === undefined) {
    const last = context.tables.add(
      'last',
      `SELECT "IPAddress", arg_max("DeviceId", "Timestamp") AS "DeviceId" FROM ${addresses} GROUP BY ALL`,
    );
    return { join: `LEFT JOIN ${last} AS p ON p."IPAddress" = ${address}`, columns };
  }
  const qualified: Relation = {
    ...input,
    columns: input.columns.map((column) => ({ ...column, sql: `i.${column.sql}` })),
  };
  const time = castTo(translateExpression(option, rowScope(context, qualified)), 'datetime').sql;
  return {
    join: `ASOF LEFT JOIN ${addresses} AS p ON p."IPAddress" = ${address} AND p."Timestamp" <= ${time}`,
    columns,
  };
}

/** `AssignedIPAddresses(device [, time])`: the last report of each of the device's adapters, up to a time. */
export function assignedAddresses(node: SyntaxNode, context: Context): Relation {
  const name = nameOf(node.child('Name'));
  const [deviceNode, timeNode] = argumentsOf(node);
  const declared = tableFunctions.get(name);
  if (declared === undefined || deviceNode === undefined) {
    throw errorAt(node, 'semantic', 'missing-argument', `${name}() needs a device.`);
  }
  const table = loadedTable(declared.table, context, node);
  const addresses = table === undefined ? undefined : addressRows(table, context);
  const list = declared.columns.map((column) => `"${column.name}"`).join(', ');
  if (addresses === undefined) {
    context.shared.notices.add(
      `${name}() asks Microsoft's cloud; it has no rows here. Load the table '${declared.table}' to fill it.`,
    );
    const nulls = declared.columns
      .map(({ name: column, type }) => `${nullConstant(type).sql} AS "${column}"`)
      .join(', ');
    return stored(context, 'assigned', `SELECT ${nulls} WHERE false`, declared.columns);
  }
  const constants = constantScope(context);
  const device = castTo(translateExpression(deviceNode, constants), 'string').sql;
  const time =
    timeNode === undefined ? 'NULL' : castTo(translateExpression(timeNode, constants), 'datetime').sql;
  const sql = `SELECT ${list} FROM ${addresses} WHERE (lower("DeviceName") = lower(${device}) OR "DeviceId" = ${device}) AND coalesce("Timestamp" <= ${time}, true)
    QUALIFY rank() OVER (PARTITION BY "DeviceId", "Adapter" ORDER BY "Timestamp" DESC) = 1`;
  return stored(context, 'assigned', sql, declared.columns);
}

/** A step with a row for each address of each report of `DeviceNetworkInfo`; undefined when the table lacks what it takes. */
function addressRows(table: Relation, context: Context): string | undefined {
  const value = (name: string, type: RelationColumn['type']): string => {
    const column = columnNamed(table, name);
    return column === undefined ? nullConstant(type).sql : castTo(columnExpression(column), type).sql;
  };
  const missing = ['IPAddresses', 'DeviceId', 'Timestamp'].some(
    (name) => columnNamed(table, name) === undefined,
  );
  if (missing) return undefined;
  const reports = `SELECT ${value('Timestamp', 'datetime')} AS "Timestamp", ${value('DeviceId', 'string')} AS "DeviceId", ${value('DeviceName', 'string')} AS "DeviceName",
    coalesce(nullif(${value('MacAddress', 'string')}, ''), ${value('NetworkAdapterName', 'string')}) AS "Adapter", ${value('NetworkAdapterType', 'string')} AS "NetworkAdapterType",
    ${value('ConnectedNetworks', 'string')} AS "ConnectedNetworks", unnest(json_extract(TRY_CAST(${value('IPAddresses', 'string')} AS JSON), '$[*]')) AS "$address" FROM ${table.source}`;
  return context.tables.add(
    'addresses',
    `SELECT *, coalesce("$address" ->> '$.IPAddress', '') AS "IPAddress", coalesce("$address" ->> '$.AddressType', '') AS "IPType" FROM (${reports})`,
    'MATERIALIZED ',
  );
}

function columnNamed(table: Relation, name: string): RelationColumn | undefined {
  return table.columns.find((column) => column.name === name);
}

function loadedTable(name: string, context: Context, node: SyntaxNode): Relation | undefined {
  const isLoaded = context.shared.schema.tables.some((table) => table.name === name);
  return isLoaded ? schemaTable(context, name, node) : undefined;
}

/** The column to look up: a bare column, or one that a text names; absent where the input has no column of the default's name. */
function keyColumn(
  node: SyntaxNode | undefined,
  { key }: Enrichment,
  input: Relation,
  context: Context,
): RelationColumn | undefined {
  if (node === undefined) return columnNamed(input, key);
  const bare = node.kind === 'NameReference' ? columnNamed(input, nameOf(node)) : undefined;
  if (bare !== undefined) return bare;
  const constant = constantOf(node, context);
  const name = typeof constant === 'string' ? constant : node.text;
  const column = columnNamed(input, name);
  if (column !== undefined) return column;
  throw errorAt(node, 'semantic', 'unknown-column', `There is no column named '${name}' to look up.`);
}

function constantOf(node: SyntaxNode, context: Context): SqlExpression['constant'] {
  const isUnknown = node.kind === 'NameReference' && context.names.get(nameOf(node))?.kind !== 'scalar';
  return isUnknown ? undefined : translateExpression(node, constantScope(context)).constant;
}

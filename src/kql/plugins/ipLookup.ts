/** `ipv4_lookup` and `ipv6_lookup`: each row's address finds the narrowest network of a table that holds it. */
import { select } from '../context.ts';
import { castTo } from '../expressions/cast.ts';
import { nameOf } from '../expressions/paths.ts';
import { columnMap, constantScope, rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { nameProjections } from '../operators/naming.ts';
import { errorAt } from '../queryError.ts';
import type { Projection, Relation, RelationColumn } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { translateTable } from '../tables/translateTable.ts';
import { requiredArgument } from './plugin.ts';
import type { Plugin, PluginCall } from './plugin.ts';

interface Family {
  /** SQL of the number of fixed bits of a network. */
  readonly width: (network: string) => string;
  /** SQL of what the networks of one width and the addresses in them have in common. */
  readonly network: (address: string, width: string) => string;
}

const ipv4: Family = {
  width: (network) => `kql_ipv4_suffix(${network})`,
  network: (address, width) => `kql_ipv4_network(${address}, ${width})`,
};

const ipv6: Family = {
  // An IPv4 address stands for its mapped one, which begins with 96 bits of its own.
  width: (network) => {
    const suffix = `TRY_CAST(nullif(regexp_extract(${network}, '/(\\d+)$', 1), '') AS BIGINT)`;
    return `CASE WHEN kql_ipv6(${network}, 128) IS NOT NULL THEN CASE WHEN contains(${network}, ':') THEN coalesce(${suffix}, 128) ELSE 96 + coalesce(${suffix}, 32) END END`;
  },
  network: (address, width) => `kql_ipv6(${address}, ${width})`,
};

/** `evaluate ipv4_lookup(Table, address, network [, extra keys...] [, return_unmatched])`. */
export const ipv4Lookup: Plugin = (call) => lookup(call, ipv4);

/** `evaluate ipv6_lookup(Table, address, network [, return_unmatched])`. */
export const ipv6Lookup: Plugin = (call) => lookup(call, ipv6);

function lookup(call: PluginCall, family: Family): Relation {
  const { input, context } = call;
  const table = translateTable(requiredArgument(call, 0), context);
  const scope = rowScope(context, input);
  const address = castTo(translateExpression(requiredArgument(call, 1), scope), 'string').sql;
  const tableScope = { context, columns: columnMap(table.columns) };
  const network = castTo(translateExpression(requiredArgument(call, 2), tableScope), 'string').sql;
  const rest = call.args.slice(3);
  const keys = rest.filter(({ kind }) => kind === 'NameReference');
  const flag = call.named.get('return_unmatched') ?? rest.find(({ kind }) => kind !== 'NameReference');
  const keepsUnmatched =
    flag !== undefined && translateExpression(flag, constantScope(context)).constant === true;
  const rows = context.tables.add(
    'addresses',
    `SELECT *, row_number() OVER () AS "$row", ${address} AS "$address", ${family.width(address)} AS "$reach" FROM ${input.source}`,
  );
  const networks = context.tables.add(
    'networks',
    `SELECT *, "$width", ${family.network(network, '"$width"')} AS "$network" FROM (SELECT *, ${family.width(network)} AS "$width" FROM ${table.source}) WHERE "$width" IS NOT NULL`,
  );
  const equal = keys.map((key) => keySql(key, input, table)).join('');
  // Few widths are in use, so trying each keeps this a hash join.
  const matches = context.tables.add(
    'matches',
    `SELECT n.*, a."$row" FROM ${rows} AS a JOIN (SELECT DISTINCT "$width" AS width FROM ${networks}) AS w ON w.width <= a."$reach"
    JOIN ${networks} AS n ON n."$width" = w.width AND n."$network" = ${family.network('a."$address"', 'w.width')}${equal}
    QUALIFY rank() OVER (PARTITION BY a."$row" ORDER BY n."$width" DESC) = 1`,
  );
  const keyNames = new Set(keys.map(nameOf));
  const columns: Projection[] = [
    ...input.columns.map((column) => side(column, 'a', false)),
    ...table.columns
      .filter(({ name }) => !keyNames.has(name))
      .map((column) => side(column, 'm', keepsUnmatched)),
  ];
  const from = `${rows} AS a ${keepsUnmatched ? 'LEFT ' : ''}JOIN ${matches} AS m ON m."$row" = a."$row"`;
  return select(context, call.name, from, nameProjections(columns, call.node.columns));
}

function side(column: RelationColumn, alias: string, mayBeMissing: boolean): Projection {
  const sql = `${alias}.${column.sql}`;
  const isFilled = mayBeMissing && column.type === 'string';
  return { name: column.name, value: { sql: isFilled ? `coalesce(${sql}, '')` : sql, type: column.type } };
}

function keySql(key: SyntaxNode, input: Relation, table: Relation): string {
  const name = nameOf(key);
  const [left, right] = [input, table].map(({ columns }) => columns.find((column) => column.name === name));
  if (left === undefined || right === undefined) {
    throw errorAt(key, 'semantic', 'unknown-column', `Both tables need the column '${name}'.`);
  }
  return ` AND n.${right.sql} IS NOT DISTINCT FROM a.${left.sql}`;
}

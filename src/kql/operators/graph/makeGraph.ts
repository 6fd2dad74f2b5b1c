/** `make-graph`: rows become edges, and the ids at their ends become nodes. */
import type { Context } from '../../context.ts';
import type { SqlExpression } from '../../expression.ts';
import { castTo } from '../../expressions/cast.ts';
import { nameOf } from '../../expressions/paths.ts';
import { columnMap } from '../../expressions/scope.ts';
import { graphColumns, graphRelation } from '../../graph.ts';
import type { Graph } from '../../graph.ts';
import { errorAt, unsupportedAt } from '../../queryError.ts';
import { columnExpression, relationColumns } from '../../relation.ts';
import type { Relation, RelationColumn } from '../../relation.ts';
import { nullLiteral } from '../../sql/literal.ts';
import type { SyntaxNode } from '../../syntax/syntaxNode.ts';
import { translateTable } from '../../tables/translateTable.ts';
import type { Column, ScalarType } from '../../types.ts';
import { partitioned } from './partitionedBy.ts';

const { node: nodeNumber, id, edge, source, target } = graphColumns;
const part = '"$part"';
const hidden: readonly Column[] = [nodeNumber, id, edge, source, target, part, '"$table"', '"$at"'].map(
  (sql) => ({ name: sql.slice(1, -1), type: 'long' }),
);

/** A table of nodes, and the values of its key and of the graph's partition. */
interface NodeTable {
  readonly relation: Relation;
  readonly keyName: string;
  readonly key: SqlExpression;
  readonly part: SqlExpression | undefined;
}

/** `make-graph source --> target [with nodes on id, ... | with_node_id=Name] [partitioned-by column (operator)]`. */
export function makeGraph(node: SyntaxNode, input: Relation, context: Context): Relation {
  const direction = node.child('DirectionToken');
  if (direction.text !== '-->') throw unsupportedAt(direction, 'An undirected graph (`--`)');
  const from = endOf(node.child('SourceColumn'), input);
  const to = endOf(node.child('TargetColumn'), input);
  sameType(node.child('TargetColumn'), from.type, to.type);
  const partition = node.optional('PartitionedByClause');
  const partColumn = partition === undefined ? undefined : endOf(partition.child('Entity'), input);
  const columns = propertyColumns(input.columns);
  const rows = context.tables.add(
    'graph_rows',
    `SELECT row_number() OVER () AS ${edge}, ${[
      `${from.sql} AS ${source}`,
      `${to.sql} AS ${target}`,
      ...(partColumn === undefined ? [] : [`${partColumn.sql} AS ${part}`]),
      ...input.columns.map((column, index) => `${column.sql} AS ${columns[index]?.sql ?? ''}`),
    ].join(', ')} FROM ${input.source}`,
    'MATERIALIZED ',
  );
  const tables = nodeTables(node, from.type, partColumn, context);
  const nodes = nodesOf(node, rows, tables, from.type, partColumn, context);
  const isEnd = (alias: string, end: string): string =>
    [
      keysEqual(`r.${end}`, `${alias}.${id}`, from.type),
      ...(partColumn === undefined ? [] : [keysEqual(`r.${part}`, `${alias}.${part}`, partColumn.type)]),
    ].join(' AND ');
  const edges: Relation = {
    source: context.tables.add(
      'graph_edges',
      `SELECT r.${edge}, s.${nodeNumber} AS ${source}, t.${nodeNumber} AS ${target}${columns
        .map(({ sql }) => `, r.${sql}`)
        .join(
          '',
        )} FROM ${rows} AS r JOIN ${nodes.source} AS s ON ${isEnd('s', source)} JOIN ${nodes.source} AS t ON ${isEnd('t', target)}`,
      'MATERIALIZED ',
    ),
    columns,
    isSorted: false,
  };
  const graph: Graph = { nodes, edges, idType: from.type };
  const whole = graphRelation(graph);
  return partition === undefined ? whole : partitioned(partition.child('Subquery'), whole, context);
}

function endOf(reference: SyntaxNode, input: Relation): RelationColumn {
  const column = input.columns.find(({ name }) => name === nameOf(reference));
  if (column !== undefined) return column;
  throw errorAt(
    reference,
    'semantic',
    'unknown-column',
    `There is no column named '${nameOf(reference)}' in the edges.`,
  );
}

function sameType(node: SyntaxNode, expected: ScalarType, found: ScalarType): void {
  if (expected === found) return;
  const message = `Ids of nodes must have one type: the edges' source is ${expected}, this is ${found}.`;
  throw errorAt(node, 'semantic', 'graph-id-types', message);
}

/** A null id is a node like any other; strings have no null, so for them plain equality will do. */
function keysEqual(left: string, right: string, type: ScalarType): string {
  return `${left} ${type === 'string' ? '=' : 'IS NOT DISTINCT FROM'} ${right}`;
}

/** Columns for properties, with SQL names beside the hidden ones. */
function propertyColumns(columns: readonly Column[]): RelationColumn[] {
  return relationColumns([...hidden, ...columns]).slice(hidden.length);
}

function nodeTables(
  node: SyntaxNode,
  idType: ScalarType,
  partColumn: RelationColumn | undefined,
  context: Context,
): NodeTable[] {
  const clause = node.optional('WithClause');
  return (clause?.list('TablesAndKeys') ?? []).map((item) => {
    const relation = translateTable(item.child('Table'), context);
    const keyNode = item.child('Column');
    const columns = columnMap(relation.columns);
    const key = columns.get(nameOf(keyNode));
    const partOfNode = partColumn === undefined ? undefined : columns.get(partColumn.name);
    if (key === undefined || (partColumn !== undefined && partOfNode === undefined)) {
      const missing = key === undefined ? nameOf(keyNode) : (partColumn?.name ?? '');
      const message = `There is no column named '${missing}' in this table of nodes.`;
      throw errorAt(key === undefined ? keyNode : item, 'semantic', 'unknown-column', message);
    }
    sameType(keyNode, idType, key.type);
    return { relation, keyName: nameOf(keyNode), key, part: partOfNode };
  });
}

/** Properties of all tables; one that has several types is dynamic. */
function properties(tables: readonly NodeTable[], implicit: Column | undefined): Column[] {
  const types = new Map<string, ScalarType>(implicit === undefined ? [] : [[implicit.name, implicit.type]]);
  for (const { relation } of tables) {
    for (const { name, type } of relation.columns) {
      types.set(name, (types.get(name) ?? type) === type ? type : 'dynamic');
    }
  }
  return [...types].map(([name, type]) => ({ name, type }));
}

/**
 * One row a node: those of the tables first, each id's first row only, then the ids that only edges name, in the order of
 * the edges. An id in several tables is one node with the properties of all; where they conflict the first table's stay.
 */
function nodesOf(
  node: SyntaxNode,
  rows: string,
  tables: readonly NodeTable[],
  idType: ScalarType,
  partColumn: RelationColumn | undefined,
  context: Context,
): Relation {
  const implicitNode = node.optional('WithClause')?.optional('Name');
  const implicit = implicitNode === undefined ? undefined : { name: nameOf(implicitNode), type: idType };
  const columns = propertyColumns(properties(tables, implicit));
  const keys = partColumn === undefined ? [id] : [id, part];
  const known = tables.map((table, index) => {
    const own = columnMap(table.relation.columns);
    const values = columns.map(({ name, type, sql }) => {
      const value = own.get(name);
      return `${value === undefined ? nullLiteral(type) : castTo(value, type).sql} AS ${sql}`;
    });
    const partSql = table.part === undefined ? '' : `, ${table.part.sql} AS ${part}`;
    const numbered = `SELECT ${index} AS "$table", row_number() OVER () AS "$at", ${table.key.sql} AS ${id}${partSql}, ${values.join(', ')} FROM ${table.relation.source}`;
    return `SELECT * FROM (${numbered}) QUALIFY row_number() OVER (PARTITION BY ${keys.join(', ')} ORDER BY "$at") = 1`;
  });
  const named =
    tables.length === 0 ? undefined : context.tables.add('graph_known', known.join(' UNION ALL '));
  const keyNames = new Set([...tables.map(({ keyName }) => keyName), ...(implicit ? [implicit.name] : [])]);
  const endValues = columns.map(({ name, type, sql }) => {
    const value = keyNames.has(name) ? castTo({ sql: `e.${id}`, type: idType }, type).sql : nullLiteral(type);
    return `, ${value} AS ${sql}`;
  });
  const partSql = partColumn === undefined ? '' : `, ${part}`;
  const ends = `SELECT ${id}${partSql}, min("$at") AS "$at" FROM (SELECT ${source} AS ${id}${partSql}, 2 * ${edge} AS "$at" FROM ${rows} UNION ALL SELECT ${target}${partSql}, 2 * ${edge} + 1 FROM ${rows}) GROUP BY ${keys.join(', ')}`;
  const unknown =
    named === undefined
      ? ''
      : ` ANTI JOIN ${named} AS k ON ${keysEqual(`k.${id}`, `e.${id}`, idType)}${partColumn === undefined ? '' : ` AND ${keysEqual(`k.${part}`, `e.${part}`, partColumn.type)}`}`;
  const edgeOnly = `SELECT ${tables.length} AS "$table", e."$at", e.${id}${partColumn === undefined ? '' : `, e.${part}`}${endValues.join('')} FROM (${ends}) AS e${unknown}`;
  const all = [...(named === undefined ? [] : [merged(named, columns, keys, tables.length)]), edgeOnly];
  return {
    source: context.tables.add(
      'graph_nodes',
      `SELECT row_number() OVER (ORDER BY "$table", "$at") AS ${nodeNumber}, * EXCLUDE ("$table", "$at") FROM (${all.join(' UNION ALL ')})`,
      'MATERIALIZED ',
    ),
    columns,
    isSorted: false,
  };
}

function merged(
  known: string,
  columns: readonly RelationColumn[],
  keys: readonly string[],
  tableCount: number,
): string {
  if (tableCount === 1) return `SELECT * FROM ${known}`;
  const values = columns.map((column) => {
    const { sql, type } = columnExpression(column);
    const isGiven = type === 'string' ? `${sql} <> ''` : `${sql} IS NOT NULL`;
    const first = `arg_min(${sql}, "$table") FILTER (WHERE ${isGiven})`;
    return `${type === 'string' ? `coalesce(${first}, '')` : first} AS ${sql}`;
  });
  return `SELECT min("$table") AS "$table", arg_min("$at", "$table") AS "$at", ${[...keys, ...values].join(', ')} FROM ${known} GROUP BY ${keys.join(', ')}`;
}

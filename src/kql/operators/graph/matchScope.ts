/** What the clauses of a match can name: variables of the pattern, their properties, and the graph functions. */
import type { Context } from '../../context.ts';
import type { SqlExpression } from '../../expression.ts';
import { castTo } from '../../expressions/cast.ts';
import { argumentsOf } from '../../expressions/functionCall.ts';
import { nameOf } from '../../expressions/paths.ts';
import type { PlacedFunction } from '../../expressions/placedFunctions.ts';
import { columnMap } from '../../expressions/scope.ts';
import type { Scope } from '../../expressions/scope.ts';
import { booleanSql, translateExpression } from '../../expressions/translateExpression.ts';
import { jsonOf } from '../../functions/convert.ts';
import { graphColumns } from '../../graph.ts';
import type { Graph } from '../../graph.ts';
import { errorAt } from '../../queryError.ts';
import type { RelationColumn } from '../../relation.ts';
import { sqlTypes, stringLiteral } from '../../sql/literal.ts';
import type { SyntaxNode } from '../../syntax/syntaxNode.ts';
import type { Pattern, PatternEdge } from './pattern.ts';
import { usesOf, variableOf } from './uses.ts';
import type { Uses } from './uses.ts';
import { WalkReads } from './walk.ts';

/** Names of the columns that count a node's edges, in a table of nodes that has them. */
export const degreeColumns = { in: '"$in"', out: '"$out"' } as const;

/** The part of a walk that an expression is about. */
type Of = 'edges' | 'inner';

/** The scope of a match, and what was read of its walks through it. */
export interface MatchScope {
  readonly scope: Scope;
  readonly variables: ReadonlySet<string>;
  /** By the alias of the edge. */
  readonly reads: ReadonlyMap<string, WalkReads>;
  /**
   * Takes a condition that each edge or inner node of a walk must meet by itself: it then holds of every walk made.
   * Returns false for any other condition.
   */
  takeCondition(node: SyntaxNode): boolean;
  /** Returns an expression over properties of one edge of variable length, computed for each of its edges. */
  perEdge(node: SyntaxNode, variable: string): SqlExpression;
}

/** Returns the scope of the clauses of a match. */
export function matchScope(pattern: Pattern, graph: Graph, uses: Uses, context: Context): MatchScope {
  const walked = new Map<string, PatternEdge>();
  const reads = new Map<string, WalkReads>();
  const columns = new Map<string, SqlExpression>();
  const records = new Map<string, ReadonlyMap<string, SqlExpression>>();
  const nodeAliases = new Map<string, string>();
  const variables = new Set<string>();
  for (const edge of pattern.edges) {
    if (edge.range !== undefined) reads.set(edge.alias, new WalkReads());
    if (edge.variable === undefined) continue;
    variables.add(edge.variable);
    if (edge.range !== undefined) walked.set(edge.variable, edge);
    else if (uses.read.has(edge.variable)) {
      records.set(edge.variable, columnMap(graph.edges.columns, edge.alias));
      if (uses.whole.has(edge.variable)) columns.set(edge.variable, bag(graph.edges.columns, edge.alias));
    }
  }
  for (const { variable, alias } of pattern.nodes) {
    if (variable === undefined) continue;
    variables.add(variable);
    nodeAliases.set(variable, alias);
    if (!uses.read.has(variable)) continue;
    records.set(variable, columnMap(graph.nodes.columns, alias));
    if (uses.whole.has(variable)) columns.set(variable, bag(graph.nodes.columns, alias));
  }

  const readsOf = (edge: PatternEdge): WalkReads => reads.get(edge.alias) ?? new WalkReads();
  for (const [variable, edge] of walked) {
    if (!uses.whole.has(variable)) continue;
    const list = readsOf(edge).collect('edges', bag(graph.edges.columns, 'e').sql, 'JSON');
    columns.set(variable, { sql: `to_json(${edge.alias}.${list})`, type: 'dynamic' });
  }

  const walkOf = (node: SyntaxNode): { readonly edge: PatternEdge; readonly of: Of } => {
    const isInner = node.kind === 'FunctionCallExpression' && nameOf(node.child('Name')) === 'inner_nodes';
    const [inner] = isInner ? argumentsOf(node) : [node];
    const edge = walked.get(variableOf(inner ?? node, variables) ?? '');
    if (edge !== undefined) return { edge, of: isInner ? 'inner' : 'edges' };
    const message = 'This takes an edge of variable length, as in (a)-[e*1..3]->(b), or its inner_nodes().';
    throw errorAt(node, 'semantic', 'graph-function', message);
  };

  /** The scope of an expression over one edge or inner node, whose columns `sqlOf` writes. */
  const elementScope = (of: Of, edge: PatternEdge, sqlOf: (sql: string) => string, outer?: Scope): Scope => {
    const own = columnMap(of === 'edges' ? graph.edges.columns : graph.nodes.columns);
    const element = new Map([...own].map(([name, value]) => [name, { ...value, sql: sqlOf(value.sql) }]));
    const self = edge.variable !== undefined && of === 'edges' ? [[edge.variable, element] as const] : [];
    return {
      context,
      columns: new Map([...(outer?.columns ?? []), ...element]),
      records: new Map([...(outer?.records ?? []), ...self]),
      functions: elementFunctions(of, sqlOf, outer),
    };
  };

  const elementFunctions = (
    of: Of,
    sqlOf: (sql: string) => string,
    outer: Scope | undefined,
  ): ReadonlyMap<string, PlacedFunction> => {
    const ofElement =
      (name: string, value: () => SqlExpression): PlacedFunction =>
      (node, args, scope) => {
        const whole = outer?.functions?.get(name);
        if (args.length > 0 && whole !== undefined) return whole(node, args, scope);
        if (args.length === 0 && (of === 'inner' || name === 'labels')) return value();
        const message = `${name}() without an argument is about each of the inner_nodes() of an edge.`;
        throw errorAt(node, 'semantic', 'graph-function', message);
      };
    const entries: readonly (readonly [string, () => SqlExpression])[] = [
      ['labels', () => noLabels],
      ['node_id', () => castTo({ sql: sqlOf(graphColumns.id), type: graph.idType }, 'string')],
      ['node_degree_in', () => ({ sql: sqlOf(degreeColumns.in), type: 'long' })],
      ['node_degree_out', () => ({ sql: sqlOf(degreeColumns.out), type: 'long' })],
    ];
    return new Map(entries.map(([name, value]) => [name, ofElement(name, value)]));
  };

  /** The expression names only properties of its edge or inner node, nothing else of the match. */
  const isOwn = (node: SyntaxNode, of: Of, edge: PatternEdge): boolean => {
    const own = of === 'edges' ? graph.edges.columns : graph.nodes.columns;
    const others = new Set(variables);
    for (const { name } of own) others.delete(name);
    if (of === 'edges' && edge.variable !== undefined) others.delete(edge.variable);
    return usesOf([node], others).read.size === 0;
  };

  /** Returns SQL of the list of values; `sqlOfValue` writes one. */
  const list = (
    node: SyntaxNode,
    { edge, of }: { readonly edge: PatternEdge; readonly of: Of },
    sqlOfValue: (value: SqlExpression) => string,
    sqlType: string,
    scope: Scope,
  ): string => {
    const row = of === 'edges' ? 'e' : 'n';
    if (isOwn(node, of, edge)) {
      const value = translateExpression(
        node,
        elementScope(of, edge, (sql) => `${row}.${sql}`),
      );
      return `${edge.alias}.${readsOf(edge).collect(of, sqlOfValue(value), sqlType)}`;
    }
    const fields = elementFields(graph, of, uses);
    const record = `{${fields.map(({ sql }) => `${sql}: ${row}.${sql}`).join(', ')}}`;
    const recordType = `STRUCT(${fields.map(({ sql, sqlType: type }) => `${sql} ${type}`).join(', ')})`;
    const all = readsOf(edge).collect(of, record, recordType);
    const value = translateExpression(
      node,
      elementScope(of, edge, (sql) => `graph_element.${sql}`, scope),
    );
    return `list_transform(${edge.alias}.${all}, lambda graph_element: ${sqlOfValue(value)})`;
  };

  const overWalk =
    (combine: (list: string) => SqlExpression, sqlOfValue: (value: SqlExpression) => string, type: string) =>
    (node: SyntaxNode, args: readonly SyntaxNode[], scope: Scope): SqlExpression => {
      const [walk, value] = args;
      if (walk === undefined || value === undefined) {
        const message = `${nameOf(node.child('Name'))}() takes an edge of variable length and an expression.`;
        throw errorAt(node, 'semantic', 'missing-argument', message);
      }
      return combine(list(value, walkOf(walk), sqlOfValue, type, scope));
    };

  const ofNode =
    (value: (alias: string) => SqlExpression, alsoEdges = false): PlacedFunction =>
    (node, args) => {
      const [arg] = args;
      const variable = arg === undefined ? undefined : variableOf(arg, variables);
      const alias = variable === undefined ? undefined : nodeAliases.get(variable);
      if (alias !== undefined) return value(alias);
      if (alsoEdges && variable !== undefined) return value('');
      const message = `${nameOf(node.child('Name'))}() takes a node of the pattern.`;
      throw errorAt(node, 'semantic', 'graph-function', message);
    };

  const asBool = (value: SqlExpression): string => `coalesce(${booleanSql(value)}, false)`;
  const functions = new Map<string, PlacedFunction>([
    ['map', overWalk((sql) => ({ sql: `to_json(${sql})`, type: 'dynamic' }), jsonOf, 'JSON')],
    [
      'all',
      overWalk((sql) => ({ sql: `coalesce(list_bool_and(${sql}), true)`, type: 'bool' }), asBool, 'BOOLEAN'),
    ],
    [
      'any',
      overWalk((sql) => ({ sql: `coalesce(list_bool_or(${sql}), false)`, type: 'bool' }), asBool, 'BOOLEAN'),
    ],
    [
      'node_id',
      ofNode((alias) => castTo({ sql: `${alias}.${graphColumns.id}`, type: graph.idType }, 'string')),
    ],
    ['labels', ofNode(() => noLabels, true)],
    ['node_degree_in', ofNode((alias) => ({ sql: `${alias}.${degreeColumns.in}`, type: 'long' }))],
    ['node_degree_out', ofNode((alias) => ({ sql: `${alias}.${degreeColumns.out}`, type: 'long' }))],
  ]);

  const scope: Scope = { context, columns, records, functions };
  return {
    scope,
    variables,
    reads,
    takeCondition: (node) => {
      if (node.kind !== 'FunctionCallExpression' || nameOf(node.child('Name')) !== 'all') return false;
      const [walk, condition] = argumentsOf(node);
      if (walk === undefined || condition === undefined) return false;
      const { edge, of } = walkOf(walk);
      if (!isOwn(condition, of, edge)) return false;
      const row = of === 'edges' ? 'e' : 'n';
      const value = translateExpression(
        condition,
        elementScope(of, edge, (sql) => `${row}.${sql}`),
      );
      const { edgeConditions, innerConditions } = readsOf(edge);
      (of === 'edges' ? edgeConditions : innerConditions).push(asBool(value));
      return true;
    },
    perEdge: (node, variable) => {
      const edge = walked.get(variable);
      if (edge === undefined || !isOwn(node, 'edges', edge)) {
        const message = `Of the edge of variable length '${variable}', several are read here: write map(${variable}, ...).`;
        throw errorAt(node, 'semantic', 'graph-walk-property', message);
      }
      return { sql: `to_json(${list(node, { edge, of: 'edges' }, jsonOf, 'JSON', scope)})`, type: 'dynamic' };
    },
  };
}

const noLabels: SqlExpression = { sql: "'[]'::JSON", type: 'dynamic' };

function elementFields(
  graph: Graph,
  of: Of,
  { countsDegrees }: Uses,
): { readonly sql: string; readonly sqlType: string }[] {
  const { columns } = of === 'edges' ? graph.edges : graph.nodes;
  const properties = columns.map(({ sql, type }) => ({ sql, sqlType: sqlTypes[type] }));
  if (of === 'edges') return [{ sql: graphColumns.edge, sqlType: 'BIGINT' }, ...properties];
  return [
    { sql: graphColumns.id, sqlType: sqlTypes[graph.idType] },
    ...(countsDegrees ? Object.values(degreeColumns).map((sql) => ({ sql, sqlType: 'BIGINT' })) : []),
    ...properties,
  ];
}

/** The properties of a node or edge as one value, without those that are null or empty. */
function bag(columns: readonly RelationColumn[], alias: string): SqlExpression {
  if (columns.length === 0) return { sql: "'{}'::JSON", type: 'dynamic' };
  const members = columns.map(({ name, type, sql }) => {
    const value = `${alias}.${sql}`;
    const isGiven = type === 'string' ? `${value} <> ''` : `${value} IS NOT NULL`;
    const json = `CAST(${jsonOf({ sql: value, type })} AS VARCHAR)`;
    return `CASE WHEN ${isGiven} THEN ${stringLiteral(`${JSON.stringify(name)}:`)} || ${json} END`;
  });
  return { sql: `CAST('{' || concat_ws(',', ${members.join(', ')}) || '}' AS JSON)`, type: 'dynamic' };
}

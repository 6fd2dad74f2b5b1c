/** Matches of a pattern as rows: fixed edges are joins, edges of variable length are walks joined at their ends. */
import { select } from '../../context.ts';
import type { Context } from '../../context.ts';
import type { SqlExpression } from '../../expression.ts';
import { nameOf } from '../../expressions/paths.ts';
import { booleanSql, translateExpression } from '../../expressions/translateExpression.ts';
import { graphColumns } from '../../graph.ts';
import type { Graph } from '../../graph.ts';
import { errorAt, unsupportedAt } from '../../queryError.ts';
import type { Relation } from '../../relation.ts';
import type { SyntaxNode } from '../../syntax/syntaxNode.ts';
import { assignmentsOf } from '../assignments.ts';
import { nameProjections } from '../naming.ts';
import { withDegrees } from './degrees.ts';
import { distinctness } from './distinctness.ts';
import type { Cycles } from './distinctness.ts';
import { islandOf, reduction } from './islands.ts';
import type { Condition, Rows } from './islands.ts';
import { matchScope } from './matchScope.ts';
import type { MatchScope } from './matchScope.ts';
import type { Pattern, PatternEdge } from './pattern.ts';
import { patternOf } from './pattern.ts';
import { usesOf, variableOf } from './uses.ts';
import { walkColumns, walks } from './walk.ts';

export interface MatchOptions {
  readonly cycles: Cycles;
  /** One or all shortest matches for the same nodes are kept. */
  readonly shortest?: 'any' | 'all';
}

/** Returns one row a match, as the `project` clause says. */
export function match(node: SyntaxNode, graph: Graph, context: Context, options: MatchOptions): Relation {
  const word = node.at(0) ?? node;
  const project = node.optional('ProjectClause');
  if (project === undefined) {
    throw errorAt(word, 'semantic', 'missing-project', `${word.text} needs a project clause.`);
  }
  const pattern = patternOf(node, context);
  const where = node.optional('WhereClause')?.child('Condition');
  const items = project.list('Expressions');
  const names = new Set([...pattern.nodes, ...pattern.edges].flatMap(({ variable }) => variable ?? []));
  const uses = usesOf(where === undefined ? items : [where, ...items], names);
  const matched = matchScope(pattern, graph, uses, context);
  const conditions = where === undefined ? [] : conditionsOf(where, pattern, matched);
  const projections = nameProjections(
    items.map((item) => projected(item, pattern, matched)),
    node.columns,
  );
  const nodesSource = uses.countsDegrees ? withDegrees(graph, context) : graph.nodes.source;
  const rows: Rows = {
    pattern,
    nodesSource,
    edgesSource: graph.edges.source,
    twoWaySource: pattern.edges.some(({ direction, range }) => direction === 'any' && range === undefined)
      ? twoWay(graph, context)
      : graph.edges.source,
    read: uses.read,
  };
  const walkSources = new Map<string, string>();
  for (const edge of pattern.edges) {
    const source = walkSource(edge, rows, graph, conditions, matched, context, options);
    if (source !== undefined) walkSources.set(edge.alias, source);
  }
  const all = islandOf(rows, undefined, walkSources);
  const clauses = [
    ...all.equalities,
    ...conditions.map(({ sql }) => sql),
    ...distinctness(pattern, all.ids, options.cycles),
  ];
  const tail = `${clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`}${shortestFirst(pattern, all.ids, options)}`;
  return select(context, 'graph_match', all.tables.join(', '), projections, { tail: tail.trim() });
}

function twoWay(graph: Graph, context: Context): string {
  const { source, target } = graphColumns;
  return context.tables.add(
    'graph_two_way',
    `FROM ${graph.edges.source} UNION ALL SELECT * REPLACE (${target} AS ${source}, ${source} AS ${target}) FROM ${graph.edges.source}`,
  );
}

/** The parts of the condition that hold together, without those that the walks see to. */
function conditionsOf(where: SyntaxNode, pattern: Pattern, matched: MatchScope): Condition[] {
  const parts: SyntaxNode[] = [];
  const pending = [where];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part.kind === 'AndExpression') pending.push(part.child('Right'), part.child('Left'));
    else if (part.kind === 'ParenthesizedExpression') pending.push(part.child('Expression'));
    else parts.push(part);
  }
  return parts.flatMap((part) => {
    const uses = usesOf([part], matched.variables);
    const walk = pattern.edges.find(
      ({ variable, range }) => range !== undefined && variable !== undefined && uses.properties.has(variable),
    );
    if (walk?.variable !== undefined) {
      const message = `'${walk.variable}' has several edges: read them with all(), any() or map().`;
      throw errorAt(part, 'semantic', 'graph-walk-property', message);
    }
    if (matched.takeCondition(part)) return [];
    return [
      {
        sql: booleanSql(translateExpression(part, matched.scope)),
        reads: uses.read,
        isEquality: equalities.has(part.kind),
      },
    ];
  });
}

const equalities: ReadonlySet<string> = new Set(['EqualExpression', 'EqualTildeExpression', 'InExpression']);

function projected(
  item: SyntaxNode,
  pattern: Pattern,
  matched: MatchScope,
): { readonly name: string | undefined; readonly value: SqlExpression } {
  const isNamed = item.kind === 'SimpleNamedExpression';
  const expression = isNamed ? item.child('Expression') : item;
  const name = isNamed ? nameOf(item.child('Name')) : (pathName(item) ?? item.resultName);
  const { properties } = usesOf([expression], matched.variables);
  const walk = pattern.edges.find(
    ({ variable, range }) => range !== undefined && variable !== undefined && properties.has(variable),
  );
  if (walk?.variable !== undefined) return { name, value: matched.perEdge(expression, walk.variable) };
  if (variableOf(expression, matched.variables) !== undefined) {
    return { name, value: translateExpression(expression, matched.scope) };
  }
  const [first, ...rest] = assignmentsOf(item, matched.scope);
  if (first === undefined || rest.length > 0) throw unsupportedAt(item, 'A list of columns');
  return { name, value: first.value };
}

/** The name of a column that is a property: `a.d.x` is a_d_x. */
function pathName(item: SyntaxNode): string | undefined {
  if (item.kind === 'NameReference') return nameOf(item);
  if (item.kind !== 'PathExpression' && item.kind !== 'ElementExpression') return undefined;
  const before = pathName(item.child('Expression'));
  const selector = item.child('Selector');
  const inner = selector.kind === 'BracketedExpression' ? selector.child('Expression') : selector;
  return before === undefined ? undefined : `${before}_${nameOf(inner)}`;
}

function walkSource(
  edge: PatternEdge,
  rows: Rows,
  graph: Graph,
  conditions: readonly Condition[],
  { reads }: MatchScope,
  context: Context,
  { cycles, shortest }: MatchOptions,
): string | undefined {
  const { range } = edge;
  const ownReads = reads.get(edge.alias);
  if (range === undefined || ownReads === undefined) return undefined;
  const left = reduction(rows, edge.left, conditions, context);
  const right = edge.left === edge.right ? undefined : reduction(rows, edge.right, conditions, context);
  const beginsRight = right !== undefined && right.weight > (left?.weight ?? 0);
  // A walk that is the whole pattern, and of which the condition asks nothing more, can be found breadth first.
  const isBreadthFirst =
    shortest !== undefined &&
    rows.pattern.edges.length === 1 &&
    range.min <= 1 &&
    conditions.every(({ reads: read }) => edge.variable === undefined || !read.has(edge.variable));
  return walks(
    {
      graph,
      nodesSource: rows.nodesSource,
      edge,
      range,
      reads: ownReads,
      beginsRight,
      begins: (beginsRight ? right : left)?.source,
      ends: (beginsRight ? left : right)?.source,
      cycles,
      ...(isBreadthFirst ? { shortest } : {}),
    },
    context,
  );
}

function shortestFirst(pattern: Pattern, ids: readonly string[], { shortest }: MatchOptions): string {
  if (shortest === undefined) return '';
  const walked = pattern.edges.filter(({ range }) => range !== undefined);
  const length = walked.map(({ alias }) => `${alias}.${walkColumns.length}`).join(' + ');
  const window = `PARTITION BY ${ids.join(', ')} ORDER BY ${length}`;
  if (shortest === 'all') return ` QUALIFY rank() OVER (${window}) = 1`;
  const ties = walked.map(({ alias }) => `${alias}.${walkColumns.edges}`).join(', ');
  return ` QUALIFY row_number() OVER (${window}, ${ties}) = 1`;
}

/** Patterns of `graph-match` and `graph-shortest-paths`: which nodes and edges a match binds, and how they hang together. */
import type { Context } from '../../context.ts';
import { nameOf } from '../../expressions/paths.ts';
import { constantScope } from '../../expressions/scope.ts';
import { translateExpression } from '../../expressions/translateExpression.ts';
import { errorAt } from '../../queryError.ts';
import type { SyntaxNode } from '../../syntax/syntaxNode.ts';

export interface PatternNode {
  readonly variable: string | undefined;
  /** SQL alias of the node's row. */
  readonly alias: string;
}

export interface PatternEdge {
  readonly variable: string | undefined;
  /** SQL alias of the edge's row, or of the row of its walk. */
  readonly alias: string;
  /** Places in `Pattern.nodes`, as written from left to right. */
  readonly left: number;
  readonly right: number;
  readonly direction: 'right' | 'left' | 'any';
  /** Present when the edge is of variable length. */
  readonly range?: { readonly min: number; readonly max: number };
}

export interface Pattern {
  readonly nodes: readonly PatternNode[];
  readonly edges: readonly PatternEdge[];
}

/** Returns the pattern; sequences are joined where they name the same node. */
export function patternOf(operator: SyntaxNode, context: Context): Pattern {
  const nodes: PatternNode[] = [];
  const edges: PatternEdge[] = [];
  for (const sequence of operator.list('Patterns')) {
    const elements = sequence.child('PatternElements').items();
    let left: number | undefined;
    let between: SyntaxNode | undefined;
    for (const element of elements) {
      if (element.kind === 'GraphMatchPatternEdge') between = element;
      else {
        const right = nodeAt(element, nodes);
        if (left !== undefined && between !== undefined)
          edges.push(edgeAt(between, left, right, edges, context));
        left = right;
      }
    }
  }
  for (const { variable } of edges) {
    if (variable !== undefined && nodes.some((node) => node.variable === variable)) {
      const message = `'${variable}' names both a node and an edge of the pattern.`;
      throw errorAt(operator.child('Patterns'), 'semantic', 'graph-pattern', message);
    }
  }
  if (!isConnected(nodes.length, edges)) {
    const message = 'The sequences of a pattern must share nodes, so that it is connected.';
    throw errorAt(operator.child('Patterns'), 'semantic', 'graph-pattern', message);
  }
  return { nodes, edges };
}

function nodeAt(element: SyntaxNode, nodes: PatternNode[]): number {
  const nameNode = element.optional('Name');
  const variable = nameNode === undefined ? undefined : nameOf(nameNode);
  const known = variable === undefined ? -1 : nodes.findIndex((node) => node.variable === variable);
  if (known >= 0) return known;
  return nodes.push({ variable, alias: `n${nodes.length + 1}` }) - 1;
}

function edgeAt(
  element: SyntaxNode,
  left: number,
  right: number,
  edges: readonly PatternEdge[],
  context: Context,
): PatternEdge {
  const nameNode = element.optional('Name');
  const variable = nameNode === undefined ? undefined : nameOf(nameNode);
  if (nameNode !== undefined && edges.some((edge) => edge.variable === variable)) {
    throw errorAt(nameNode, 'semantic', 'graph-pattern', `The pattern has two edges named '${variable}'.`);
  }
  const first = element.child('FirstToken').text;
  const last = element.optional('LastToken')?.text ?? first;
  const [pointsLeft, pointsRight] = [first.startsWith('<'), last.endsWith('>')];
  const direction = pointsLeft === pointsRight ? 'any' : pointsLeft ? 'left' : 'right';
  const range = element.optional('Range');
  return {
    variable,
    alias: `e${edges.length + 1}`,
    left,
    right,
    direction,
    ...(range === undefined ? {} : { range: rangeOf(range, context) }),
  };
}

function rangeOf(node: SyntaxNode, context: Context): { readonly min: number; readonly max: number } {
  const [min, max] = [bound(node.child('RangeStart'), context), bound(node.child('RangeEnd'), context)];
  if (min <= max) return { min, max };
  throw errorAt(node, 'semantic', 'graph-range', 'The least length of an edge is greater than the greatest.');
}

function bound(node: SyntaxNode, context: Context): number {
  const { constant } = translateExpression(node, constantScope(context));
  if (typeof constant === 'bigint' && constant >= 0n && constant <= BigInt(Number.MAX_SAFE_INTEGER))
    return Number(constant);
  throw errorAt(node, 'semantic', 'graph-range', "An edge's lengths are constant whole numbers from 0 on.");
}

function isConnected(count: number, edges: readonly PatternEdge[]): boolean {
  const reached = new Set([0]);
  for (let before = 0; before < reached.size;) {
    before = reached.size;
    for (const { left, right } of edges) {
      if (reached.has(left) || reached.has(right)) reached.add(left).add(right);
    }
  }
  return reached.size >= count;
}

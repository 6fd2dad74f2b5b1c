/** What the clauses of a match read of its variables; rows that nobody reads are not fetched. */
import { argumentsOf } from '../../expressions/functionCall.ts';
import { nameOf } from '../../expressions/paths.ts';
import type { SyntaxNode } from '../../syntax/syntaxNode.ts';

export interface Uses {
  /** Variables of which anything is read. */
  readonly read: Set<string>;
  /** Variables that stand for all their properties. */
  readonly whole: Set<string>;
  /** Variables of which a property is read outside `map()`, `all()` and `any()`. */
  readonly properties: Set<string>;
  /** Some `node_degree_...()` is read. */
  countsDegrees: boolean;
}

/** Functions over the edges of a walk, or over its inner nodes. */
export const walkFunctions: ReadonlySet<string> = new Set(['map', 'all', 'any']);

const elementFunctions: ReadonlySet<string> = new Set([
  'node_id',
  'labels',
  'node_degree_in',
  'node_degree_out',
  'inner_nodes',
]);

/** Returns what the expressions read of these variables. */
export function usesOf(expressions: readonly SyntaxNode[], variables: ReadonlySet<string>): Uses {
  const uses: Uses = { read: new Set(), whole: new Set(), properties: new Set(), countsDegrees: false };
  const pending = expressions.map((node) => ({ node, isElement: false }));
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { node, isElement } = item;
    if (node.kind === 'PathExpression') {
      const variable = variableOf(node.child('Expression'), variables);
      if (variable === undefined) pending.push({ node: node.child('Expression'), isElement });
      else {
        uses.read.add(variable);
        if (!isElement) uses.properties.add(variable);
      }
    } else if (node.kind === 'FunctionCallExpression') {
      const name = nameOf(node.child('Name'));
      const args = argumentsOf(node);
      if (name.startsWith('node_degree_')) uses.countsDegrees = true;
      const hasElement = walkFunctions.has(name) || elementFunctions.has(name);
      args.forEach((arg, index) => {
        const variable = hasElement && index === 0 ? variableOf(arg, variables) : undefined;
        if (variable === undefined)
          pending.push({ node: arg, isElement: isElement || walkFunctions.has(name) });
        else uses.read.add(variable);
      });
    } else {
      const variable = variableOf(node, variables);
      if (variable === undefined)
        pending.push(...[...node.children()].map((child) => ({ node: child, isElement })));
      else {
        uses.read.add(variable);
        uses.whole.add(variable);
      }
    }
  }
  return uses;
}

/** The variable that the node names. */
export function variableOf(node: SyntaxNode, variables: ReadonlySet<string>): string | undefined {
  if (node.kind !== 'NameReference') return undefined;
  const name = nameOf(node);
  return variables.has(name) ? name : undefined;
}

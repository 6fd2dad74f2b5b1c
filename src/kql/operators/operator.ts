/** What an operator of the registry receives and returns. */
import type { Context } from '../context.ts';
import { keepWithMembers, relationColumns } from '../relation.ts';
import type { Relation } from '../relation.ts';
import type { Scope } from '../expressions/scope.ts';
import { errorAt } from '../queryError.ts';
import { identifier } from '../sql/identifier.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';

/** `input` is absent where the operator begins a query (`print`, `range`, `union`, ...). */
export type TableOperator = (node: SyntaxNode, input: Relation | undefined, context: Context) => Relation;

/** Returns an operator that must follow a pipe. */
export function piped(
  translate: (node: SyntaxNode, input: Relation, context: Context) => Relation,
): TableOperator {
  return (node, input, context) => {
    if (input === undefined) {
      throw errorAt(node, 'semantic', 'no-input', 'This operator needs a table before it.');
    }
    if (input.graph !== undefined) {
      const message =
        'Here comes a graph, which only graph operators read: turn it into a table with graph-match or graph-to-table.';
      throw errorAt(node.at(0) ?? node, 'semantic', 'graph-not-table', message);
    }
    return translate(node, input, context);
  };
}

/** The value of a named parameter such as `kind=inner`, as written. */
export function parameterText(node: SyntaxNode, name: string): string | undefined {
  return parameterNode(node, name)?.text;
}

/** The value node of a named parameter. */
export function parameterNode(node: SyntaxNode, name: string): SyntaxNode | undefined {
  return node
    .list('Parameters')
    .find((parameter) => parameter.kind === 'NamedParameter' && parameter.child('Name').text === name)
    ?.child('Expression');
}

/**
 * Returns a scope over the input whose window functions are computed in steps of their own, and the input with those
 * steps; ask for `input()` after the expressions are translated.
 */
export function hoistingScope(
  context: Context,
  relation: Relation,
): { readonly scope: Scope; readonly input: () => Relation; readonly hidden: () => readonly string[] } {
  let source = relation.source;
  const hidden: string[] = [];
  const hoist: NonNullable<Scope['hoist']> = (sql, type, order) => {
    const name = identifier(`$${hidden.length + 1}`);
    const sorted = order === undefined ? '' : ` ORDER BY ${order}`;
    source = context.tables.add(
      'window',
      source === '' ? `SELECT ${sql} AS ${name}` : `SELECT *, ${sql} AS ${name} FROM ${source}${sorted}`,
    );
    hidden.push(name);
    return { sql: name, type };
  };
  const hoistList: NonNullable<Scope['hoistList']> = (sql, type, order) => {
    const name = identifier(`$${hidden.length + 1}`);
    const list = context.tables.add('list', `SELECT ${sql} AS list FROM ${source}`);
    const elements = `(SELECT unnest(list) AS ${name}, unnest(range(len(list))) + 1 AS "$at" FROM ${list})`;
    source = context.tables.add(
      'window',
      `SELECT a.*, e.${name} FROM ${source} AS a JOIN ${elements} AS e ON a.${order} = e."$at" ORDER BY a.${order}`,
    );
    hidden.push(name);
    return { sql: name, type };
  };
  let place: string | undefined;
  const rowOrder = (): string => (place ??= hoist('row_number() OVER ()', 'long').sql);
  return {
    scope: {
      context,
      columns: new Map(keepWithMembers(relation, relation.columns).map(({ name, value }) => [name, value])),
      hoist,
      hoistList,
      ...(relation.isSorted ? { rowOrder } : {}),
    },
    input: () => ({ ...relation, source }),
    hidden: () => hidden,
  };
}

/** Returns the relation of a stored SELECT with these columns. */
export function stored(
  context: Context,
  hint: string,
  sql: string,
  columns: Parameters<typeof relationColumns>[0],
  isSorted = false,
): Relation {
  return { source: context.tables.add(hint, sql), columns: relationColumns(columns), isSorted };
}

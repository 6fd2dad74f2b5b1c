/** `assert-schema (Name: type, ...)`: the rows as they are, where they have just these columns in this order. */
import type { Context } from '../context.ts';
import { nameOf } from '../expressions/paths.ts';
import { scalarTypeNamed } from '../expressions/translateExpression.ts';
import { errorAt } from '../queryError.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';

/** Returns the input; another schema is an error that says which the rows have. */
export function assertSchema(node: SyntaxNode, input: Relation, _context: Context): Relation {
  const schema = node.child('Schema');
  const asserted = schema.list('Columns').map((column) => ({
    name: nameOf(column.child('Name')),
    type: scalarTypeNamed(column.child('Type')),
  }));
  const written = (columns: readonly { readonly name: string; readonly type: string }[]): string =>
    columns.map(({ name, type }) => `${name}: ${type}`).join(', ');
  const actual = written(input.columns);
  if (written(asserted) === actual) return input;
  throw errorAt(
    schema,
    'semantic',
    'schema-mismatch',
    `The rows have the columns (${actual}), not those that are asserted.`,
  );
}

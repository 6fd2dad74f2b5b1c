/** `evaluate plugin(arguments) [: (output schema)]`. */
import type { Context } from '../context.ts';
import { nameOf } from '../expressions/paths.ts';
import { pluginCall } from '../plugins/plugin.ts';
import { plugins } from '../plugins/registry.ts';
import { unsupportedAt } from '../queryError.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { schemaColumns } from '../tables/datatable.ts';
import type { Column } from '../types.ts';

/** Returns what the plugin makes of the rows. */
export function evaluate(node: SyntaxNode, input: Relation, context: Context): Relation {
  const call = node.child('FunctionCall');
  const name = nameOf(call.child('Name'));
  const plugin = plugins.get(name);
  if (plugin === undefined) throw unsupportedAt(call.child('Name'), `The plugin '${name}()'`);
  return plugin(pluginCall(call, input, context, statedSchema(node, input)));
}

/** The columns after the colon; `*` stands for the input's. */
function statedSchema(node: SyntaxNode, input: Relation): readonly Column[] | undefined {
  const schema = node.optional('Schema')?.child('Schema');
  if (schema === undefined) return undefined;
  const listed = schemaColumns(schema);
  const takesInput = [...schema.children()].some(({ text }) => text.startsWith('*'));
  if (!takesInput) return listed;
  const names = new Set(listed.map(({ name }) => name));
  return [...input.columns.filter(({ name }) => !names.has(name)), ...listed];
}

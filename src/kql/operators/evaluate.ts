/** `evaluate plugin(arguments) [: (output schema)]`. */
import type { Context } from '../context.ts';
import { nameOf } from '../expressions/paths.ts';
import { piped } from './operator.ts';
import { pluginCall } from '../plugins/plugin.ts';
import type { Plugin } from '../plugins/plugin.ts';
import { plugins, refusedPlugins, severalResults } from '../plugins/registry.ts';
import { errorAt, unsupportedAt } from '../queryError.ts';
import type { QueryError } from '../queryError.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { schemaColumns } from '../tables/datatable.ts';
import type { Column } from '../types.ts';

/** Returns what the plugin makes of the rows; a refused one is refused before missing rows are. */
export function evaluate(node: SyntaxNode, input: Relation | undefined, context: Context): Relation {
  const call = node.child('FunctionCall');
  const name = nameOf(call.child('Name'));
  const plugin = plugins.get(name);
  if (plugin === undefined) throw refusal(call.child('Name'), name);
  const run = piped((at, rows) => evaluateWith(plugin.run, at, rows, context));
  return run(node, input, context);
}

/** Returns what makes each result of an `evaluate` that ends a query; empty unless its plugin has several. */
export function resultsOfPlugin(node: SyntaxNode): ((input: Relation, context: Context) => Relation)[] {
  const name = nameOf(node.child('FunctionCall').child('Name'));
  return (severalResults.get(name) ?? []).map(
    (run) => (input, context) => evaluateWith(run, node, input, context),
  );
}

function evaluateWith(run: Plugin, node: SyntaxNode, input: Relation, context: Context): Relation {
  return run(pluginCall(node.child('FunctionCall'), input, context, statedSchema(node, input)));
}

function refusal(node: SyntaxNode, name: string): QueryError {
  const what = `The plugin '${name}()'`;
  const reason = refusedPlugins.get(name);
  if (reason === undefined) return unsupportedAt(node, what);
  const message = `${what} is not supported by the local engine. ${reason}`;
  return errorAt(node, 'unsupported', 'unsupported', message);
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

/** What a plugin of `evaluate` receives and returns. */
import type { Context } from '../context.ts';
import { nameOf } from '../expressions/paths.ts';
import { errorAt } from '../queryError.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import type { Column } from '../types.ts';

export interface PluginCall {
  /** The call's node, `plugin(arguments)`. */
  readonly node: SyntaxNode;
  readonly name: string;
  /** Arguments by position. */
  readonly args: readonly SyntaxNode[];
  /** Arguments by name (`columnsConflict = 'keep_source'`). */
  readonly named: ReadonlyMap<string, SyntaxNode>;
  readonly input: Relation;
  readonly context: Context;
  /** The output schema that the query states, or that was discovered for it. */
  readonly schema: readonly Column[] | undefined;
}

export type Plugin = (call: PluginCall) => Relation;

/** Returns the call's parts. */
export function pluginCall(
  node: SyntaxNode,
  input: Relation,
  context: Context,
  schema: readonly Column[] | undefined,
): PluginCall {
  const args: SyntaxNode[] = [];
  const named = new Map<string, SyntaxNode>();
  for (const arg of node.child('ArgumentList').list('Expressions')) {
    if (arg.kind === 'SimpleNamedExpression') named.set(nameOf(arg.child('Name')), arg.child('Expression'));
    else args.push(arg);
  }
  return { node, name: nameOf(node.child('Name')), args, named, input, context, schema };
}

/** Returns the argument at a position, which the plugin requires. */
export function requiredArgument(call: PluginCall, index: number): SyntaxNode {
  const arg = call.args[index];
  if (arg !== undefined) return arg;
  throw errorAt(
    call.node,
    'semantic',
    'missing-argument',
    `${call.name}() needs at least ${index + 1} arguments.`,
  );
}

/** Thrown where the data must be asked for the plugin's columns first. */
export class ProbeNeeded extends Error {
  readonly sql: string;
  readonly plugin: string;
  /** Where the call ends in the bound text. */
  readonly place: number;

  constructor(sql: string, { node, name, context }: PluginCall) {
    super('the columns depend on data');
    this.sql = sql;
    this.plugin = name;
    this.place = node.start + node.length + (context.placeShift ?? 0);
  }
}

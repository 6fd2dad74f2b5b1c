/** Functions that ask the service about itself, the query's options or the row; many have no answer on local files. */
import type { SqlExpression } from '../expression.ts';
import { scalarFunctions } from '../functions/registry.ts';
import { errorAt } from '../queryError.ts';
import { stringLiteral } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import type { ScalarType } from '../types.ts';
import { callAt } from './call.ts';
import { castTo } from './cast.ts';
import { nullConstant, parseLiteral, stringConstant } from './literals.ts';
import { nameOf } from './paths.ts';
import type { PlacedFunction } from './placedFunctions.ts';
import { constantScope } from './scope.ts';
import type { Scope } from './scope.ts';
import { booleanSql, translateExpression } from './translateExpression.ts';

export const serviceFunctions: readonly (readonly [string, PlacedFunction])[] = [
  [
    'ingestion_time',
    unknown('datetime', 'null here: local files do not record when a service received a row'),
  ],
  ['extent_id', unknown('guid', 'null here: local tables have no extents')],
  ['extentid', unknown('guid', 'null here: local tables have no extents')],
  ['extent_tags', unknown('dynamic', 'null here: local tables have no extents')],
  ['current_principal_details', unknown('dynamic', 'empty here: nobody is signed in')],
  ['current_principal', unknown('string', 'empty here: nobody is signed in')],
  ['current_principal_is_member_of', unknown('bool', 'false here: nobody is signed in')],
  ['current_database', () => stringConstant('local')],
  ['current_cluster_endpoint', () => stringConstant('local')],
  ['iscolumnexists', isColumnExists],
  ['estimate_data_size', estimateDataSize],
  ['bin_auto', binAuto],
  ['assert', assertion],
];

/** A value of the type that says nothing, with a notice of the reason. */
function unknown(type: ScalarType, reason: string): PlacedFunction {
  return (node, _args, scope) => {
    scope.context.shared.notices.add(`${nameOf(node.child('Name'))}() is ${reason}.`);
    if (type === 'string') return stringConstant('');
    return (type === 'bool' ? parseLiteral('false', type) : undefined) ?? nullConstant(type);
  };
}

function required(node: SyntaxNode, args: readonly SyntaxNode[], index: number): SyntaxNode {
  const arg = args[index];
  if (arg !== undefined) return arg;
  const name = nameOf(node.child('Name'));
  throw errorAt(
    node,
    'semantic',
    'missing-argument',
    `${name}() needs ${index === 0 ? 'an argument' : 'more arguments'}.`,
  );
}

function isColumnExists(node: SyntaxNode, args: readonly SyntaxNode[], scope: Scope): SqlExpression {
  const { constant } = translateExpression(required(node, args, 0), scope);
  const exists = typeof constant === 'string' && scope.columns.has(constant);
  return { sql: String(exists), type: 'bool', constant: exists };
}

/** Bytes that a value of the type takes, where all take the same. */
const sizes: Partial<Record<ScalarType, number>> = {
  bool: 1,
  int: 4,
  long: 8,
  real: 8,
  datetime: 8,
  timespan: 8,
  guid: 16,
  decimal: 16,
};

/** `estimate_data_size(columns)`, or `*` for all: texts count their bytes, dynamic values those of their JSON. */
function estimateDataSize(node: SyntaxNode, args: readonly SyntaxNode[], scope: Scope): SqlExpression {
  required(node, args, 0);
  const values = args.flatMap((arg) =>
    arg.kind === 'StarExpression' ? [...scope.columns.values()] : [translateExpression(arg, scope)],
  );
  const parts = values.map((value) => {
    const size = sizes[value.type];
    return size === undefined ? `coalesce(strlen(CAST(${value.sql} AS VARCHAR)), 0)` : String(size);
  });
  return { sql: `CAST(${['0', ...parts].join(' + ')} AS BIGINT)`, type: 'long' };
}

/** `bin_auto(value)`: the bins that `set query_bin_auto_size` and `set query_bin_auto_at` ask for. */
function binAuto(node: SyntaxNode, args: readonly SyntaxNode[], scope: Scope): SqlExpression {
  const value = translateExpression(required(node, args, 0), scope);
  const option = (name: string): SqlExpression | undefined => {
    const given = scope.context.shared.options.get(name);
    return given === undefined ? undefined : translateExpression(given, constantScope(scope.context));
  };
  const size = option('query_bin_auto_size');
  if (size === undefined) {
    throw errorAt(
      node,
      'semantic',
      'missing-option',
      'bin_auto() needs the size of a bin: set query_bin_auto_size=1h; before the query.',
    );
  }
  const at = option('query_bin_auto_at');
  const bin = scalarFunctions.get(at === undefined ? 'bin' : 'bin_at');
  const type = node.type ?? value.type;
  const call = callAt(node, 'bin_auto', type, args, scope);
  const given = at === undefined ? [value, size] : [value, size, castTo(at, type)];
  return { sql: bin?.translate(given, call) ?? call.unsupported('bin_auto()'), type };
}

/** `assert(condition, message)`: true, or the query fails with the message. */
function assertion(node: SyntaxNode, args: readonly SyntaxNode[], scope: Scope): SqlExpression {
  const condition = booleanSql(translateExpression(required(node, args, 0), scope));
  const { constant } = translateExpression(required(node, args, 1), scope);
  if (typeof constant !== 'string') {
    throw errorAt(node, 'semantic', 'invalid-argument', 'assert() takes a constant message.');
  }
  const failure = stringLiteral(`assert() has failed with message: '${constant}'`);
  return {
    sql: `CASE WHEN ${condition} THEN true ELSE CAST(error(${failure}) AS BOOLEAN) END`,
    type: 'bool',
  };
}

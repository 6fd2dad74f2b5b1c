/** `sequence_detect`: events that meet one condition, then another, in time. */
import type { SqlExpression } from '../expression.ts';
import { castTo } from '../expressions/cast.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { nameProjections } from '../operators/naming.ts';
import { stored } from '../operators/operator.ts';
import { relationColumns } from '../relation.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { invalid } from './arguments.ts';
import { requiredArgument } from './plugin.ts';
import type { PluginCall } from './plugin.ts';

/**
 * `evaluate sequence_detect(time, step window, span, condition, condition..., dimensions...)`: a row for every choice of
 * one event per condition, each later than the one before and within the windows. Conditions are what is of type bool.
 */
export function sequenceDetect(call: PluginCall): Relation {
  const { input, context } = call;
  const timeNode = requiredArgument(call, 0);
  const scope = rowScope(context, input);
  const time = translateExpression(timeNode, scope);
  const parts = call.node
    .child('ArgumentList')
    .list('Expressions')
    .slice(3)
    .map((node) => ({ name: partName(node), value: translateExpression(node, scope) }));
  const steps = parts.filter(({ value }) => value.type === 'bool');
  const dimensions = parts.filter(({ value }) => value.type !== 'bool');
  if (steps.length === 0) throw invalid(call.node, 'sequence_detect() needs a condition for each step.');
  const [stepWindow, span] = [1, 2].map((index) => length(call, index, time));
  const keys = dimensions.map((_dimension, index) => `"$d${index + 1}"`);
  const list = dimensions.map(({ value }, index) => `${value.sql} AS ${keys[index] ?? ''}, `).join('');
  const tables = steps.map(({ value }) =>
    context.tables.add(
      'step',
      `SELECT DISTINCT ${list}${time.sql} AS "$t" FROM ${input.source} WHERE ${value.sql} AND ${time.sql} IS NOT NULL`,
    ),
  );
  const joins = tables.map((table, index) => {
    if (index === 0) return `${table} AS s0`;
    const [last, at] = [`s${index - 1}`, `s${index}`];
    const same = keys.map((key) => `${at}.${key} IS NOT DISTINCT FROM s0.${key} AND `).join('');
    return `JOIN ${table} AS ${at} ON ${same}${at}."$t" > ${last}."$t" AND ${at}."$t" <= ${last}."$t" + ${stepWindow ?? ''} AND ${at}."$t" <= s0."$t" + ${span ?? ''}`;
  });
  const times = tables.map((_table, index) => `s${index}."$t"`);
  const duration = castTo({ sql: `(${times.at(-1) ?? ''} - s0."$t")`, type: time.type }, 'timespan').sql;
  const sql = `SELECT ${keys.map((key) => `s0.${key}, `).join('')}${times.join(', ')}, ${duration} FROM ${joins.join('\n')} ORDER BY ${times.join(', ')}`;
  const named = nameProjections(
    [
      ...dimensions,
      ...steps.map(({ name }) => ({ name: `${name}_${nameOf(timeNode)}`, value: time })),
      { name: 'Duration', value: { sql: '', type: 'timespan' } },
    ],
    call.node.columns,
  );
  const columns = relationColumns(named.map(({ name, value: { type } }) => ({ name, type })));
  const names = columns.map((column) => column.sql).join(', ');
  return stored(context, call.name, `FROM (${sql}) AS result(${names})`, columns, true);
}

function partName(node: SyntaxNode): string {
  if (node.kind === 'SimpleNamedExpression') return nameOf(node.child('Name'));
  return node.kind === 'NameReference' ? nameOf(node) : '';
}

function length(call: PluginCall, index: number, time: SqlExpression): string {
  const value = translateExpression(requiredArgument(call, index), constantScope(call.context));
  return castTo(value, time.type === 'datetime' ? 'timespan' : time.type).sql;
}

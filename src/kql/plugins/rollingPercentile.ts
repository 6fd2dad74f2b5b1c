/** `rolling_percentile`: a percentile of the values of each bin and of the bins before it. */
import { castTo } from '../expressions/cast.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { nameProjections } from '../operators/naming.ts';
import { stored } from '../operators/operator.ts';
import { relationColumns } from '../relation.ts';
import type { Relation } from '../relation.ts';
import { numberArgument } from './arguments.ts';
import { requiredArgument } from './plugin.ts';
import type { PluginCall } from './plugin.ts';

/** `evaluate rolling_percentile(value, percentile, index, bin size, bins per window [, dimensions...])`. */
export function rollingPercentile(call: PluginCall): Relation {
  const { input, context } = call;
  const scope = rowScope(context, input);
  const [valueNode, indexNode] = [requiredArgument(call, 0), requiredArgument(call, 2)];
  const [value, index] = [translateExpression(valueNode, scope), translateExpression(indexNode, scope)];
  const percentile = numberArgument(call, 1, { fallback: 50, least: 0, most: 100 });
  const bins = numberArgument(call, 4, { fallback: 1, least: 1, most: 1e9 });
  const isWhole = index.type !== 'real' && index.type !== 'decimal';
  const sizeType = index.type === 'datetime' ? 'timespan' : isWhole ? index.type : 'real';
  const size = castTo(translateExpression(requiredArgument(call, 3), constantScope(context)), sizeType).sql;
  const bin = isWhole
    ? `kql_bin(${index.sql}, ${size})`
    : `kql_bin_real(${castTo(index, 'real').sql}, ${size})`;
  const dimensions = call.args.slice(5).map((node, at) => {
    const { type, sql } = translateExpression(node, scope);
    return { name: nameOf(node), value: { type, sql }, key: `"$d${at + 1}"` };
  });
  const keys = dimensions.map(({ key }) => key);
  const list = dimensions.map(({ value: { sql }, key }) => `${sql} AS ${key}, `).join('');
  const binned = context.tables.add(
    'binned',
    `SELECT ${list}${bin} AS "$bin", ${value.sql} AS "$value" FROM ${input.source} WHERE ${index.sql} IS NOT NULL`,
  );
  const partition = keys.length === 0 ? '' : `PARTITION BY ${keys.join(', ')} `;
  const rolling = context.tables.add(
    'rolling',
    `SELECT DISTINCT "$bin", ${keys.map((key) => `${key}, `).join('')}quantile_disc("$value", ${percentile / 100}) OVER (${partition}ORDER BY "$bin" RANGE BETWEEN ${size} * ${bins - 1} PRECEDING AND CURRENT ROW) AS "$percentile" FROM ${binned}`,
  );
  const named = nameProjections(
    [
      { name: nameOf(indexNode), value: index },
      ...dimensions.map(({ name, value: dimension }) => ({ name, value: dimension })),
      { name: `rolling_${bins}_percentile_${nameOf(valueNode)}_${percentile}`, value },
    ],
    call.node.columns,
  );
  const columns = relationColumns(named.map(({ name, value: { type } }) => ({ name, type })));
  const names = columns.map(({ sql }) => sql).join(', ');
  const order = [...keys, '"$bin"'].join(', ');
  return stored(
    context,
    call.name,
    `FROM (FROM ${rolling} ORDER BY ${order}) AS result(${names})`,
    columns,
    true,
  );
}

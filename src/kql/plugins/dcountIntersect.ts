/** `dcount_intersect`: how many values the first, the first two, ... of several `hll()` states share. */
import { select } from '../context.ts';
import { rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { jsonOf } from '../functions/convert.ts';
import { nameProjections } from '../operators/naming.ts';
import { keepAll } from '../relation.ts';
import type { Relation } from '../relation.ts';
import { invalid } from './arguments.ts';
import type { PluginCall } from './plugin.ts';

/** The number of sets that Kusto takes. */
const [fewest, most] = [2, 16];

/** `evaluate dcount_intersect(hll, hll [, hll...])`: the input's columns, then `s0`, `s1`, ... */
export function dcountIntersect(call: PluginCall): Relation {
  const { args, input, context } = call;
  if (args.length < fewest || args.length > most) {
    throw invalid(call.node, `dcount_intersect() takes ${fewest} to ${most} hll() values.`);
  }
  const scope = rowScope(context, input);
  const sets = args.map((node) => `kql_elements(${jsonOf(translateExpression(node, scope))})`);
  const counts = sets.map((_set, index) => {
    const shared = sets
      .slice(1, index + 1)
      .reduce((left, set) => `list_intersect(${left}, ${set})`, sets[0] ?? '[]');
    return { name: `s${index}`, value: { sql: `coalesce(len(${shared}), 0)`, type: 'long' as const } };
  });
  const columns = nameProjections([...keepAll(input.columns), ...counts], call.node.columns);
  return select(context, call.name, input.source, columns, { isSorted: input.isSorted });
}

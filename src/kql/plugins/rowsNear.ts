/** `rows_near`: the rows around each row that meets a condition. */
import { select } from '../context.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import { booleanSql, translateExpression } from '../expressions/translateExpression.ts';
import { keepAll } from '../relation.ts';
import type { Relation } from '../relation.ts';
import { requiredArgument } from './plugin.ts';
import type { PluginCall } from './plugin.ts';

/** `evaluate rows_near(condition, before [, after])`; `after` is as many as before when it is not given. */
export function rowsNear(call: PluginCall): Relation {
  const { input, context } = call;
  const condition = booleanSql(translateExpression(requiredArgument(call, 0), rowScope(context, input)));
  const constants = constantScope(context);
  const before = translateExpression(requiredArgument(call, 1), constants).sql;
  const after = call.args[2] === undefined ? before : translateExpression(call.args[2], constants).sql;
  const source = context.tables.add(
    'near',
    `SELECT *, bool_or(coalesce(${condition}, false)) OVER (ROWS BETWEEN ${after} PRECEDING AND ${before} FOLLOWING) AS "$near" FROM ${input.source}`,
  );
  return select(context, 'rows_near', source, keepAll(input.columns), {
    tail: 'WHERE "$near"',
    isSorted: input.isSorted,
  });
}

/** `diffpatterns_text`: the words, at their places in a text, that tell two sets of rows apart. */
import { select } from '../context.ts';
import { castTo } from '../expressions/cast.ts';
import { rowScope } from '../expressions/scope.ts';
import { booleanSql, translateExpression } from '../expressions/translateExpression.ts';
import type { Relation } from '../relation.ts';
import { numberArgument } from './arguments.ts';
import { mostLevels, tellingPatterns } from './diffPatterns.ts';
import { minePatterns } from './frequentPatterns.ts';
import { countSql } from './patternColumns.ts';
import { requiredArgument } from './plugin.ts';
import type { PluginCall } from './plugin.ts';

/** Words after this many are not looked at. */
const places = 24;

/** `evaluate diffpatterns_text(text, condition [, min tokens, threshold, max tokens])`. */
export function diffPatternsText(call: PluginCall): Relation {
  const { input, context } = call;
  const scope = rowScope(context, input);
  const text = castTo(translateExpression(requiredArgument(call, 0), scope), 'string').sql;
  const condition = booleanSql(translateExpression(requiredArgument(call, 1), scope));
  const least = numberArgument(call, 2, { fallback: 1, least: 0, most: 200 });
  const threshold = numberArgument(call, 3, { fallback: 0.05, least: 0.015, most: 1 });
  const most = numberArgument(call, 4, { fallback: places, least: 0, most: 20 });
  const words = context.tables.add(
    'words',
    `SELECT string_split_regex(trim(${text}, E' \\t\\r\\n'), '\\s+')[1:${places}] AS words, coalesce(${condition}, false) AS holds FROM ${input.source}`,
  );
  const mined = minePatterns({
    tables: context.tables,
    source: words,
    columns: Array.from({ length: places }, (_, index) => `nullif(words[${index + 1}], '')`),
    weights: ['CASE WHEN holds THEN 1 ELSE 0 END', 'CASE WHEN holds THEN 0 ELSE 1 END'],
    threshold,
    levels: Math.max(1, Math.min(mostLevels, most)),
    skipsNulls: true,
  });
  const telling = tellingPatterns(context.tables, mined, threshold);
  const joins = mined.values.map(
    (table, index) => `LEFT JOIN ${table} AS d${index} ON list_contains(p.items, d${index}.id)`,
  );
  const shown = mined.values.map((_table, index) => `coalesce(d${index}.v, '*')`).join(', ');
  const columns = [
    { name: 'Count_of_True', value: { sql: countSql('p.w0'), type: 'long' } },
    { name: 'Count_of_False', value: { sql: countSql('p.w1'), type: 'long' } },
    { name: 'Percent_of_True', value: { sql: 'round(p.pa, 2)', type: 'real' } },
    { name: 'Percent_of_False', value: { sql: 'round(p.pb, 2)', type: 'real' } },
    {
      name: 'Pattern',
      value: { sql: `regexp_replace(array_to_string([${shown}], ' '), '( \\*)+$', '')`, type: 'string' },
    },
  ] as const;
  return select(context, 'diffpatterns_text', `${telling} AS p ${joins.join(' ')}`, columns, {
    tail: `WHERE len(p.items) BETWEEN ${least} AND ${most} ORDER BY p.difference DESC, len(p.items) DESC, p.items`,
    isSorted: true,
  });
}

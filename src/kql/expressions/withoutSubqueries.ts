/** Keeps the subqueries of `toscalar()` out of DuckDB's TRY, which takes none inside. */
import type { SqlExpression } from '../expression.ts';
import { functionMacros } from '../functions/macros.ts';
import type { Scope } from './scope.ts';

/** TRY itself, and the macros that have one inside, also by way of other macros. */
const tries = callsOfTry(functionMacros);

function callsOfTry(definitions: readonly string[]): RegExp {
  const macros = definitions.flatMap((text) => {
    const [, name, body] = /MACRO (\w+)([\s\S]*)/.exec(text) ?? [];
    return name === undefined || body === undefined ? [] : [{ name, body }];
  });
  const names = new Set(['TRY']);
  const calls = (): RegExp => new RegExp(`\\b(?:${[...names].join('|')})\\(`);
  for (let before = 0; before !== names.size;) {
    before = names.size;
    for (const { name, body } of macros) if (calls().test(body)) names.add(name);
  }
  return calls();
}

/**
 * Returns the SQL that `build` makes of the values. Those that hold a subquery become columns of a step before this one;
 * where there is none, parameters of a lambda, which are values inside.
 */
export function withoutSubqueries(
  build: (values: readonly SqlExpression[]) => string,
  values: readonly SqlExpression[],
  scope: Scope,
): string {
  const sql = build(values);
  if (!sql.includes('(SELECT ') || !tries.test(sql)) return sql;
  const { hoist } = scope;
  const held: string[] = [];
  const plain = values.map((value): SqlExpression => {
    if (value.constant !== undefined || !value.sql.includes('(SELECT ')) return value;
    if (hoist !== undefined) return hoist(value.sql, value.type);
    held.push(value.sql);
    return { sql: `held.v${held.length}`, type: value.type };
  });
  if (held.length === 0) return build(plain);
  const record = held.map((value, index) => `v${index + 1}: ${value}`).join(', ');
  return `list_transform([{${record}}], lambda held: ${build(plain)})[1]`;
}

/** `parse-kv`: values of named keys out of a text of `key=value` pairs. */
import { select } from '../context.ts';
import type { Context } from '../context.ts';
import { castTo } from '../expressions/cast.ts';
import { nameOf } from '../expressions/paths.ts';
import { rowScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { keepAll } from '../relation.ts';
import type { Projection, Relation } from '../relation.ts';
import { stringLiteral } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { schemaColumns } from '../tables/datatable.ts';
import { escapeRegex } from './parse.ts';

/** `parse-kv text as (key: type, ...) with (pair_delimiter=, kv_delimiter=, quote=, escape=, greedy=, regex=)`. */
export function parseKv(node: SyntaxNode, input: Relation, context: Context): Relation {
  const text = castTo(translateExpression(node.child('Expression'), rowScope(context, input)), 'string').sql;
  const options = new Map(
    (node.optional('WithClause')?.list('Properties') ?? []).map((property) => [
      nameOf(property.child('Name')),
      valueText(property.child('Expression')),
    ]),
  );
  const columns: Projection[] = keepAll(input.columns);
  for (const { name, type } of schemaColumns(node.child('Keys'))) {
    const found = keyValue(text, name, options);
    const projection = { name, value: castTo({ sql: found, type: 'string' }, type) };
    const at = columns.findIndex((column) => column.name === name);
    if (at >= 0) columns[at] = projection;
    else columns.push(projection);
  }
  return select(context, 'parse_kv', input.source, columns, { isSorted: input.isSorted });
}

function valueText(node: SyntaxNode): string {
  return node.kind.includes('String') ? node.stringValue : node.text;
}

/** SQL of the first value that the key has; the empty string where it has none. */
function keyValue(text: string, key: string, options: ReadonlyMap<string, string>): string {
  const regex = options.get('regex');
  if (regex !== undefined) {
    const pairs = `list_zip(regexp_extract_all(${text}, ${stringLiteral(regex)}, 1), regexp_extract_all(${text}, ${stringLiteral(regex)}, 2))`;
    return `coalesce(list_filter(${pairs}, lambda p: p[1] = ${stringLiteral(key)})[1][2], '')`;
  }
  const given = (name: string): string | undefined => {
    const value = options.get(name);
    return value === undefined || value === '' ? undefined : escapeRegex(value);
  };
  const pairs = given('pair_delimiter') ?? anyDelimiter;
  const equals = given('kv_delimiter') ?? anyDelimiter;
  const [open, close = open] = Array.from(options.get('quote') ?? '').map(escapeRegex);
  const escape = given('escape');
  const keyText = escapeRegex(key);
  const keyPattern = open === undefined ? keyText : `(?:${open}${keyText}${close ?? ''}|${keyText})`;
  const start = `(?s)(?:^|${pairs})\\s*${keyPattern}\\s*${equals}\\s*`;
  const plain = plainValue(options, pairs, equals);
  if (open === undefined) {
    return `trim(regexp_extract(${text}, ${stringLiteral(`${start}${plain}`)}, 1))`;
  }
  const inner = escape === undefined ? `[^${close ?? ''}]` : `(?:[^${close ?? ''}${escape}]|${escape}.)`;
  const pattern = `${start}(?:${open}(${inner}*)${close ?? ''}|${plain})`;
  const parts = `regexp_extract(${text}, ${stringLiteral(pattern)}, ['q', 'p'])`;
  const quoted =
    escape === undefined
      ? `${parts}['q']`
      : `regexp_replace(${parts}['q'], ${stringLiteral(`(?s)${escape}(.)`)}, '\\1', 'g')`;
  return `(${quoted} || trim(${parts}['p']))`;
}

/** Where no delimiter is given, every character that is no letter, digit or underscore is one. */
const anyDelimiter = '[^\\pL\\pN_]';

/** A greedy value runs to the next pair; another stops at the delimiter. */
function plainValue(options: ReadonlyMap<string, string>, pairs: string, equals: string): string {
  if (options.get('greedy') === 'true') return `(.*?)(?:${pairs}\\s*[^\\s${equals}]+\\s*${equals}|$)`;
  return (options.get('pair_delimiter') ?? '') === '' ? '([\\pL\\pN_]*)' : `(.*?)(?:${pairs}|$)`;
}

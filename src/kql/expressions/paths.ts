/** Access into dynamic values: `a.b`, `a["b"]`, `a[0]`, `a[-1]`, `a[expression]`; also `$left.x` in join conditions. */
import type { SqlExpression } from '../expression.ts';
import { convert } from '../functions/convert.ts';
import { errorAt } from '../queryError.ts';
import { stringLiteral } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { translateExpression } from './translateExpression.ts';
import type { Scope } from './scope.ts';

/** One step into a value: a property name, an array index, or an expression that yields either. */
type Step = string | bigint | SqlExpression;

/** Returns the property that a path names. */
export function translatePath(node: SyntaxNode, scope: Scope): SqlExpression {
  const side = sideColumn(node, scope);
  return side ?? translateAccess(node, scope);
}

/** Returns the element that brackets name. */
export function translateElement(node: SyntaxNode, scope: Scope): SqlExpression {
  return translateAccess(node, scope);
}

function sideColumn(node: SyntaxNode, scope: Scope): SqlExpression | undefined {
  const record = recordOf(node, scope);
  if (record === undefined) return undefined;
  const { name, columns } = record;
  const selector = node.child('Selector');
  const column = columns.get(nameOf(selector));
  if (column === undefined) {
    throw errorAt(
      selector,
      'semantic',
      'unknown-column',
      `${name} has no column named '${nameOf(selector)}'.`,
    );
  }
  return column;
}

/** What the path's first part names, if it is a record rather than a value: a side of a join, a step of a scan. */
function recordOf(
  node: SyntaxNode,
  scope: Scope,
): { readonly name: string; readonly columns: ReadonlyMap<string, SqlExpression> } | undefined {
  const first = node.child('Expression');
  if (node.kind !== 'PathExpression' || first.kind !== 'NameReference') return undefined;
  const name = nameOf(first);
  const columns =
    name === '$left' ? scope.sides?.left : name === '$right' ? scope.sides?.right : scope.records?.get(name);
  return columns === undefined ? undefined : { name, columns };
}

/** Returns the plain name that a name node holds, without brackets and quotes. */
export function nameOf(node: SyntaxNode): string {
  let inner = node;
  for (let name = inner.optional('Name'); name !== undefined; name = inner.optional('Name')) inner = name;
  const isQuoted =
    inner.kind === 'StringLiteralExpression' || inner.kind === 'CompoundStringLiteralExpression';
  if (isQuoted) return inner.stringValue;
  return inner.valueText === '' ? inner.text : inner.valueText;
}

function translateAccess(node: SyntaxNode, scope: Scope): SqlExpression {
  const steps: Step[] = [];
  let base = node;
  while (base.kind === 'PathExpression' || base.kind === 'ElementExpression') {
    if (recordOf(base, scope) !== undefined) break;
    steps.unshift(stepOf(base, scope));
    base = base.child('Expression');
  }
  const part = splitPart(base, steps, scope);
  if (part !== undefined) return part;
  const value = translateExpression(base, scope);
  const sql = accessSql(value.memberSource ?? value.sql, steps);
  return { sql, type: 'dynamic', ...textOfAccess(sql) };
}

/** `split(text, "d")[n]`: the part is taken from the text, without an array of all parts; null beyond the last one. */
function splitPart(base: SyntaxNode, steps: readonly Step[], scope: Scope): SqlExpression | undefined {
  const [index, ...further] = steps;
  if (typeof index !== 'bigint' || further.length > 0 || base.kind !== 'FunctionCallExpression')
    return undefined;
  const isOwnFunction = scope.context.names.get('split') !== undefined;
  if (isOwnFunction || nameOf(base.child('Name')) !== 'split') return undefined;
  const [textNode, delimiterNode, ...others] = base.child('ArgumentList').list('Expressions');
  if (textNode === undefined || delimiterNode === undefined || others.length > 0) return undefined;
  const [text, delimiter] = [translateExpression(textNode, scope), translateExpression(delimiterNode, scope)];
  if (typeof delimiter.constant !== 'string' || delimiter.constant === '') return undefined;
  const place = index < 0n ? index : index + 1n;
  const parts = `${convert(text, 'string')}, ${stringLiteral(delimiter.constant)}`;
  return {
    sql: `to_json(string_split(${parts})[${place}])`,
    type: 'dynamic',
    text: `split_part(${parts}, ${place})`,
  };
}

function stepOf(node: SyntaxNode, scope: Scope): Step {
  const selector = node.child('Selector');
  if (selector.kind === 'NameReference') return nameOf(selector);
  const inner = selector.kind === 'BracketedExpression' ? selector.child('Expression') : selector;
  const index = translateExpression(inner, scope);
  if (typeof index.constant === 'string' || typeof index.constant === 'bigint') return index.constant;
  return index;
}

function accessSql(value: string, steps: readonly Step[]): string {
  let sql = value;
  let path = '';
  const flush = (): void => {
    if (path !== '') sql = extract(sql, stringLiteral(`$${path}`));
    path = '';
  };
  for (const step of steps) {
    if (typeof step === 'bigint') path += step < 0n ? `[#${step}]` : `[${step}]`;
    else if (typeof step === 'string') {
      if (/["\\*]/.test(step)) {
        flush();
        sql = extract(sql, stringLiteral(`/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`));
      } else path += `."${step}"`;
    } else {
      flush();
      sql = extract(sql, dynamicStep(step));
    }
  }
  flush();
  return sql;
}

/** The text of a member is read in one step; DuckDB then gives null for JSON's null too. */
function textOfAccess(sql: string): { readonly text?: string } {
  const { prefix, suffix } = extraction;
  if (!sql.startsWith(prefix) || !sql.endsWith(suffix)) return {};
  return { text: `json_extract_string${sql.slice(prefix.length, -suffix.length)}` };
}

const extraction = { prefix: 'nullif(json_extract', suffix: ", 'null')" };

/** JSON's own null is Kusto's null. */
function extract(value: string, path: string): string {
  return `${extraction.prefix}(${value}, ${path})${extraction.suffix}`;
}

function dynamicStep(step: SqlExpression): string {
  if (step.type === 'string') return `('/' || replace(replace(${step.sql}, '~', '~0'), '/', '~1'))`;
  if (step.type === 'dynamic') {
    const text = `(${step.sql} ->> '$')`;
    return `CASE WHEN json_type(${step.sql}) = 'VARCHAR' THEN '/' || ${text} ELSE '$[' || ${text} || ']' END`;
  }
  return `('$[' || CASE WHEN ${step.sql} < 0 THEN '#' ELSE '' END || ${step.sql} || ']')`;
}

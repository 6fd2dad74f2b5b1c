/** `parse` and `parse-where`: columns taken out of a text by a pattern. */
import { select } from '../context.ts';
import type { Context } from '../context.ts';
import type { SqlExpression } from '../expression.ts';
import { castTo } from '../expressions/cast.ts';
import { nameOf } from '../expressions/paths.ts';
import { rowScope } from '../expressions/scope.ts';
import { scalarTypeNamed, translateExpression } from '../expressions/translateExpression.ts';
import { duckPattern } from '../functions/patterns.ts';
import { unsupportedAt } from '../queryError.ts';
import { keepAll } from '../relation.ts';
import type { Projection, Relation } from '../relation.ts';
import { nullLiteral, stringLiteral } from '../sql/literal.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import type { Column } from '../types.ts';
import { parameterText } from './operator.ts';

type Kind = 'simple' | 'relaxed' | 'regex';

interface Pattern {
  readonly regex: string;
  readonly columns: readonly Column[];
}

/**
 * `parse [kind=simple|regex|relaxed [flags=...]] expression with pattern`. Rows that do not match get nulls;
 * `parse-where` leaves them out.
 */
export function parse(node: SyntaxNode, input: Relation, context: Context): Relation {
  const kind = kindOf(node);
  const text = castTo(translateExpression(node.child('Expression'), rowScope(context, input)), 'string').sql;
  const pattern = patternOf(node.list('Patterns'), kind, parameterText(node, 'flags') ?? '');
  const regex = stringLiteral(pattern.regex);
  const groups = pattern.columns.map((_, index) => `'${index}'`).join(', ');
  const extracted = groups === '' ? '' : `, regexp_extract(${text}, ${regex}, [${groups}]) AS "$parts"`;
  const source = context.tables.add(
    'match',
    `SELECT *, regexp_matches(${text}, ${regex}) AS "$matches"${extracted} FROM ${input.source}`,
  );
  const values = pattern.columns.map(({ name, type }, index) => {
    const part: SqlExpression = { sql: `"$parts"['${index}']`, type: 'string' };
    return { name, value: castTo(part, type) };
  });
  // A text whose parts do not all have their types does not match, except where `relaxed` asks for less.
  const typed =
    kind === 'relaxed'
      ? []
      : values.filter(({ value }) => value.type !== 'string').map(({ value }) => `${value.sql} IS NOT NULL`);
  const matched = ['"$matches"', ...typed].join(' AND ');
  const withMatch = context.tables.add('match', `SELECT *, (${matched}) AS "$matched" FROM ${source}`);
  const columns: Projection[] = keepAll(input.columns);
  for (const { name, value } of values) {
    const sql = `CASE WHEN "$matched" THEN ${value.sql} ELSE ${nullLiteral(value.type)} END`;
    const projection = { name, value: { sql, type: value.type } };
    const at = columns.findIndex((column) => column.name === name);
    if (at >= 0) columns[at] = projection;
    else columns.push(projection);
  }
  const isWhere = node.kind === 'ParseWhereOperator';
  const from = isWhere ? `${withMatch} WHERE "$matched"` : withMatch;
  return select(context, 'parse', from, columns, { isSorted: input.isSorted });
}

function kindOf(node: SyntaxNode): Kind {
  const kind = parameterText(node, 'kind') ?? 'simple';
  if (kind === 'simple' || kind === 'relaxed' || kind === 'regex') return kind;
  throw unsupportedAt(node, `parse kind=${kind}`);
}

/** A whole number takes its own characters only, so that a `*` or a pattern may follow it. */
const digits = '[+-]?(?:0[xX][0-9a-fA-F]+|\\d+)';
const wholeNumber = `\\s*(${digits})\\s*`;
const wholeNumberOrText = `(\\s*${digits}\\s*|.*?)`;

function patternOf(nodes: readonly SyntaxNode[], kind: Kind, flags: string): Pattern {
  const columns: Column[] = [];
  let regex = '';
  nodes.forEach((node, index) => {
    const isLast = index === nodes.length - 1;
    if (node.kind === 'StarExpression') {
      regex += isLast ? '.*' : '.*?';
    } else if (node.kind === 'StringLiteralExpression' || node.kind === 'CompoundStringLiteralExpression') {
      regex +=
        kind === 'regex' ? withoutGroups(duckPattern(node.stringValue)) : escapeRegex(node.stringValue);
    } else {
      const type = node.kind === 'NameAndTypeDeclaration' ? scalarTypeNamed(node.child('Type')) : 'string';
      columns.push({ name: nameOf(node.optional('Name') ?? node), type });
      // In `regex` mode a column takes as much as it can, unless the flag `U` turns that around.
      if (type === 'int' || type === 'long') regex += kind === 'relaxed' ? wholeNumberOrText : wholeNumber;
      else regex += isLast || kind === 'regex' ? '(.*)' : '(.*?)';
    }
  });
  const inline = [...new Set(`s${flags}`)].filter((flag) => 'imsU'.includes(flag)).join('');
  return { regex: `(?${inline})^${regex}$`, columns };
}

/** Returns the text with every character that means something in a regular expression escaped. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Capturing groups of the user's own become plain ones, so that only the columns capture. */
function withoutGroups(regex: string): string {
  return regex.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)/gs, (part) => (part === '(' ? '(?:' : part));
}

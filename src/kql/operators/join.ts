/** `join` and `lookup`. */
import { select } from '../context.ts';
import type { Context } from '../context.ts';
import { castTo } from '../expressions/cast.ts';
import { nameOf } from '../expressions/paths.ts';
import { columnMap } from '../expressions/scope.ts';
import type { Scope } from '../expressions/scope.ts';
import { conditionSql, translateExpression } from '../expressions/translateExpression.ts';
import type { SqlExpression } from '../expression.ts';
import { errorAt, unsupportedAt } from '../queryError.ts';
import { columnExpression } from '../relation.ts';
import type { Projection, Relation, RelationColumn } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { translateTable } from '../tables/translateTable.ts';
import { nameProjections } from './naming.ts';
import { parameterText } from './operator.ts';

interface JoinKind {
  readonly sql: string;
  readonly output: 'both' | 'left' | 'right';
  /** One row for each key of the left side, as Kusto's default join does. */
  readonly isLeftUnique?: boolean;
}

const semi = (sql: string, output: 'left' | 'right'): JoinKind => ({ sql, output });

const kinds: Readonly<Record<string, JoinKind>> = {
  innerunique: { sql: 'JOIN', output: 'both', isLeftUnique: true },
  inner: { sql: 'JOIN', output: 'both' },
  leftouter: { sql: 'LEFT JOIN', output: 'both' },
  rightouter: { sql: 'RIGHT JOIN', output: 'both' },
  fullouter: { sql: 'FULL JOIN', output: 'both' },
  leftsemi: semi('SEMI JOIN', 'left'),
  leftanti: semi('ANTI JOIN', 'left'),
  anti: semi('ANTI JOIN', 'left'),
  leftantisemi: semi('ANTI JOIN', 'left'),
  rightsemi: semi('SEMI JOIN', 'right'),
  rightanti: semi('ANTI JOIN', 'right'),
  rightantisemi: semi('ANTI JOIN', 'right'),
};

/** One equality of the join condition. */
interface Key {
  readonly left: SqlExpression;
  readonly right: SqlExpression;
  /** The right side's column, when it is one. */
  readonly rightName: string | undefined;
}

/** `join kind=... (right) on keys`. */
export function join(node: SyntaxNode, input: Relation, context: Context): Relation {
  const name = parameterText(node, 'kind') ?? 'innerunique';
  const kind = kinds[name];
  if (kind === undefined) throw unsupportedAt(node, `The join kind '${name}'`);
  const right = translateTable(node.child('Expression'), context);
  const { keys, others } = conditionOf(node, input, right, context);
  const left = kind.isLeftUnique === true ? uniqueByKey(input, keys, context) : input;
  const on = [...keys.map(keySql), ...others].join(' AND ');
  if (kind.output !== 'both') {
    const [kept, tested] = kind.output === 'left' ? [left, right] : [right, left];
    const [keptAlias, testedAlias] = kind.output === 'left' ? ['l', 'r'] : ['r', 'l'];
    const from = `${kept.source} AS ${keptAlias} ${kind.sql} ${tested.source} AS ${testedAlias} ON ${on}`;
    return select(context, 'join', from, qualified(kept.columns, keptAlias, false));
  }
  const columns = [
    ...qualified(left.columns, 'l', kind.sql === 'RIGHT JOIN' || kind.sql === 'FULL JOIN'),
    ...qualified(right.columns, 'r', kind.sql === 'LEFT JOIN' || kind.sql === 'FULL JOIN'),
  ];
  const from = `${left.source} AS l ${kind.sql} ${right.source} AS r ON ${on}`;
  return select(context, 'join', from, nameProjections(columns, node.columns));
}

/** `lookup kind=leftouter|inner (right) on keys`: the right side's key columns are left out. */
export function lookup(node: SyntaxNode, input: Relation, context: Context): Relation {
  const name = parameterText(node, 'kind') ?? 'leftouter';
  const kind = kinds[name];
  if (kind === undefined || (name !== 'leftouter' && name !== 'inner')) {
    throw unsupportedAt(node, `The lookup kind '${name}'`);
  }
  const right = translateTable(node.child('Expression'), context);
  const { keys, others } = conditionOf(node, input, right, context);
  const on = [...keys.map(keySql), ...others].join(' AND ');
  const keyNames = new Set(keys.map(({ rightName }) => rightName));
  const columns = [
    ...qualified(input.columns, 'l', false),
    ...qualified(
      right.columns.filter((column) => !keyNames.has(column.name)),
      'r',
      name === 'leftouter',
    ),
  ];
  const from = `${input.source} AS l ${kind.sql} ${right.source} AS r ON ${on}`;
  return select(context, 'lookup', from, nameProjections(columns, node.columns));
}

/** Nulls join with nulls; strings have none, so for them plain equality will do. */
function keySql({ left, right }: Key): string {
  const equals = left.type === 'string' && right.type === 'string' ? '=' : 'IS NOT DISTINCT FROM';
  return `${left.sql} ${equals} ${right.sql}`;
}

function conditionOf(
  node: SyntaxNode,
  left: Relation,
  right: Relation,
  context: Context,
): { readonly keys: readonly Key[]; readonly others: readonly string[] } {
  const sides = { left: columnMap(left.columns, 'l'), right: columnMap(right.columns, 'r') };
  const clause = node.optional('ConditionClause') ?? node.optional('LookupClause');
  const scope: Scope = { context, columns: new Map([...sides.right, ...sides.left]), sides };
  const keys: Key[] = [];
  const others: string[] = [];
  const pending = (clause?.list('Expressions') ?? []).reverse();
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if (item.kind === 'AndExpression') pending.push(item.child('Right'), item.child('Left'));
    else if (item.kind === 'ParenthesizedExpression') pending.push(item.child('Expression'));
    else if (item.kind === 'NameReference') keys.push(sameName(item, sides));
    else if (item.kind === 'EqualExpression') keys.push(equality(item, scope));
    else others.push(conditionSql(translateExpression(item, scope)));
  }
  if (keys.length === 0 && others.length === 0) {
    throw errorAt(node, 'semantic', 'missing-condition', 'The join has no condition.');
  }
  return { keys, others };
}

function sameName(node: SyntaxNode, sides: NonNullable<Scope['sides']>): Key {
  const name = nameOf(node);
  const [left, right] = [sides.left.get(name), sides.right.get(name)];
  if (left === undefined || right === undefined) {
    const side = left === undefined ? 'left' : 'right';
    throw errorAt(node, 'semantic', 'unknown-column', `The ${side} table has no column named '${name}'.`);
  }
  return aligned(left, right, name);
}

function equality(node: SyntaxNode, scope: Scope): Key {
  const [first, second] = [node.child('Left'), node.child('Right')];
  const isSwapped = first.text.startsWith('$right');
  const [leftNode, rightNode] = isSwapped ? [second, first] : [first, second];
  const isColumn = rightNode.kind === 'PathExpression' && rightNode.child('Expression').text === '$right';
  return aligned(
    translateExpression(leftNode, scope),
    translateExpression(rightNode, scope),
    isColumn ? nameOf(rightNode.child('Selector')) : undefined,
  );
}

function aligned(left: SqlExpression, right: SqlExpression, rightName: string | undefined): Key {
  if (left.type === right.type) return { left, right, rightName };
  if (left.type === 'dynamic') return { left: castTo(left, right.type), right, rightName };
  if (right.type === 'dynamic') return { left, right: castTo(right, left.type), rightName };
  return { left, right, rightName };
}

function uniqueByKey(input: Relation, keys: readonly Key[], context: Context): Relation {
  const terms = keys.map(({ left }) => left.sql).join(', ');
  if (terms === '' || isUniqueBy(input, keys)) return input;
  const source = context.tables.add('unique', `SELECT DISTINCT ON (${terms}) * FROM ${input.source} AS l`);
  return { ...input, source };
}

/** The rows differ in the keys already, as the groups of a `summarize` do. */
function isUniqueBy({ uniqueBy, columns }: Relation, keys: readonly Key[]): boolean {
  const compared = new Set(keys.map(({ left }) => left.sql));
  const hasKey = (name: string): boolean =>
    columns.some((column) => column.name === name && compared.has(`l.${column.sql}`));
  return uniqueBy?.every(hasKey) === true;
}

function qualified(columns: readonly RelationColumn[], alias: string, mayBeMissing: boolean): Projection[] {
  return columns.map((column) => {
    const value = columnExpression(column);
    const sql = `${alias}.${value.sql}`;
    const isFilled = mayBeMissing && column.type === 'string';
    return { name: column.name, value: { ...value, sql: isFilled ? `coalesce(${sql}, '')` : sql } };
  });
}

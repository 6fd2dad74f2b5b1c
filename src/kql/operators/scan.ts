/**
 * `scan`: rows in order run through steps, each of which keeps a state: the last records that matched it and the steps
 * before it. Steps are tried from the last to the first; a row that matches moves the state of the step before it up
 * (check 1), or else replaces the step's own record (check 2), as Kusto's documentation of the operator tells it.
 */
import type { Context } from '../context.ts';
import { castTo } from '../expressions/cast.ts';
import { nullConstant } from '../expressions/literals.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope, rowScope } from '../expressions/scope.ts';
import type { Scope } from '../expressions/scope.ts';
import { conditionSql, scalarTypeNamed, translateExpression } from '../expressions/translateExpression.ts';
import { unsupportedAt } from '../queryError.ts';
import { relationColumns } from '../relation.ts';
import type { Relation } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { id, matched, record, repeated, statesSql } from './scanStates.ts';
import type { Declared, Scan, Step } from './scanStates.ts';
import { orderTerm } from './sort.ts';
import { parameterNode, stored } from './operator.ts';

/** `scan [with_match_id=Name] [partition by keys] [order by terms] [declare (...)] with (step ...; ...)`. */
export function scan(node: SyntaxNode, input: Relation, context: Context): Relation {
  const declared = declarations(node, input, context);
  const steps = node.list('Steps').map(stepOf);
  const scope: Scope = {
    context,
    columns: new Map([
      ...rowScope(context, input).columns,
      ...declared.map(({ column, fallback }) => [column.name, fallback] as const),
    ]),
  };
  const rows = context.tables.add('scan_rows', numberedRows(node, input, steps, scope), 'MATERIALIZED ');
  const whole: Scan = { rows, input: recorded(node, input), declared, steps, scope };
  const run = context.tables.add('scan', statesSql(whole), 'MATERIALIZED ');
  const matchNode = parameterNode(node, 'with_match_id');
  const matchName = matchNode === undefined ? undefined : nameOf(matchNode);
  const columns = relationColumns([
    ...input.columns,
    ...declared.map(({ column }) => column),
    ...(matchName === undefined ? [] : [{ name: matchName, type: 'long' as const }]),
  ]);
  const outputs = steps.flatMap((step, k) => {
    if (step.output === 'none') return [];
    const fields = columns.map(({ sql }, index) => {
      if (index < input.columns.length) return `r.${sql} AS ${sql}`;
      const isMatch = matchName !== undefined && index === columns.length - 1;
      return `${isMatch ? `s.${id(k)}` : `s.${record(k, k)}.${sql}`} AS ${sql}`;
    });
    const states =
      step.output === 'last'
        ? `(SELECT *, lead(${repeated(k)}, 1, false) OVER (PARTITION BY "$part" ORDER BY "$n") AS "$goes_on" FROM ${run} WHERE ${matched(k)})`
        : run;
    const isShown = step.output === 'last' ? 'NOT s."$goes_on"' : `s.${matched(k)}`;
    return [
      `SELECT ${fields.join(', ')}, s."$part", s."$n", ${steps.length - k} AS "$k" FROM ${states} AS s JOIN ${rows} AS r USING ("$part", "$n") WHERE ${isShown}`,
    ];
  });
  const list = columns.map(({ sql }) => sql).join(', ');
  const none = `SELECT ${list} FROM (SELECT *, ${[...declared.map(({ column, fallback }) => `${fallback.sql} AS ${column.sql}`), ...(matchName === undefined ? [] : [`0::BIGINT AS ${columns.at(-1)?.sql ?? ''}`])].join(', ') || 'NULL'} FROM ${input.source}) WHERE false`;
  const sql =
    outputs.length === 0
      ? none
      : `SELECT ${list} FROM (${outputs.join(' UNION ALL ')}) ORDER BY "$part", "$n", "$k"`;
  return stored(context, 'scan', sql, columns, true);
}

/** The columns that a step names: only they must be kept in states. */
function recorded(node: SyntaxNode, input: Relation): Relation {
  const names = new Set<string>();
  const pending = [...node.list('Steps')];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'NameReference') names.add(nameOf(next));
    pending.push(...next.children());
  }
  return { ...input, columns: input.columns.filter(({ name }) => names.has(name)) };
}

function declarations(node: SyntaxNode, input: Relation, context: Context): Declared[] {
  const parameters = node.optional('DeclareClause')?.list('Declarations') ?? [];
  const named = parameters.map((parameter) => {
    const declaration = parameter.child('NameAndType');
    return {
      name: nameOf(declaration.child('Name')),
      type: scalarTypeNamed(declaration.child('Type')),
      fallback: parameter.optional('DefaultValue')?.child('Value'),
    };
  });
  const columns = relationColumns([...input.columns, ...named]).slice(input.columns.length);
  return columns.map((column, index) => {
    const fallback = named[index]?.fallback;
    const value =
      fallback === undefined
        ? nullConstant(column.type)
        : castTo(translateExpression(fallback, constantScope(context)), column.type);
    return { column, fallback: value };
  });
}

function stepOf(node: SyntaxNode): Step {
  const outputNode = node.optional('ScanStepOutput')?.child('OutputKind');
  const output = (['all', 'last', 'none'] as const).find((kind) => kind === (outputNode?.text ?? 'all'));
  if (outputNode !== undefined && output === undefined) {
    throw unsupportedAt(outputNode, `output=${outputNode.text} of a scan step`);
  }
  if (node.optional('Optional') !== undefined) throw unsupportedAt(node, 'An optional step');
  const assignments = node.optional('ComputationClause')?.list('Assignments') ?? [];
  return {
    name: nameOf(node.child('Name')),
    condition: node.child('Condition'),
    assignments: new Map(
      assignments.map((item) => [nameOf(item.child('Name')), item.child('Expression')] as const),
    ),
    output: output ?? 'all',
  };
}

/**
 * SQL of the rows that can match a step, each with its partition and its number there. The others change no state, and
 * each row costs a round of its own.
 */
function numberedRows(
  node: SyntaxNode,
  input: Relation,
  steps: readonly Step[],
  withDeclared: Scope,
): string {
  const scope = rowScope(withDeclared.context, input);
  const records = new Set(steps.map(({ name }) => name));
  const canMatch = steps.map(({ condition }) => {
    const plain = conjuncts(condition).filter((part) => !namesAny(part, records));
    const tests = plain.map((part) => conditionSql(translateExpression(part, withDeclared)));
    return tests.length === 0 ? 'true' : `(${tests.join(' AND ')})`;
  });
  const keys = (node.optional('PartitionByClause')?.list('Expressions') ?? []).map(
    (key) => translateExpression(key, scope).sql,
  );
  const order = (node.optional('OrderByClause')?.list('Expressions') ?? []).map((term) =>
    orderTerm(term, scope),
  );
  const part = keys.length === 0 ? '1::BIGINT' : `dense_rank() OVER (ORDER BY ${keys.join(', ')})`;
  const by = order.length === 0 ? '"$place"' : order.join(', ');
  return `SELECT *, row_number() OVER (PARTITION BY "$part" ORDER BY ${by}) AS "$n" FROM (
    SELECT *, ${part} AS "$part" FROM (SELECT *, row_number() OVER () AS "$place" FROM ${input.source})
    WHERE ${canMatch.join(' OR ')})`;
}

/** The parts of a condition that must all be true. */
function conjuncts(condition: SyntaxNode): SyntaxNode[] {
  if (condition.kind === 'ParenthesizedExpression') return conjuncts(condition.child('Expression'));
  if (condition.kind !== 'AndExpression') return [condition];
  return [...conjuncts(condition.child('Left')), ...conjuncts(condition.child('Right'))];
}

function namesAny(node: SyntaxNode, names: ReadonlySet<string>): boolean {
  if (node.kind === 'NameReference' && names.has(nameOf(node))) return true;
  return [...node.children()].some((child) => namesAny(child, names));
}

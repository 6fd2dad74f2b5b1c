/** `summarize aggregates by keys`. */
import { select } from '../context.ts';
import type { Context } from '../context.ts';
import { nameOf } from '../expressions/paths.ts';
import { rowScope } from '../expressions/scope.ts';
import type { Scope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { uniqueName } from '../relation.ts';
import type { Projection, Relation } from '../relation.ts';
import { identifier } from '../sql/identifier.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { assignmentsOf } from './assignments.ts';
import { isMultiColumn, multiColumn } from './multiColumn.ts';

/** A column of the result before it has its name. */
interface Draft {
  readonly name: string | undefined;
  /** Over the groups, or over the step `packed` when the aggregate packs several columns. */
  readonly value: Projection['value'];
  readonly isPacked: boolean;
}

/** Returns one row for each group; without keys one row, even of no rows. */
export function summarize(node: SyntaxNode, input: Relation, context: Context): Relation {
  const scope: Scope = rowScope(context, input);
  const byNodes = node.optional('ByClause')?.list('Expressions') ?? [];
  const keys = byNodes.flatMap((item) => assignmentsOf(item, scope));
  const aggregateScope: Scope = { ...scope, isAggregate: true };
  const keyNames = new Set(keys.map(({ name }) => name));
  const packs: string[] = [];
  const drafts: Draft[] = keys.map(({ name, value }) => ({ name, value, isPacked: false }));
  for (const item of node.list('Aggregates')) {
    const call = item.kind.endsWith('NamedExpression') ? item.child('Expression') : item;
    if (isMultiColumn(call)) {
      const pack = identifier(`$${packs.length + 1}`);
      const columns = multiColumn(item, scope, keyNames, pack);
      packs.push(`${columns.sql} AS ${pack}`);
      drafts.push(...columns.outputs.map((output) => ({ ...output, isPacked: true })));
    } else {
      const name = item.kind === 'SimpleNamedExpression' ? nameOf(item.child('Name')) : item.resultName;
      drafts.push({ name, value: translateExpression(call, aggregateScope), isPacked: false });
    }
  }
  const named = nameDrafts(drafts, node.columns);
  if (drafts.length === keys.length) {
    return select(context, 'summarize', input.source, named, { distinct: true });
  }
  const groupBy = keys.length === 0 ? '' : `GROUP BY ${keys.map((_, index) => index + 1).join(', ')}`;
  if (packs.length === 0) {
    return select(context, 'summarize', input.source, named, { tail: groupBy });
  }
  return unpack(context, input, named, drafts, packs, groupBy);
}

/** Packed aggregates take two steps: one computes the groups, one takes the packed rows apart. */
function unpack(
  context: Context,
  input: Relation,
  named: readonly Projection[],
  drafts: readonly Draft[],
  packs: readonly string[],
  groupBy: string,
): Relation {
  const plain = named.filter((_, index) => drafts[index]?.isPacked !== true);
  const inner = plain.map(({ value }, index) => `${value.sql} AS ${identifier(`$c${index + 1}`)}`);
  const source = context.tables.add(
    'groups',
    `SELECT ${[...inner, ...packs].join(', ')} FROM ${input.source} ${groupBy}`.trim(),
  );
  let position = 0;
  const outer = named.map((projection, index): Projection => {
    if (drafts[index]?.isPacked === true) return projection;
    position += 1;
    return { ...projection, value: { sql: identifier(`$c${position}`), type: projection.value.type } };
  });
  return select(context, 'summarize', source, outer);
}

/** Kusto's binder has named the columns; where it does not know them, the same rules are applied here. */
function nameDrafts(
  drafts: readonly Draft[],
  resultColumns: readonly { readonly name: string }[] | undefined,
): Projection[] {
  if (resultColumns?.length === drafts.length) {
    return drafts.map(({ value }, index) => ({ name: resultColumns[index]?.name ?? '', value }));
  }
  const taken = new Set<string>();
  let unnamed = 0;
  return drafts.map(({ name, value }) => {
    const unique = uniqueName(name ?? `Column${++unnamed}`, taken);
    taken.add(unique);
    return { name: unique, value };
  });
}


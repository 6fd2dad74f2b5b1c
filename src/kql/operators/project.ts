/** The `project` family and `extend`: operators that choose and compute columns. */
import { select } from '../context.ts';
import type { Context } from '../context.ts';
import { nameOf } from '../expressions/paths.ts';
import { constantScope } from '../expressions/scope.ts';
import { translateExpression } from '../expressions/translateExpression.ts';
import { errorAt, unsupportedAt } from '../queryError.ts';
import { columnExpression, keepAll, keepWithMembers, uniqueName } from '../relation.ts';
import type { Projection, Relation, RelationColumn } from '../relation.ts';
import type { SyntaxNode } from '../syntax/syntaxNode.ts';
import { assignments, assignmentsOf } from './assignments.ts';
import { hoistingScope } from './operator.ts';

/** `project a, b = expression, ...`. */
export function project(node: SyntaxNode, input: Relation, context: Context): Relation {
  const { scope, input: prepared } = hoistingScope(context, input);
  const columns = assignments(node.list('Expressions'), scope, node.columns);
  return select(context, 'project', prepared().source, columns, { isSorted: input.isSorted });
}

/** `extend Name = expression, ...`: replaces a column of that name in place, else adds one at the end. */
export function extend(node: SyntaxNode, input: Relation, context: Context): Relation {
  const { scope, input: prepared } = hoistingScope(context, input);
  const columns: Projection[] = keepWithMembers(input, input.columns);
  let unnamedCount = 0;
  for (const item of node.list('Expressions')) {
    for (const { name, value, isExtra } of assignmentsOf(item, scope)) {
      if (isExtra === true) continue;
      const taken = new Set(columns.map((column) => column.name));
      const wanted = name ?? uniqueName(`Column${++unnamedCount}`, taken);
      const at = columns.findIndex((column) => column.name === wanted);
      if (at >= 0) columns[at] = { name: wanted, value };
      else columns.push({ name: wanted, value });
    }
  }
  return select(context, 'extend', prepared().source, columns, { isSorted: input.isSorted });
}

/** `project-rename New = Old, ...`. */
export function projectRename(node: SyntaxNode, input: Relation, context: Context): Relation {
  const renames = new Map(
    node
      .list('Expressions')
      .map((item) => [nameOf(item.child('Expression')), nameOf(item.child('Name'))] as const),
  );
  const columns = input.columns.map((column) => ({
    name: renames.get(column.name) ?? column.name,
    value: columnExpression(column),
  }));
  return select(context, 'rename', input.source, columns, { isSorted: input.isSorted });
}

/** `project-away patterns`. */
export function projectAway(node: SyntaxNode, input: Relation, context: Context): Relation {
  const away = new Set(matched(node.list('Expressions'), input.columns));
  const columns = keepWithMembers(
    input,
    input.columns.filter((column) => !away.has(column)),
  );
  return select(context, 'away', input.source, columns, { isSorted: input.isSorted });
}

/** `project-keep patterns`: in the table's order. */
export function projectKeep(node: SyntaxNode, input: Relation, context: Context): Relation {
  const keep = new Set(matched(node.list('Expressions'), input.columns));
  const columns = keepWithMembers(
    input,
    input.columns.filter((column) => keep.has(column)),
  );
  return select(context, 'keep', input.source, columns, { isSorted: input.isSorted });
}

/** `project-reorder patterns [asc|desc|granny-asc|granny-desc]`: the named first, the others after them. */
export function projectReorder(node: SyntaxNode, input: Relation, context: Context): Relation {
  const first = matched(node.list('Expressions'), input.columns);
  const ordered = [...first, ...input.columns.filter((column) => !first.includes(column))];
  return select(context, 'reorder', input.source, keepWithMembers(input, ordered), {
    isSorted: input.isSorted,
  });
}

/** `project-by-names names or arrays of names`: the columns that exist, in the given order. */
export function projectByNames(node: SyntaxNode, input: Relation, context: Context): Relation {
  const patterns = node.list('Expressions').flatMap((item) => {
    const { constant } = translateExpression(item, constantScope(context));
    if (typeof constant === 'string') return [constant];
    const json = typeof constant === 'object' && constant !== null ? constant.json : undefined;
    if (Array.isArray(json)) return json.map(String);
    throw unsupportedAt(item, 'A computed list of column names');
  });
  const columns = patterns.flatMap((pattern) =>
    input.columns.filter((column) => matchesWildcard(column.name, pattern)),
  );
  return select(context, 'project', input.source, keepAll([...new Set(columns)]), {
    isSorted: input.isSorted,
  });
}

function matched(items: readonly SyntaxNode[], columns: readonly RelationColumn[]): RelationColumn[] {
  const found = items.flatMap((item) => {
    const isOrdered = item.kind === 'OrderedExpression';
    const node = isOrdered ? item.child('Expression') : item;
    const name = nameOf(node);
    if (!name.includes('*')) {
      const column = columns.find((candidate) => candidate.name === name);
      if (column === undefined) {
        throw errorAt(node, 'semantic', 'unknown-column', `There is no column named '${name}'.`);
      }
      return [column];
    }
    const matches = columns.filter((column) => matchesWildcard(column.name, name));
    return isOrdered ? sortNames(matches, item.optional('Ordering')?.text ?? 'asc') : matches;
  });
  return [...new Set(found)];
}

function sortNames(columns: readonly RelationColumn[], ordering: string): RelationColumn[] {
  const collator = ordering.startsWith('granny') ? { numeric: true } : {};
  const sorted = [...columns].sort((a, b) => a.name.localeCompare(b.name, 'en', collator));
  return ordering.includes('desc') ? sorted.reverse() : sorted;
}

/** The name matches the pattern, in which `*` stands for any text. Takes no longer than the two are long. */
export function matchesWildcard(name: string, pattern: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}

/** What one statement's translation shares: its common table expressions, the names in scope, the notices. */
import { errorAt } from './queryError.ts';
import { relationColumns } from './relation.ts';
import type { Projection, Relation } from './relation.ts';
import { identifier } from './sql/identifier.ts';
import type { SqlExpression } from './expression.ts';
import type { SyntaxNode } from './syntax/syntaxNode.ts';
import type { ExternalData } from './translation.ts';
import type { Schema } from './types.ts';

/** What a name means. Tables are translated when first used, so that an unused `let` costs nothing. */
export type Binding =
  | { readonly kind: 'scalar'; readonly value: () => SqlExpression }
  | { readonly kind: 'table'; readonly relation: () => Relation }
  | {
      readonly kind: 'function';
      readonly declaration: SyntaxNode;
      /** The names visible where the function was declared. */
      readonly names: Names;
      /** `Context.placeShift` where it was declared. */
      readonly placeShift: number;
    }
  | {
      readonly kind: 'pattern';
      /** The `declare pattern` statement. */
      readonly declaration: SyntaxNode;
      readonly names: Names;
    };

/** Names in scope; inner ones hide outer ones. */
export class Names {
  readonly #own = new Map<string, Binding>();
  readonly #outer: Names | undefined;

  constructor(outer?: Names) {
    this.#outer = outer;
  }

  get(name: string): Binding | undefined {
    return this.#own.get(name) ?? this.#outer?.get(name);
  }

  set(name: string, binding: Binding): void {
    this.#own.set(name, binding);
  }

  *all(): Generator<readonly [string, Binding]> {
    yield* this.#own;
    if (this.#outer !== undefined) yield* this.#outer.all();
  }
}

/** Common table expressions in the order of their use. */
export class TableExpressions {
  readonly #items: string[] = [];
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set([...taken].map((name) => name.toLowerCase()));
  }

  /** Adds one and returns its quoted name, made from `hint`. */
  add(hint: string, sql: string, modifier = ''): string {
    let name = '';
    for (let n = this.#items.length + 1; name === '' || this.#taken.has(name); n++) name = `${hint}_${n}`;
    this.#taken.add(name);
    // Not indented line by line: a newline may stand inside a string literal.
    this.#items.push(`${name} AS ${modifier}(\n  ${sql}\n)`);
    return name;
  }

  /** Returns the complete statement: all of them, then `select`. */
  statement(select: string): string {
    return this.#items.length === 0 ? select : `WITH ${this.#items.join(',\n')}\n${select}`;
  }
}

export interface Shared {
  readonly schema: Schema;
  readonly nowTicks: bigint;
  /** As in `TranslationRequest`. */
  readonly spills: boolean;
  readonly notices: Set<string>;
  /** What `externaldata` names and nobody has loaded. */
  readonly external: ExternalData[];
  /** Values of `set name=value` statements before the query, by the options' names. */
  readonly options: ReadonlyMap<string, SyntaxNode>;
  /** Names given by `as` in the middle of a statement. */
  readonly aliases: Map<string, Relation>;
  /** Tables of the schema that the statement reads so far. */
  readonly readTables: Set<string>;
}

export interface Context {
  readonly shared: Shared;
  readonly tables: TableExpressions;
  readonly names: Names;
  /** The `let` whose value is being translated. */
  readonly letName?: string;
  /** What to add to places of the function body being translated: the binder numbers each call's copy of it anew. */
  readonly placeShift?: number;
  /** The order of the groups that the operator being translated makes is shown later. */
  readonly ordersGroups?: boolean;
  /** How many calls of the query's own functions enclose this place. */
  readonly callDepth?: number;
}

/** Returns the relation of a SELECT over `from` that computes exactly these columns. */
export function select(
  context: Context,
  hint: string,
  from: string,
  projections: readonly Projection[],
  options: { readonly tail?: string; readonly isSorted?: boolean; readonly distinct?: boolean } = {},
): Relation {
  const columns = relationColumns(projections.map(({ name, value }) => ({ name, type: value.type })));
  const list = projections.map(({ value }, index) => {
    const name = columns[index]?.sql ?? '';
    return value.sql === name ? name : `${value.sql} AS ${name}`;
  });
  const memberSources = new Map<string, string>();
  for (const { name, value } of options.distinct === true || options.tail !== undefined ? [] : projections) {
    if (value.memberSource === undefined) continue;
    const hidden = identifier(`$members${memberSources.size + 1}`);
    memberSources.set(name, hidden);
    list.push(`${value.memberSource} AS ${hidden}`);
  }
  const body = list.length === 0 ? 'NULL AS "no columns"' : list.join(', ');
  const tail = options.tail === undefined ? '' : ` ${options.tail}`;
  const source = context.tables.add(
    hint,
    `SELECT ${options.distinct === true ? 'DISTINCT ' : ''}${body}${from === '' ? '' : ` FROM ${from}`}${tail}`,
  );
  return {
    source,
    columns,
    isSorted: options.isSorted ?? false,
    ...(memberSources.size === 0 ? {} : { memberSources }),
  };
}

/** Returns the relation with the same columns after a clause such as WHERE or LIMIT. */
export function filterRows(
  context: Context,
  hint: string,
  input: Relation,
  tail: string,
  isSorted = input.isSorted,
): Relation {
  return { ...input, source: context.tables.add(hint, `FROM ${input.source} ${tail}`), isSorted };
}

/** Returns the named table of the schema as a relation. */
export function schemaTable(context: Context, name: string, node: SyntaxNode): Relation {
  const table = context.shared.schema.tables.find((candidate) => candidate.name === name);
  if (table === undefined) {
    throw errorAt(node, 'semantic', 'unknown-table', `There is no table named '${name}'.`);
  }
  context.shared.readTables.add(name);
  return {
    source: identifier(name),
    columns: relationColumns(table.columns),
    isSorted: false,
    tableName: name,
  };
}

/** The name stands for a table here: one of the query's own or of the schema. */
export function isTableName(context: Context, name: string): boolean {
  const binding = context.names.get(name);
  return (
    binding?.kind === 'table' ||
    binding?.kind === 'function' ||
    context.shared.aliases.has(name) ||
    context.shared.schema.tables.some((table) => table.name === name)
  );
}

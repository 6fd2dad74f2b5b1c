/** What an expression can refer to at its place in the pipeline. */
import type { Context } from '../context.ts';
import type { SqlExpression } from '../expression.ts';
import { columnExpression } from '../relation.ts';
import type { Relation, RelationColumn } from '../relation.ts';
import type { ScalarType } from '../types.ts';
import type { PlacedFunction } from './placedFunctions.ts';

export interface Scope {
  readonly context: Context;
  /** Columns of the row, by Kusto's name. */
  readonly columns: ReadonlyMap<string, SqlExpression>;
  /** `$left` and `$right` of a join condition. */
  readonly sides?: {
    readonly left: ReadonlyMap<string, SqlExpression>;
    readonly right: ReadonlyMap<string, SqlExpression>;
  };
  /** Records that can be named beside the row: those of the steps of a `scan`. */
  readonly records?: ReadonlyMap<string, ReadonlyMap<string, SqlExpression>>;
  /** Functions that exist only here: those of graph patterns. */
  readonly functions?: ReadonlyMap<string, PlacedFunction>;
  /** Adds an aggregate to the step that computes the groups and returns its column; present where they are allowed. */
  readonly aggregate?: ((sql: string, type: ScalarType) => SqlExpression) | undefined;
  /** SQL term of the order in which the rows come; absent where the query asked for none. */
  readonly rowOrder?: () => string;
  /**
   * Adds a column computed before this step and returns it: a window function can stand only in a SELECT list of its
   * own. `order` is what restores the rows' order after a window that is cut into parts. Absent where Kusto allows none.
   */
  readonly hoist?: (sql: string, type: ScalarType, order?: string) => SqlExpression;
  /**
   * Adds a column that an aggregate over all rows computes as one list, an element for each row in the order of
   * `order`, and returns it. Present where `hoist` is.
   */
  readonly hoistList?: (sql: string, type: ScalarType, order: string) => SqlExpression;
}

/** Returns the columns by name; `alias` qualifies their SQL. */
export function columnMap(
  columns: readonly RelationColumn[],
  alias?: string,
): ReadonlyMap<string, SqlExpression> {
  return new Map(
    columns.map((column) => {
      const value = columnExpression(column);
      return [column.name, alias === undefined ? value : { ...value, sql: `${alias}.${value.sql}` }];
    }),
  );
}

/** Returns the scope of an expression over the rows of a relation. */
export function rowScope(context: Context, relation: Relation): Scope {
  return { context, columns: columnMap(relation.columns) };
}

/** Returns the scope of an expression that sees no row. */
export function constantScope(context: Context): Scope {
  return { context, columns: new Map() };
}

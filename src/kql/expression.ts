/** Translated scalar expressions, and what a registry entry for a function or aggregate receives and returns. */
import type { JsonValue, ScalarType } from './types.ts';

/** A scalar expression in DuckDB SQL with its Kusto type; the SQL is safe to embed anywhere (parenthesised where needed). */
export interface SqlExpression {
  readonly sql: string;
  /** Physical type follows: see DESIGN (datetime and timespan are BIGINT ticks, dynamic is JSON). */
  readonly type: ScalarType;
  /** Of a dynamic: SQL of its text, null where there is none, when that is cheaper than by way of the value. */
  readonly text?: string;
  /**
   * Of a dynamic: SQL of JSON with the same members, null where there are none. It need not be the value itself (white
   * space may differ), and is cheaper than that when only members are read.
   */
  readonly memberSource?: string;
  /**
   * Of a bool: SQL that is true where this is, and false or null elsewhere. Enough for a filter, and plain enough for
   * DuckDB to push down to the table.
   */
  readonly condition?: string;
  /** Present when the expression is a literal constant: its value (ticks as bigint, dynamic as a JSON value). */
  readonly constant?: Constant;
}

export type Constant = null | boolean | number | bigint | string | { readonly json: JsonValue };

/** What a translator may ask besides its arguments. */
export interface Call {
  /** The function's name as written. */
  readonly name: string;
  /** Kusto's own inferred type of the call. */
  readonly type: ScalarType;
  /** The instant of the query, ticks. */
  readonly nowTicks: bigint;
  /** Refuses the call, or its argument `index`, as unsupported at that place in the text. */
  unsupported(message: string, index?: number): never;
  /** Refuses as a semantic error (e.g. a constant is required). */
  invalid(message: string, index?: number): never;
  /**
   * Of an aggregate over rows in an order that the query asked for: returns the SQL term of that order, for an
   * aggregate whose result depends on it. Threads gather rows in any order.
   */
  readonly rowOrder?: (() => string) | undefined;
  /** The rows are made by the query's own text (`datatable`, `range`, ...): few, and in the order in which it has them. */
  readonly isOfWrittenRows: boolean;
  /** Tells the user something once, e.g. that a result is exact where Kusto's is approximate. */
  notice(message: string): void;
}

/** Returns the SQL of the call. One registry entry per Kusto function name (aliases share one translator). */
export type ScalarTranslator = (args: readonly SqlExpression[], call: Call) => string;

/** Returns the SQL of the aggregate over the group. Multi-column aggregates (`arg_max`) are the summarize operator's business. */
export type AggregateTranslator = (args: readonly SqlExpression[], call: Call) => string;

/** How each name reads in the generated support table. */
export type Support = { readonly support: 'yes' } | { readonly support: 'differs'; readonly how: string };
